import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { agree, hkdf } from '@switchboard/signal'
import { WireError } from './wire-error.ts'

const tagBytes = 16
/** The patterns that clients use. A name of up to 32 bytes, filled up with zeros, is its own hash; a longer one is hashed (Noise §5.2). */
const protocolNames = {
  XX: Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0'),
  IK: Buffer.from('Noise_IK_25519_AESGCM_SHA256\0\0\0\0'),
  XXfallback: createHash('sha256').update('Noise_XXfallback_25519_AESGCM_SHA256').digest(),
}
export type NoisePattern = keyof typeof protocolNames
const empty = new Uint8Array(0)

/** The symmetric half of a Noise handshake with SHA-256 and AES-GCM (noiseprotocol.org, §5.2). */
export class NoiseState {
  #hash: Buffer
  #chainingKey: Uint8Array
  #key: Uint8Array
  #counter = 0

  constructor(pattern: NoisePattern = 'XX') {
    const name = protocolNames[pattern]
    this.#hash = name
    this.#chainingKey = name
    this.#key = name
  }

  /** MixHash. */
  authenticate(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest()
  }

  /** MixKey with the secret of two keys.
   *  @throws WireError for a public key of low order. */
  mixKeys(privateKey: Uint8Array, publicKey: Uint8Array): void {
    const expanded = hkdf(secret(privateKey, publicKey), this.#chainingKey, empty, 64)
    this.#chainingKey = expanded.subarray(0, 32)
    this.#key = expanded.subarray(32)
    this.#counter = 0
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    const sealed = sealGcm(this.#key, this.#counter++, plaintext, this.#hash)
    this.authenticate(sealed)
    return sealed
  }

  /** @throws WireError when the bytes were not sealed with the keys of this handshake. */
  decrypt(sealed: Uint8Array): Uint8Array {
    const plaintext = openGcm(this.#key, this.#counter++, sealed, this.#hash)
    this.authenticate(sealed)
    return plaintext
  }

  /** Keys for the time after the handshake: first client → server, then server → client. */
  split(): [Uint8Array, Uint8Array] {
    const expanded = hkdf(empty, this.#chainingKey, empty, 64)
    return [expanded.slice(0, 32), expanded.slice(32)]
  }
}

function secret(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return agree(privateKey, publicKey)
  } catch {
    throw new WireError('a key that nothing can be agreed on with')
  }
}

export function sealGcm(key: Uint8Array, counter: number, plaintext: Uint8Array, aad: Uint8Array = empty): Uint8Array {
  const cipher = createCipheriv('aes-256-gcm', key, iv(counter))
  if (aad.length > 0) cipher.setAAD(aad)
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** @throws WireError when the tag does not match. */
export function openGcm(key: Uint8Array, counter: number, sealed: Uint8Array, aad: Uint8Array = empty): Uint8Array {
  if (sealed.length < tagBytes) throw new WireError('a sealed frame without its tag')
  const decipher = createDecipheriv('aes-256-gcm', key, iv(counter))
  if (aad.length > 0) decipher.setAAD(aad)
  decipher.setAuthTag(sealed.subarray(-tagBytes))
  const opened = decipher.update(sealed.subarray(0, -tagBytes))
  try {
    decipher.final()
  } catch {
    throw new WireError('a frame that was not sealed with the keys of this stream')
  }
  return opened
}

/** The counter in the last four of twelve bytes, big-endian: WhatsApp's, not the specification's, order (whatsmeow socket/noisesocket.go). */
function iv(counter: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(counter, 8)
  return bytes
}
