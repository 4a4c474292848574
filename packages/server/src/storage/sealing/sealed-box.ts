import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'

/** A key of 32 bytes with the name that sealed values carry, so that a new key can be distinguished from the one before it. */
export interface SealingKey {
  readonly secret: KeyObject
  /** First four bytes of the key's SHA-256. */
  readonly fingerprint: Uint8Array
}

/** What was sealed cannot be opened: wrong key, wrong place, or changed. */
export class SealError extends Error {
  override readonly name = 'SealError'
}

const algorithm = 'aes-256-gcm'
const version = 1
const headerBytes = 5
const nonceBytes = 12
const tagBytes = 16

/** Random bytes cost a microsecond or two each time, however few they are. Each of these is given out once. */
const random = Buffer.alloc(nonceBytes * 256)
let randomLeft = 0

function freshNonce(): Uint8Array {
  if (randomLeft === 0) randomLeft = randomFillSync(random).length
  randomLeft -= nonceBytes
  return random.subarray(randomLeft, randomLeft + nonceBytes)
}

export function createSealingKey(bytes: Uint8Array): SealingKey {
  if (bytes.byteLength !== 32) throw new RangeError('A sealing key has 32 bytes')
  return { secret: createSecretKey(bytes), fingerprint: createHash('sha256').update(bytes).digest().subarray(0, 4) }
}

/** Layout: version (1 byte) · fingerprint of the key (4) · nonce (12) · ciphertext · tag (16). The header and `context` are authenticated. */
export function seal(key: SealingKey, context: string, plain: Uint8Array): Uint8Array {
  const sealed = Buffer.allocUnsafeSlow(headerBytes + nonceBytes + plain.byteLength + tagBytes)
  sealed[0] = version
  sealed.set(key.fingerprint, 1)
  const nonce = freshNonce()
  sealed.set(nonce, headerBytes)
  const cipher = createCipheriv(algorithm, key.secret, nonce)
  cipher.setAAD(sealed.subarray(0, headerBytes)).setAAD(Buffer.from(context))
  sealed.set(cipher.update(plain), headerBytes + nonceBytes)
  cipher.final()
  sealed.set(cipher.getAuthTag(), sealed.byteLength - tagBytes)
  return sealed
}

/** @throws SealError */
export function unseal(key: SealingKey, context: string, sealed: Uint8Array): Uint8Array {
  if (sealed.byteLength < headerBytes + nonceBytes + tagBytes || sealed[0] !== version) {
    throw new SealError('This is not a sealed value of a known version')
  }
  if (!isSealedWith(key, sealed)) throw new SealError('The value was sealed with another key')
  const nonce = sealed.subarray(headerBytes, headerBytes + nonceBytes)
  const decipher = createDecipheriv(algorithm, key.secret, nonce, { authTagLength: tagBytes })
  decipher.setAAD(sealed.subarray(0, headerBytes)).setAAD(Buffer.from(context))
  decipher.setAuthTag(sealed.subarray(sealed.byteLength - tagBytes))
  const plain = decipher.update(sealed.subarray(headerBytes + nonceBytes, sealed.byteLength - tagBytes))
  try {
    decipher.final()
  } catch (cause) {
    throw new SealError('The value was changed, or belongs to another place', { cause })
  }
  return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength)
}

export const isSealedWith = (key: SealingKey, sealed: Uint8Array): boolean =>
  key.fingerprint.every((byte, place) => sealed[place + 1] === byte)
