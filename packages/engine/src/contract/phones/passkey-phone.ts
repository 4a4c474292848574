import type { PasskeyAssertion, PasskeyRequest } from '../../passkey.ts'

/** What can be wrong with a signature on purpose: another key signs, or the challenge's text was signed in place of its bytes. */
export type SignatureFlaw = 'signature' | 'encoded_twice'

/** The passkey of a phone's account. */
export interface PasskeyPhone {
  /** From now on WhatsApp asks for it before it links. @param timeoutMs for how long; long when absent */
  require(timeoutMs?: number): void
  /** The person's authenticator signs. */
  sign(request: PasskeyRequest, flaw?: SignatureFlaw): PasskeyAssertion
  /** Scans a code as a phone that read another one: no proof of who showed it holds. */
  scanAnother(qrText: string): Promise<unknown>
  /** The code that the phone shows for comparison. */
  shownCode(): Promise<string>
}
