import type { KeyPair, SignedPreKey } from '@switchboard/signal'
import type { Phone } from '../phone/phone.ts'

/** An account with one companion that is linked already, and all that a client needs to be that companion. Keys are 32 raw bytes. */
export interface SeededAccount {
  /** The account's phone, in this process. */
  readonly phone: Phone
  /** `number:1@s.whatsapp.net` */
  readonly jid: string
  /** `number:1@lid` */
  readonly lid: string
  readonly pushName: string
  readonly noiseKey: KeyPair
  readonly identityKey: KeyPair
  readonly signedPreKey: SignedPreKey
  readonly registrationId: number
  /** 32 bytes: what the QR code would have carried. */
  readonly advSecret: Uint8Array
  /** ADVSignedDeviceIdentity, taken apart. */
  readonly account: {
    readonly details: Uint8Array
    readonly accountSignatureKey: Uint8Array
    readonly accountSignature: Uint8Array
    readonly deviceSignature: Uint8Array
  }
  /** The server holds their public halves. The next free id is one more than the last. */
  readonly preKeys: readonly { readonly keyId: number; readonly keyPair: KeyPair }[]
  readonly appStateKey: { readonly id: Uint8Array; readonly data: Uint8Array }
}
