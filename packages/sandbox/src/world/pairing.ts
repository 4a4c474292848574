import { EventEmitter, once } from 'node:events'
import type { Account, Device } from './account.ts'
import type { Passkey } from './passkeys/passkey.ts'

/** A companion that shows a QR code (or waits for its link code) and is not anybody's device yet. */
export interface PendingCompanion {
  /** Noise static key it proved in the handshake. */
  readonly noiseKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly registrationId: number
  readonly signedPreKey: { keyId: number; publicKey: Uint8Array; signature: Uint8Array }
  /** Encoded DeviceProps (platform, history settings). */
  readonly deviceProps: Uint8Array
  /** Sends pair-success. Resolves with what the companion signed, once the server has checked its shape; the caller checks the signatures
   *  and then calls `accept` (device exists from then on, 515 goes out) or `refuse`. Rejects with {@link PairingRefused} when the companion
   *  answers with an error or goes away. */
  complete(account: Account, offer: PairingOffer): Promise<PairingAnswer>
  /** Asks it for an account's passkey. Resolves once the server has checked what was signed; rejects with {@link PairingRefused} when it does not hold, does
   *  not come in time, or the companion leaves. */
  askPasskey(passkey: Passkey): Promise<PasskeyPrologue>
  /** Ends its stream with that code; no device comes to be. */
  turnAway(code: number): void
  /** Says that a phone that knows no linked devices has scanned the code. The companion may still show codes. */
  scannedByOldPhone(): void
}

/** What a companion says to the phone along with the signature. */
export interface PasskeyPrologue {
  /** Names this pairing. */
  readonly ref: string
  /** Encoded ProloguePayload. */
  readonly payload: Uint8Array
  /** HMAC over it; absent when the companion's key for that is too old. */
  readonly proof?: Uint8Array
  /** Hands the companion an encoded PrimaryEphemeralIdentity; resolves with the nonce that it had committed itself to. */
  continue(primaryIdentity: Uint8Array): Promise<Uint8Array>
  /** Resolves with the encoded EncryptedPairingRequest, when the companion sends it. */
  pairingRequest(): Promise<Uint8Array>
}

export interface PairingOffer {
  /** Number of the new device; take {@link Account.nextDeviceId}. */
  readonly keyIndex: number
  /** Encoded ADVSignedDeviceIdentityHMAC. */
  readonly signedIdentityHmac: Uint8Array
  /** What the phone is: android, iphone, smba, … */
  readonly platform: string
  readonly businessName?: string
}

export interface PairingAnswer {
  readonly device: Device
  /** ADVSignedDeviceIdentity with the device signature, without the account signature key. */
  readonly signedIdentity: Uint8Array
  /** Registers the device, tells peers and other companions, restarts the companion (515). `signedIdentity` is what the server keeps and hands
   *  to nobody but the account's own phone; `keyIndexList` is the account's new ADVSignedKeyIndexList for usync. */
  accept(options?: { keyIndexList?: { bytes: Uint8Array; timestamp: number } }): void
  /** Ends the companion's stream with that code; no device comes to be. */
  refuse(code: number): void
}

/** The companion said no, or left. */
export class PairingRefused extends Error {
  readonly code: number

  constructor(code: number, text: string) {
    super(`pairing refused: ${code} ${text}`)
    this.name = 'PairingRefused'
    this.code = code
  }
}

/** A companion that asked to be linked by an eight-letter code. */
export interface PendingLinkCode {
  readonly companion: PendingCompanion
  /** Digits of the phone number it asked for. */
  readonly phone: string
  readonly ref: Uint8Array
  /** 32 salt + 16 iv + 32 sealed companion ephemeral key. */
  readonly wrappedCompanionEphemeral: Uint8Array
  readonly companionServerAuthKey: Uint8Array
  readonly platformId: string
  /** `Browser (OS)`. */
  readonly platformDisplay: string
  /** Sends primary_hello; resolves with the companion's companion_finish. Rejects with {@link PairingRefused} when the companion leaves. */
  primaryHello(hello: { wrappedPrimaryEphemeral: Uint8Array; primaryIdentity: Uint8Array }): Promise<CompanionFinish>
}

export interface CompanionFinish {
  /** 32 salt + 12 iv + sealed companion identity ‖ primary identity ‖ random. */
  readonly wrappedKeyBundle: Uint8Array
  readonly companionIdentity: Uint8Array
  readonly ref: Uint8Array
}

/** Companions that wait to be linked. */
export class Pairing {
  readonly #byRef = new Map<string, PendingCompanion>()
  readonly #byPhone = new Map<string, PendingLinkCode>()
  readonly #changes = new EventEmitter()

  /** The companion that shows a QR code with this ref, while its socket is open. */
  claim(ref: string): PendingCompanion | undefined {
    return this.#byRef.get(ref)
  }

  /** The companion that waits for a code from this phone number (digits). */
  awaitingCode(phone: string): PendingLinkCode | undefined {
    return this.#byPhone.get(phone)
  }

  /** Like {@link Pairing.awaitingCode}, but waits up to `timeoutMs` (real time) for the companion to come. */
  async untilAwaitingCode(phone: string, timeoutMs = 30_000): Promise<PendingLinkCode> {
    const signal = AbortSignal.timeout(timeoutMs)
    for (;;) {
      const waiting = this.#byPhone.get(phone)
      if (waiting) return waiting
      await once(this.#changes, 'code', { signal })
    }
  }

  offerRefs(refs: readonly string[], companion: PendingCompanion): void {
    for (const ref of refs) this.#byRef.set(ref, companion)
  }

  offerCode(pending: PendingLinkCode): void {
    this.#byPhone.set(pending.phone, pending)
    this.#changes.emit('code')
  }

  /** The companion is gone or linked. */
  withdraw(companion: PendingCompanion): void {
    for (const [ref, candidate] of this.#byRef) if (candidate === companion) this.#byRef.delete(ref)
    for (const [phone, pending] of this.#byPhone) if (pending.companion === companion) this.#byPhone.delete(phone)
  }
}
