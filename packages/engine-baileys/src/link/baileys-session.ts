import {
  type Abilities,
  type AbilityName,
  type Account,
  EngineError,
  isFinal,
  type OpenOptions,
  type PairingQr,
  type PasskeyAssertion,
  type Session,
  type SessionState,
} from '@switchboard/engine'
import { type BinaryNode, type StreamEnd, UnprovenPairing } from '@switchboard/link'
import type { AbilityParts } from '../abilities/ability-parts.ts'
import type { AbilityDefinition } from '../abilities/define-ability.ts'
import { abilities } from '../abilities/registry.ts'
import { newCreds } from '../credentials/device-creds.ts'
import { DeviceStore } from '../credentials/device-store.ts'
import { saveAndTell } from '../credentials/save-and-tell.ts'
import { type StoredAtStart, storedAtStart } from '../credentials/stored-at-start.ts'
import { OwnPresence } from '../session/own-presence.ts'
import type { EngineParts, SessionContext } from '../session/session-context.ts'
import { NotStoredError } from '../shared/not-stored-error.ts'
import { DeviceRatchets } from '../signal/device-ratchets.ts'
import { childOf, dated, serverJid } from '../wire/nodes.ts'
import type { ProxyAgent } from '../wire/proxies.ts'
import { proxyAgent } from '../wire/proxy-agent.ts'
import type { Connect, Connection, ConnectionListener } from './connection.ts'
import { accountOf, linkAccount } from './link-account.ts'
import { logIn } from './log-in.ts'
import { PasskeyPairing } from './passkey-pairing.ts'
import { removeLink } from './remove-link.ts'
import { SessionPipelines } from './session-pipelines.ts'
import { finalState, type LinkPhase } from './states.ts'

const connectDeadlineMs = 25_000

let serials = 0

interface Beginning {
  readonly connect: Connect
  readonly agent: ProxyAgent | undefined
  readonly stored: StoredAtStart
}

/** One connection of one device. */
export class BaileysSession implements Session {
  readonly #context: SessionContext
  readonly #connection: Connection
  readonly #agent: ProxyAgent | undefined
  readonly #pipelines: SessionPipelines
  readonly #presence: OwnPresence
  readonly #passkey: PasskeyPairing
  readonly #abilities: Partial<Abilities> = {}
  /** What an earlier connection left to do. */
  readonly #left: Omit<StoredAtStart, 'creds'>
  #parts: AbilityParts | undefined
  readonly #deadline: NodeJS.Timeout
  readonly #ended = Promise.withResolvers<void>()
  #state: SessionState = { name: 'connecting' }
  #phase: LinkPhase = 'connecting'
  #ending: SessionState | undefined
  #loggingIn = false

  /** Starts connecting. @throws EngineError `invalid_argument` */
  static async open(options: OpenOptions, parts: EngineParts, connect: Connect): Promise<BaileysSession> {
    const agent = await proxyAgent(options)
    return new BaileysSession(options, parts, { connect, agent, stored: await storedAtStart(options.credentials) })
  }

  private constructor(options: OpenOptions, parts: EngineParts, { connect, agent, stored }: Beginning) {
    const { creds = newCreds(), notedHistory, waitingState } = stored
    this.#agent = agent
    this.#left = { notedHistory, waitingState }
    const serial = String(++serials)
    const failed = (error: unknown) => this.#failed(error)
    const lost = () => this.#end({ name: 'closed', reason: 'ownership_lost' })
    const store = new DeviceStore(options.credentials, lost, (writes) => saveAndTell(writes, options, parts.clock))
    const signal = new DeviceRatchets(creds, store, parts.caches, serial)
    const { clock } = parts
    const wire = connect({ creds, store, signal, clock, options, agent, listener: this.#listener() })
    this.#connection = wire
    this.#presence = new OwnPresence(creds, wire, parts.clock, options.forceActiveReceipts ?? false)
    this.#context = {
      ...parts,
      serial,
      options,
      host: options.host,
      creds,
      store,
      signal,
      wire,
      sendsActiveReceipts: () => this.#presence.sendsActiveReceipts,
      notTaken: (error) => this.#notTaken(error),
      warn: (error, message) => this.#warn(error, message),
    }
    const [context, connection] = [this.#context, this.#connection]
    const renamed = (name: string) => this.#rename(name)
    const passkey = this.#passkeyPairing()
    this.#passkey = passkey
    this.#pipelines = new SessionPipelines({ context, connection, passkey, failed, renamed })
    this.#deadline = this.#startDeadline()
  }

  get state(): SessionState {
    return this.#state
  }

  get lastHeardAt(): number {
    return this.#connection.heardAt
  }

  get account(): Account | undefined {
    return accountOf(this.#context.creds)
  }

  can(ability: AbilityName): boolean {
    return ability in abilities
  }

  use<Name extends AbilityName>(ability: Name): Abilities[Name] {
    if (!this.can(ability)) throw new EngineError('unsupported', `this engine has no ${ability}`)
    const known = this.#abilities[ability]
    if (known) return known
    this.#parts ??= this.#makeParts()
    const made = (abilities[ability] as AbilityDefinition<Name>).of(this.#parts)
    this.#abilities[ability] = made
    return made
  }

  #makeParts(): AbilityParts {
    const { directory, groups, sends, posts, acks, tokens, privacy, uploader, appState } = this.#pipelines
    const [context, presence] = [this.#context, this.#presence]
    const isOpen = () => this.#state.name === 'open'
    return { directory, groups, sends, posts, acks, tokens, privacy, uploader, appState, context, presence, isOpen }
  }

  async requestPairingCode(phone: string): Promise<string> {
    if (!/^\d{5,20}$/.test(phone)) throw new EngineError('invalid_argument', 'an international number, digits only')
    if (this.#state.name !== 'pairing') throw new EngineError('not_connected', 'the session does not wait for pairing')
    return this.#connection.requestPairingCode(phone)
  }

  answerPasskey(assertion: PasskeyAssertion): Promise<void> {
    return this.#passkey.answer(assertion)
  }

  confirmPasskey(same: boolean): Promise<void> {
    return this.#passkey.confirm(same)
  }

  async ping(timeoutMs: number): Promise<void> {
    const ping = [{ tag: 'ping', attrs: {} }]
    const attrs = { to: serverJid, type: 'get', xmlns: 'w:p' }
    await this.#context.wire.query({ tag: 'iq', attrs, content: ping }, timeoutMs)
  }

  setForceActiveReceipts(force: boolean): void {
    this.#presence.forceActive = force
  }

  async close(): Promise<void> {
    this.#end({ name: 'closed', reason: 'local' })
    await this.#ended.promise
  }

  async logout(): Promise<void> {
    if (this.#state.name === 'open') await removeLink(this.#context)
    this.#end({ name: 'logged_out', reason: 'local' })
    await this.#ended.promise
  }

  #passkeyPairing(): PasskeyPairing {
    return new PasskeyPairing(this.#context, {
      began: () => {
        this.#phase = 'passkey'
        this.#connection.stopCodes()
      },
      change: (state) => {
        if (!this.#ending) this.#change(state)
      },
      end: (state) => this.#end(state),
    })
  }

  #startDeadline(): NodeJS.Timeout {
    const unanswered = { name: 'closed', reason: 'connect_failed', detail: 'no answer in time' } as const
    const heldUp = { name: 'closed', reason: 'proxy_failed', detail: 'the proxy does not answer' } as const
    const late = () => this.#end(this.#agent?.reached === false ? heldUp : unanswered)
    return setTimeout(late, connectDeadlineMs).unref()
  }

  #listener(): ConnectionListener {
    return {
      opened: () => {
        this.#phase = 'handshake'
      },
      heard: () => {
        if (this.#phase === 'handshake') this.#phase = 'up'
      },
      stanza: (node) => this.#take(node),
      qr: (picture) => this.#showQr(picture),
      credsChanged: () => this.#pipelines.saver.changed(),
      failed: (error) => this.#failed(error),
      ended: (end) => this.#connectionEnded(end),
    }
  }

  #take(node: BinaryNode): void {
    switch (node.tag) {
      case 'success':
        // Nobody who is not linked is logged in (seen in: whatsmeow connectionevents.go).
        if (this.account && !this.#loggingIn) void this.#logIn(node).catch((error) => this.#failed(error))
        break
      case 'ack':
        if (node.attrs['class'] === 'message') this.#pipelines.acks.take(dated(node, this.#context.clock.now()))
        break
      case 'iq':
        // Who is linked cannot be linked again: whatever says so is no word of WhatsApp's.
        if (childOf(node, 'pair-success') && !this.account) void this.#pair(node)
        break
      default:
        this.#pipelines.router.take(node)
    }
  }

  async #logIn(success: BinaryNode): Promise<void> {
    this.#loggingIn = true
    // From here on every request has a time-out of its own.
    clearTimeout(this.#deadline)
    try {
      await logIn(success, this.#context)
    } catch (error) {
      this.#warn(error, 'logging in failed')
      this.#end({ name: 'closed', reason: error instanceof NotStoredError ? 'connection_lost' : 'connect_failed' })
      return
    }
    if (this.#ending) return
    this.#change({ name: 'open' })
    this.#connection.loggedIn()
    this.#pipelines.username.opened()
    if (this.#left.notedHistory) await this.#pipelines.history.resume()
    if (this.#left.waitingState) this.#pipelines.appState.opened()
  }

  async #pair(node: BinaryNode): Promise<void> {
    try {
      await linkAccount(node, this.#context)
      this.#passkey.stop()
      this.#phase = 'up'
    } catch (error) {
      this.#warn(error, 'a pairing was refused')
      const detail = error instanceof UnprovenPairing ? error.text : 'internal-error'
      this.#end({ name: 'closed', reason: 'pairing_failed', detail })
    }
  }

  #rename(name: string): void {
    const { me } = this.#context.creds
    if (!me || me.name === name) return
    this.#connection.rename(name)
    const { account } = this
    if (account) this.#context.host.accountChanged(account)
  }

  #connectionEnded(end: StreamEnd): void {
    void this.#finish(this.#ending ?? finalState(end, this.#phase, this.#context.clock))
  }

  #showQr(picture: PairingQr): void {
    if (this.#ending) return
    if (this.#state.name === 'connecting') {
      clearTimeout(this.#deadline)
      this.#phase = 'pairing'
      this.#change({ name: 'pairing' })
    }
    this.#context.host.pairingQr(picture)
  }

  #change(state: SessionState): void {
    if (isFinal(this.#state)) return
    this.#state = state
    this.#context.host.stateChanged(state)
  }

  #warn(error: unknown, message: string): void {
    // A failure that the end of the session causes need not be logged.
    if (this.#ending && error instanceof EngineError && error.code === 'closed') return
    const cause = error instanceof Error && error.cause !== undefined ? { cause: String(error.cause) } : {}
    this.#context.logger.warn({ device: this.#context.options.deviceId, error: String(error), ...cause }, message)
  }

  #failed(error: unknown): void {
    if (error instanceof NotStoredError) this.#notTaken(error)
    else this.#warn(error, 'a part of the session failed')
  }

  #notTaken(error: unknown): void {
    this.#warn(error, 'an incoming item could not be stored')
    this.#end({
      name: 'closed',
      reason: 'connection_lost',
      detail: 'an incoming item could not be stored; WhatsApp delivers it again',
    })
  }

  /** Begins to end the connection; the first reason stands. */
  #end(state: SessionState): void {
    if (this.#ending || isFinal(this.#state)) return
    this.#ending = state
    this.#passkey.stop()
    this.#pipelines.stop()
    this.#connection.end()
  }

  async #finish(state: SessionState): Promise<void> {
    this.#ending ??= state
    clearTimeout(this.#deadline)
    this.#passkey.stop()
    this.#pipelines.stop()
    await this.#pipelines.settled()
    this.#change(state)
    this.#ended.resolve()
  }
}
