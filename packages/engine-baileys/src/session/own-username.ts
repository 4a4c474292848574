import { EngineError, type InboundPersonChange } from '@switchboard/engine'
import { record, text } from '../abilities/channels/channel-json.ts'
import { credsWrite } from '../credentials/creds-codec.ts'
import { usernameIn } from '../inbound/message-envelope.ts'
import { accountOf } from '../link/link-account.ts'
import { mexRequest } from '../wire/mex-request.ts'
import type { SessionContext } from './session-context.ts'

// Seen in: zapo WaProfileCoordinator.ts `getOwnUsername` and spec/mex.
const getUsername = { id: '25347099718279209', answer: 'xwa2_username_get' } as const
/** The account has none. */
const none = new Set([404])

type Told = Pick<InboundPersonChange, 'stanzaId' | 'at' | 'offline'>

/** The account's own user name: asked for once after linking, and from then on as WhatsApp tells it. */
export class OwnUsername {
  readonly #context: SessionContext

  constructor(context: SessionContext) {
    this.#context = context
  }

  /** Asks for it unless it is known. Failures wait for the next login. */
  opened(): void {
    if (this.#context.creds.username !== undefined) return
    this.ask({ at: this.#context.clock.now(), offline: false }).catch((error) => {
      this.#context.warn(error, 'the own user name could not be asked for')
    })
  }

  /** @throws EngineError, NotStoredError */
  async ask(told: Told): Promise<void> {
    await this.take(await this.#asked(), told)
  }

  /** Takes what WhatsApp says. @param username blank for none. @throws NotStoredError */
  async take(username: string, told: Told): Promise<void> {
    const { creds, store, host } = this.#context
    const before = creds.username
    if (before === username) return
    creds.username = username
    const write = [credsWrite(creds)]
    // That there is none is no news after linking.
    if (before === undefined && username === '') await store.save(write)
    else {
      const change = { type: 'own_username', username } as const
      await store.guard(host.receive({ kind: 'person_change', ...told, change }, write))
    }
    const account = accountOf(creds)
    if (account) host.accountChanged(account)
  }

  async #asked(): Promise<string> {
    try {
      const { username_info } = record(await mexRequest(this.#context.wire, getUsername, {}))
      return usernameIn(text(record(username_info)['username'])) ?? ''
    } catch (error) {
      if (error instanceof EngineError && none.has(error.remoteCode ?? 0)) return ''
      throw error
    }
  }
}
