import { createCipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'

/** The five keys of one app-state sync key. Label and order seen in: whatsmeow appstate/keys.go, baileys chat-utils.js. */
export interface MutationKeys {
  readonly index: Uint8Array
  readonly valueEncryption: Uint8Array
  readonly valueMac: Uint8Array
  readonly snapshotMac: Uint8Array
  readonly patchMac: Uint8Array
}

export function deriveMutationKeys(keyData: Uint8Array): MutationKeys {
  const all = new Uint8Array(hkdfSync('sha256', keyData, new Uint8Array(0), 'WhatsApp Mutation Keys', 160))
  const part = (n: number): Uint8Array => all.slice(n * 32, n * 32 + 32)
  return { index: part(0), valueEncryption: part(1), valueMac: part(2), snapshotMac: part(3), patchMac: part(4) }
}

/** Random iv ‖ AES-256-CBC. */
export function encryptValue(key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  return new Uint8Array(Buffer.concat([iv, cipher.update(plaintext), cipher.final()]))
}

/** First 32 bytes of HMAC-SHA512 over operation (1 set, 2 remove) ‖ key id ‖ ciphertext ‖ 8-byte length of the first two. */
export function valueMac(
  key: Uint8Array,
  operation: 'set' | 'remove',
  keyId: Uint8Array,
  encrypted: Uint8Array,
): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeUInt8(1 + keyId.length, 7)
  const mac = createHmac('sha512', key)
  mac
    .update(Uint8Array.of(operation === 'set' ? 1 : 2))
    .update(keyId)
    .update(encrypted)
    .update(length)
  return new Uint8Array(mac.digest().subarray(0, 32))
}

export function snapshotMac(key: Uint8Array, hash: Uint8Array, version: number, collection: string): Uint8Array {
  return hmac(key, hash, bigEndian64(version), Buffer.from(collection))
}

export function patchMac(
  key: Uint8Array,
  snapshot: Uint8Array,
  valueMacs: readonly Uint8Array[],
  version: number,
  collection: string,
): Uint8Array {
  return hmac(key, snapshot, ...valueMacs, bigEndian64(version), Buffer.from(collection))
}

export function hmac(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const mac = createHmac('sha256', key)
  for (const part of parts) mac.update(part)
  return new Uint8Array(mac.digest())
}

function bigEndian64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
