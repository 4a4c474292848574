import { createHash, hash } from 'node:crypto'
import { agree, decryptGcm, encryptGcm, hkdf } from '@switchboard/signal'
import { LinkError } from '../link-error.ts'

const empty = new Uint8Array(0)

/** A name of up to 32 bytes, filled up with zeros, is its own hash; a longer one is hashed (Noise §5.2). */
const patterns = {
  XX: Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0'),
  IK: Buffer.from('Noise_IK_25519_AESGCM_SHA256\0\0\0\0'),
  XXfallback: hash('sha256', 'Noise_XXfallback_25519_AESGCM_SHA256', 'buffer'),
}

/** What both sides of a Noise handshake know so far (noiseprotocol.org, §5.2, with SHA-256 and AES-GCM). */
export class SymmetricState {
  #hash: Buffer
  #chainingKey: Uint8Array
  #key: Uint8Array
  #counter = 0

  constructor(pattern: keyof typeof patterns) {
    const name = patterns[pattern]
    this.#hash = name
    this.#chainingKey = name
    this.#key = name
  }

  /** MixHash. */
  authenticate(data: Uint8Array): void {
    this.#hash = createHash('sha256').update(this.#hash).update(data).digest()
  }

  /** MixKey with the secret that two keys share. @throws LinkError `untrusted` for a key on which nothing can be agreed */
  mixKeys(privateKey: Uint8Array, publicKey: Uint8Array): void {
    const expanded = hkdf(secretOf(privateKey, publicKey), this.#chainingKey, empty, 64)
    this.#chainingKey = expanded.subarray(0, 32)
    this.#key = expanded.subarray(32)
    this.#counter = 0
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    const sealed = encryptGcm(this.#key, nonce(this.#counter++), plaintext, this.#hash)
    this.authenticate(sealed)
    return sealed
  }

  /** @throws LinkError `untrusted` when the bytes were not sealed with the keys of this handshake */
  decrypt(sealed: Uint8Array): Uint8Array {
    const opened = decryptGcm(this.#key, nonce(this.#counter++), sealed, this.#hash)
    if (!opened) throw notOurs()
    this.authenticate(sealed)
    return opened
  }

  /** The keys for what comes after the handshake: client to server, then server to client. */
  split(): [Uint8Array, Uint8Array] {
    const expanded = hkdf(empty, this.#chainingKey, empty, 64)
    return [expanded.slice(0, 32), expanded.slice(32)]
  }
}

const notOurs = (): LinkError => new LinkError('untrusted', 'the handshake was sealed with other keys')

function secretOf(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array {
  try {
    return agree(privateKey, publicKey)
  } catch (error) {
    throw new LinkError('untrusted', 'the server has a key on which nothing can be agreed', { cause: error })
  }
}

/** WhatsApp counts in the last four of twelve bytes, big-endian (seen in: whatsmeow socket/noisesocket.go `generateIV`, baileys noise-handler.js). */
function nonce(counter: number): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(counter, 8)
  return bytes
}
