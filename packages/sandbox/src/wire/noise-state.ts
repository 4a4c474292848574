import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { agree, hkdf } from '@switchboard/signal'
import { WireError } from './wire-error.ts'

const tagBytes = 16
/** Exactly 32 bytes, hence its own hash by the Noise specification (§5.2). */
const protocolName = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0')
const empty = new Uint8Array(0)

/** The symmetric half of a Noise handshake with SHA-256 and AES-GCM (noiseprotocol.org, §5.2). */
export class NoiseState {
  #hash: Buffer = protocolName
  #chainingKey: Uint8Array = protocolName
  #key: Uint8Array = protocolName
  #counter = 0

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
