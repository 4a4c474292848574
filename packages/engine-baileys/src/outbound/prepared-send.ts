import type { CredentialWrite } from '@switchboard/engine'
import type { Stanza } from '@switchboard/link'
import type { RatchetSteps } from '../signal/ratchet-steps.ts'

/** A send with everything it needs from the network, fetched before its turn in the order of sends comes. */
export interface PreparedSend {
  readonly id: string
  /** Chat address as the stanza has it. */
  readonly to: string
  /** Ratchets that {@link PreparedSend.encrypt} may step. */
  readonly locks: readonly string[]
  /** Makes the stanza; undefined when none of the recipient's devices could be encrypted for. */
  encrypt(steps: RatchetSteps): Promise<Stanza | undefined>
  /** Of all devices as we know them; the server answers with its own when it knows others. */
  readonly hash: string
  /** Called when the server knows other devices: the remembered list must be fetched again. */
  stale(): void
  /** What was learned on the way and is not durable yet. */
  readonly learned: readonly CredentialWrite[]
  /** Whether privacy tokens are exchanged with this chat. */
  readonly isDirect: boolean
}
