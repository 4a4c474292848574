import { generateKeyPairSync } from 'node:crypto'
import type { SeededRandom } from '../seeded-random.ts'

/** The passkey of an account, without which nobody links a companion to it. Plain data. In one piece: what WhatsApp knows, and the key that lies in the
 *  person's authenticator. */
export interface Passkey {
  /** Host that it was made for: `whatsapp.com`. */
  readonly rpId: string
  /** Where it may be used. */
  readonly origin: string
  readonly credentialId: Uint8Array
  readonly userHandle: Uint8Array
  /** P-256, SubjectPublicKeyInfo (DER). */
  readonly publicKey: Uint8Array
  /** PKCS #8 (DER). */
  readonly privateKey: Uint8Array
  /** What the authenticator counted when it signed last. */
  signCount: number
  /** For how long a challenge counts, ms. */
  readonly timeoutMs: number
  /** Whether WhatsApp names the credential that must sign; often it does not. */
  readonly named: boolean
}

/** What may be wished of a passkey. */
export interface NewPasskey {
  /** `whatsapp.com` when absent: tests with a browser may need a host of their own. */
  rpId?: string
  /** `https://web.` and the host when absent. */
  origin?: string
  /** Ten minutes when absent. */
  timeoutMs?: number
  named?: boolean
}

export function newPasskey(random: SeededRandom, wish: NewPasskey = {}): Passkey {
  const { rpId = 'whatsapp.com', origin = `https://web.${rpId}`, timeoutMs = 600_000, named = false } = wish
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
  })
  const [credentialId, userHandle] = [random.bytes(32), random.bytes(16)]
  return { rpId, origin, credentialId, userHandle, publicKey, privateKey, signCount: 0, timeoutMs, named }
}
