/** 32 bytes from 64 hex digits or from base64 (padded or not, URL-safe or not). @throws RangeError with a text for people, without the key. */
export function parseMasterKey(text: string): Uint8Array {
  const trimmed = text.trim()
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return new Uint8Array(Buffer.from(trimmed, 'hex'))
  if (/^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)) return new Uint8Array(Buffer.from(trimmed, 'base64'))
  throw new RangeError('must be 32 bytes, as 64 hex digits or as base64')
}
