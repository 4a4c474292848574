import { createCipheriv, createDecipheriv, hkdfSync, pbkdf2Sync, randomBytes } from 'node:crypto'
import { agree, type KeyPair } from '@switchboard/signal'

// Round count, layouts and labels seen in: baileys crypto.js derivePairingCodeKey and messages-recv.js, whatsmeow pair-code.go.
const rounds = 131_072
const bundleLabel = 'link_code_pairing_key_bundle_encryption_key'

function codeCipher(code: string, salt: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ctr', pbkdf2Sync(code, salt, rounds, 32, 'sha256'), iv)
  return new Uint8Array(Buffer.concat([cipher.update(data), cipher.final()]))
}

/** Opens `32 salt ‖ 16 iv ‖ 32 AES-CTR` with the code that the person typed. A wrong code gives a wrong key, not an error. */
export function unwrapEphemeral(code: string, wrapped: Uint8Array): Uint8Array {
  if (wrapped.length !== 80) throw new Error(`wrapped ephemeral key must be 80 bytes, got ${wrapped.length}`)
  return codeCipher(code, wrapped.subarray(0, 32), wrapped.subarray(32, 48), wrapped.subarray(48))
}

export function wrapEphemeral(code: string, ephemeral: Uint8Array): Uint8Array {
  const salt = randomBytes(32)
  const iv = randomBytes(16)
  return new Uint8Array(Buffer.concat([salt, iv, codeCipher(code, salt, iv, ephemeral)]))
}

export interface KeyBundle {
  readonly companionIdentity: Uint8Array
  readonly primaryIdentity: Uint8Array
  readonly random: Uint8Array
}

/** Opens the companion's `32 salt ‖ 12 iv ‖ GCM` key bundle. @throws when it was sealed under another key: the code was wrong */
export function openKeyBundle(ephemeral: KeyPair, companionEphemeral: Uint8Array, sealed: Uint8Array): KeyBundle {
  if (sealed.length !== 32 + 12 + 96 + 16) throw new Error(`wrapped key bundle must be 156 bytes, got ${sealed.length}`)
  const shared = agree(ephemeral.privateKey, companionEphemeral)
  const key = new Uint8Array(hkdfSync('sha256', shared, sealed.subarray(0, 32), bundleLabel, 32))
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(32, 44))
  decipher.setAuthTag(sealed.subarray(-16))
  const opened = Buffer.concat([decipher.update(sealed.subarray(44, -16)), decipher.final()])
  return {
    companionIdentity: new Uint8Array(opened.subarray(0, 32)),
    primaryIdentity: new Uint8Array(opened.subarray(32, 64)),
    random: new Uint8Array(opened.subarray(64, 96)),
  }
}

/** The secret that takes the place of the QR code's: HKDF(ephemeral DH ‖ identity DH ‖ random, "adv_secret"). */
export function linkCodeAdvSecret(
  identity: KeyPair,
  ephemeral: KeyPair,
  companionEphemeral: Uint8Array,
  bundle: KeyBundle,
): Uint8Array {
  const input = Buffer.concat([
    agree(ephemeral.privateKey, companionEphemeral),
    agree(identity.privateKey, bundle.companionIdentity),
    bundle.random,
  ])
  return new Uint8Array(hkdfSync('sha256', input, new Uint8Array(0), 'adv_secret', 32))
}
