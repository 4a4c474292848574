/** Stored values are JSON in which bytes stand as `{"type":"Buffer","data":"<base64>"}`: the form of the protocol library (seen in: baileys generics.js
 *  `BufferJSON`), so that what it stored opens here and the other way round. */
export function toStoredJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(withoutBytes(value)))
}

/** @throws SyntaxError for what is no JSON */
export function fromStoredJson(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString(), revive)
}

/** Bytes that the library wrote by the JSON form of its protobufs are base64 without a mark. */
export const bytesOfStored = (value: Uint8Array | string): Uint8Array =>
  typeof value === 'string' ? ownBytes(value) : value

// Done before and not by a replacer: that one sees a buffer only after it became a list of numbers.
function withoutBytes(value: unknown): unknown {
  if (value instanceof Uint8Array) {
    return { type: 'Buffer', data: Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64') }
  }
  if (Array.isArray(value)) return value.map(withoutBytes)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withoutBytes(inner)]))
}

function revive(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'Buffer') return value
  return 'data' in value && typeof value.data === 'string' ? ownBytes(value.data) : value
}

// A piece of Node's shared pool would keep all eight KiB of it for as long as the session lives.
function ownBytes(base64: string): Buffer {
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(base64, 'base64'))
  return bytes.subarray(0, bytes.write(base64, 'base64'))
}
