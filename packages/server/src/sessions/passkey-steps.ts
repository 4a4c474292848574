import { EngineError, type PasskeyAssertion, type Session } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { fromEngineError } from '../errors/from-engine-error.ts'
import type { Connection } from './connection.ts'
import type { PasskeyOutcome } from './sessions.ts'

/** How long an answer to a step waits for what the phone says to it. */
const answerMs = 10_000

/** What the owner of an account does when WhatsApp asks for its passkey. */
export class PasskeySteps {
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
  }

  /** @throws AppError */
  answer(assertion: PasskeyAssertion): Promise<PasskeyOutcome> {
    return this.#step('passkey_required', (session) => session.answerPasskey(assertion))
  }

  /** @throws AppError */
  async confirm(same: boolean): Promise<PasskeyOutcome> {
    if (this.#connection.view.passkey?.code === undefined) throw new AppError('passkey_not_pending')
    return this.#step('passkey_confirm', (session) => session.confirmPasskey(same), same)
  }

  /** @param confirmed what a person said of the code, in that step */
  async #step(
    state: 'passkey_required' | 'passkey_confirm',
    take: (session: Session) => Promise<void>,
    confirmed?: boolean,
  ): Promise<PasskeyOutcome> {
    const { view, session } = this.#connection
    if (view.state.name !== state || !session) throw new AppError('passkey_not_pending')
    await take(session).catch((error: unknown) => {
      // Who has answered rightly once does nothing wrong: what became of it is the answer.
      const wasRefused = error instanceof EngineError && error.code === 'refused'
      if (confirmed === undefined || !wasRefused) throw passkeyError(error)
    })
    const settled = () => this.#ended || (confirmed === undefined && view.passkey?.code !== undefined)
    await view.watch.until(settled, answerMs)
    return this.#outcome()
  }

  /** The connection of the pairing is over: linked, or not. */
  get #ended(): boolean {
    const { record, exists, view } = this.#connection
    return record.linked === true || !exists || view.state.name === 'passkey_failed'
  }

  #outcome(): PasskeyOutcome {
    const { record, view } = this.#connection
    if (record.linked) return { kind: 'linked' }
    const code = view.passkey?.code
    if (!this.#ended) return { kind: 'confirm', ...(code !== undefined && { code }) }
    return { kind: 'ended', reason: view.state.reason ?? view.state.name }
  }
}

/** The answer to a request. The state of the device says the same to all others. */
function passkeyError(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error
  if (error.code === 'refused') return new AppError('passkey_refused', undefined, { cause: error })
  if (error.code === 'not_connected' || error.code === 'closed') {
    return new AppError('passkey_not_pending', undefined, { cause: error })
  }
  return fromEngineError(error)
}
