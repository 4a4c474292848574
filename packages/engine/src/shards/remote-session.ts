import type { Abilities, AbilityName, OutgoingMessage } from '../abilities/index.ts'
import { EngineError, SendError } from '../errors.ts'
import type { PasskeyAssertion } from '../passkey.ts'
import type { Account, OpenOptions, Session } from '../session.ts'
import { isFinal, type SessionState } from '../state.ts'
import { HostOfThread } from './host-calls.ts'
import { type OpenedSession, sharedNow } from './orders.ts'
import { type Invoke, type Peer, PeerLost } from './peer.ts'

/** What may have left for a recipient when its thread ends. */
const sends = new Set(['messaging.send', 'channels.post'])

/** An answer to a ping may be so much later than the session's own bound, ms: then its thread does not answer. */
const pingSlackMs = 1_000

/** From this thread's `performance.now()` to the clock that all threads share. */
const shift = sharedNow() - performance.now()

/** A session that lives in another thread, as the one who opened it sees it. */
export class RemoteSession implements Session {
  readonly deviceId: string
  readonly #number: number
  readonly #peer: Peer
  readonly #options: OpenOptions
  readonly #host: HostOfThread
  readonly #abilities: Partial<Abilities> = {}
  #names = new Set<AbilityName>()
  #opened = false
  #state: SessionState = { name: 'connecting' }
  #account: Account | undefined
  lastHeardAt = 0

  /** @param ended called when it has ended in its thread, before its host hears of it */
  constructor(number: number, peer: Peer, options: OpenOptions, ended: () => void) {
    this.deviceId = options.deviceId
    this.#number = number
    this.#peer = peer
    this.#options = options
    this.#host = new HostOfThread(options, {
      changed: (state, account, heardAt) => {
        this.heard(heardAt)
        this.#state = state
        this.#account = account ?? this.#account
        if (isFinal(state)) ended()
      },
      accountIs: (account) => {
        this.#account = account
      },
    })
  }

  /** What its thread asks of its host and of its credentials. */
  get host(): Invoke {
    return this.#host.invoke
  }

  get state(): SessionState {
    return this.#state
  }

  get account(): Account | undefined {
    return this.#account
  }

  can(ability: AbilityName): boolean {
    return this.#names.has(ability)
  }

  use<Name extends AbilityName>(ability: Name): Abilities[Name] {
    if (!this.can(ability)) throw new EngineError('unsupported', `this engine has no ${ability}`)
    const known = this.#abilities[ability]
    if (known) return known
    const made = this.#makeAbility(ability)
    this.#abilities[ability] = made
    return made
  }

  async requestPairingCode(phone: string): Promise<string> {
    if (isFinal(this.#state)) throw notConnected()
    return (await this.#call('requestPairingCode', [phone])) as string
  }

  async answerPasskey(assertion: PasskeyAssertion): Promise<void> {
    if (isFinal(this.#state)) throw notConnected()
    await this.#call('answerPasskey', [assertion])
  }

  async confirmPasskey(same: boolean): Promise<void> {
    if (isFinal(this.#state)) throw notConnected()
    await this.#call('confirmPasskey', [same])
  }

  async ping(timeoutMs: number): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>()
    const late = () => reject(new EngineError('timeout', 'the thread of the session does not answer'))
    const timer = setTimeout(late, timeoutMs + pingSlackMs)
    await Promise.race([this.#call('ping', [timeoutMs]), promise]).finally(() => clearTimeout(timer))
  }

  setForceActiveReceipts(force: boolean): void {
    this.#peer.tell(this.#number, 'setForceActiveReceipts', [force])
  }

  async close(): Promise<void> {
    await this.#end('close')
  }

  async logout(): Promise<void> {
    await this.#end('logout')
  }

  async #end(how: 'close' | 'logout'): Promise<void> {
    const gone = (error: unknown) => {
      if (!isFinal(this.#state)) throw error
    }
    if (!isFinal(this.#state)) await this.#call(how, []).catch(gone)
    await this.#host.settled()
  }

  /** @param at on the clock that all threads share; 0: not yet */
  heard(at: number): void {
    if (at > 0) this.lastHeardAt = at - shift
  }

  /** It lives in its thread. */
  opened({ state, account, abilities }: OpenedSession): void {
    this.#opened = true
    this.#names = new Set(abilities)
    this.#state = state
    this.#account = account
  }

  /** Its thread has ended. Its host hears of it, and this resolves, when what that host was doing is done: it may still store what the next session begins
   *  with. */
  async lost(detail: string): Promise<void> {
    const before = this.#state
    if (!isFinal(before)) this.#state = { name: 'closed', reason: 'connection_lost', detail }
    await this.#host.settled()
    if (!isFinal(before) && this.#opened) this.#options.host.stateChanged(this.#state)
  }

  #call(method: string, args: readonly unknown[]): Promise<unknown> {
    return this.#peer.call(this.#number, method, args)
  }

  /** Its methods are those that are called: only the session in the thread knows which there are. */
  #makeAbility<Name extends AbilityName>(ability: Name): Abilities[Name] {
    const methods: Record<string, unknown> = {}
    return new Proxy(methods, {
      get: (_target, method) => {
        // Who awaits it must not take it for a promise.
        if (typeof method !== 'string' || method === 'then') return undefined
        const name = `${ability}.${method}`
        methods[method] ??= (...args: unknown[]) => this.#act(name, args)
        return methods[method]
      },
    }) as unknown as Abilities[Name]
  }

  async #act(name: string, args: readonly unknown[]): Promise<unknown> {
    if (isFinal(this.#state)) throw name === 'messaging.send' ? notSent() : notConnected()
    if (!sends.has(name)) return this.#call(name, args)
    const answer = await this.#call(name, args.map(withoutOutcome)).catch(unsure)
    // A promise in an answer is the answer of WhatsApp.
    const { ack } = answer as { ack?: Promise<unknown> }
    if (!(ack instanceof Promise)) return answer
    const told = ack.catch(unsure)
    told.catch(() => undefined)
    return { ...(answer as object), ack: told }
  }
}

const notConnected = (): EngineError => new EngineError('not_connected', 'the session is not open')
const notSent = (): SendError => new SendError('not_sent', 'the session is not open')

/** Of what must be durable before a message leaves, its thread need know only that it is. */
function withoutOutcome(arg: unknown): unknown {
  const { durable } = (arg ?? {}) as Partial<OutgoingMessage>
  return durable ? { ...(arg as OutgoingMessage), durable: durable.then(() => undefined) } : arg
}

/** When its thread ends, nobody knows what became of a send. */
function unsure(error: unknown): never {
  if (!(error instanceof PeerLost)) throw error
  throw new SendError('unknown', 'the thread of the session ended before it answered', { cause: error })
}
