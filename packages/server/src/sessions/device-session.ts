import {
  type Account,
  isFinal,
  OwnershipLostError,
  type PairingQr,
  type Session,
  type SessionState,
} from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { DeviceSignal } from '../events/event-source.ts'
import type { Statement } from '../storage/database.ts'
import { EndHistory } from './end-history.ts'
import type { Gate } from './gate.ts'
import { Keepalive } from './keepalive.ts'
import { createLane } from './lane.ts'
import { nextActionFor } from './next-action.ts'
import { openSession } from './open-session.ts'
import { RetryTimer } from './retry-timer.ts'
import type { SessionDependencies, WatchdogSettings } from './session-dependencies.ts'
import type { Next, SessionEnd } from './session-end.ts'
import { createSessionHost } from './session-host.ts'
import { type Held, SessionRecord } from './session-record.ts'
import type { LoginAnswer, SessionListener, SessionStatus } from './sessions.ts'
import { StateWatch } from './state-watch.ts'
import { within } from './within.ts'

/** How long an answer to a login request waits for the first code. */
const firstCodeMs = 30_000
/** How long a logout waits for WhatsApp before the secrets go anyway. */
const logoutMs = 5_000
/** How long an answer to a reconnect request waits for the outcome. */
const reconnectAnswerMs = 10_000
/** An attempt that is neither open nor ended after this long is given up by the watchdog. */
const connectingBoundMs = 90_000

type View = SessionStatus['state']

/** One connection attempt and what came of it. Callbacks of an attempt that is no longer the current one are ignored. */
interface Link {
  session: Session | undefined
  /** Gives the connect slot back. */
  leaveGate: () => void
  openedAt: number
}

/** The actor of one device: everything that changes its connection runs in its command lane, one at a time. */
export class DeviceSession {
  readonly deviceId: string
  /** For sends. */
  readonly lane = createLane()
  readonly #commands = createLane()
  readonly #dependencies: SessionDependencies
  readonly #gate: Gate
  readonly #listener: () => SessionListener
  readonly #record: SessionRecord
  readonly #history: EndHistory
  readonly #watch = new StateWatch()
  readonly #timer = new RetryTimer()
  readonly #keepalive = new Keepalive({ say: (signal) => this.#say(signal), dead: (session) => this.#dead(session) })
  #link: Link | undefined
  #view: View = { name: 'idle' }
  #since: number
  #next: Next = { kind: 'wait_for_person' }
  #retryAt: number | undefined
  #qr: { qr: PairingQr; shownAt: number } | undefined
  #stopped = false

  constructor(
    deviceId: string,
    dependencies: SessionDependencies,
    shared: { gate: Gate; listener: () => SessionListener },
  ) {
    this.deviceId = deviceId
    this.#dependencies = dependencies
    this.#gate = shared.gate
    this.#listener = shared.listener
    this.#record = new SessionRecord(deviceId, dependencies)
    this.#history = new EndHistory(dependencies)
    this.#since = dependencies.clock.now()
  }

  get status(): SessionStatus {
    const automatic = this.#next.kind !== 'wait_for_person' && this.#next.kind !== 'stop'
    return {
      state: this.#view,
      nextAction: nextActionFor(this.#view, automatic),
      loaded: this.#link !== undefined,
      connected: this.#view.name === 'open',
      linked: this.#record.linked ?? false,
      since: this.#since,
      ...(this.#retryAt !== undefined && { retryAt: this.#retryAt }),
    }
  }

  get account(): Account | undefined {
    return this.#record.account
  }

  /** @throws AppError device_not_linked | device_not_connected | shutting_down */
  get openSession(): Session {
    if (this.#stopped) throw new AppError('shutting_down')
    if (this.#view.name === 'open' && this.#link?.session) return this.#link.session
    throw new AppError(this.#record.linked ? 'device_not_connected' : 'device_not_linked')
  }

  fence(): Statement[] {
    return this.#record.fence()
  }

  /** Connects at `at` (Unix ms) by taking a slot then. */
  schedule(at: number, linked: boolean): void {
    if (this.#link || this.#stopped) return
    // A device whose row says `pending` may still hold a link that was written just before a crash: its credentials will tell.
    if (linked) this.#record.linked ??= true
    this.#setView({ name: 'closed', detail: 'waiting for its turn to connect' })
    this.#plan({ kind: 'wait_until', at })
  }

  /** Resolves when the device is connected or its attempt failed, or after the bound. */
  async settled(boundMs: number): Promise<void> {
    const { failures } = this.#history
    const view = this.#view
    const waits = () => this.#view === view || this.#view.name === 'connecting' || this.#view.name === 'pairing'
    await this.#watch.until(() => !waits() || this.#history.failures !== failures, boundMs)
  }

  async login(): Promise<LoginAnswer> {
    await this.#commands.run(() => this.#prepareLogin())
    await this.#untilCode()
    if (this.#record.linked) return { kind: 'already_linked' }
    if (this.#qr) return { kind: 'qr', ...this.#qr }
    throw this.#loginFailure()
  }

  async loginCode(
    phone: string,
  ): Promise<{ kind: 'already_linked' } | { kind: 'code'; code: string; validForMs: number }> {
    await this.#commands.run(() => this.#prepareLogin())
    await this.#untilCode()
    if (this.#record.linked) return { kind: 'already_linked' }
    const session = this.#link?.session
    if (!session || !this.#qr) throw this.#loginFailure()
    // WhatsApp keeps a code for about three minutes; the contract names 160 s.
    return { kind: 'code', code: await session.requestPairingCode(phone), validForMs: 160_000 }
  }

  async reconnect(): Promise<SessionStatus> {
    await this.#commands.run(async () => {
      await this.#record.load()
      if (!this.#record.linked) throw new AppError('device_not_linked')
      await this.#close()
      this.#history.forget()
      await this.#open(() => undefined)
    })
    await this.#watch.until(() => this.#view.name !== 'connecting', reconnectAnswerMs)
    return this.status
  }

  async logout(): Promise<void> {
    const requested: SessionState = { name: 'logged_out', detail: 'requested' }
    await this.#commands.run(async () => {
      await this.#record.load()
      if (!this.#record.linked) throw new AppError('device_not_linked')
      const wasOpen = this.#view.name === 'open'
      await this.#unlink()
      await this.#record.commit(
        { status: 'logged_out', state: 'logged_out', reason: 'requested' },
        [{ kind: 'state_changed', state: requested, wasOpen }],
        this.#record.wipe(),
      )
      this.#record.forgetLink()
      this.#plan({ kind: 'wait_for_person' })
      this.#setView(requested)
    })
    this.#listener().loggedOut(this.deviceId)
  }

  /** Unlinks if there is a link, deletes the secrets and never connects again. */
  async remove(): Promise<void> {
    this.#stopped = true
    await this.#commands.run(async () => {
      const known = await this.#record.load().then(
        () => true,
        () => false,
      )
      await this.#unlink()
      if (known) await this.#record.commit({ status: 'logged_out', state: 'idle' }, [], this.#record.wipe())
      this.#record.forgetLink()
    })
  }

  async settingsChanged(): Promise<void> {
    await this.#commands.run(async () => {
      const before = this.#record.row
      if (!before) return
      const { row } = await this.#record.load()
      const session = this.#link?.session
      if (!session) return
      if (!sameBytes(before.proxy_url_sealed, row.proxy_url_sealed)) {
        await this.#close()
        await this.#open(() => undefined)
        return
      }
      session.setForceActiveReceipts(row.force_active_receipts === 1)
      if (before.passive !== row.passive && this.#view.name === 'open')
        await session.use('passive').setPassive(row.passive === 1)
    })
  }

  /** Ends the connection and keeps the link. */
  async stop(): Promise<void> {
    this.#stopped = true
    await this.#commands.run(async () => {
      const openedAt = this.#link?.openedAt ?? 0
      await this.#close()
      const end: SessionState = { name: 'closed', reason: 'local', detail: 'the server stopped' }
      if (openedAt > 0) await this.#conclude(end, openedAt)
    })
  }

  /** One look of the watchdog: a socket that is open but silent is not healthy. */
  inspect(settings: WatchdogSettings): void {
    const link = this.#link
    const now = this.#dependencies.clock.now()
    if (!link?.session) return
    if (this.#view.name === 'connecting' && now - this.#since > connectingBoundMs) {
      this.#giveUp(link, { name: 'closed', reason: 'connect_failed', detail: 'no answer from WhatsApp' })
    } else if (this.#view.name === 'open') {
      this.#keepalive.look(link.session, Math.max(link.session.lastHeardAt, link.openedAt), now, settings)
    }
  }

  #dead(session: Session): void {
    if (this.#link?.session !== session) return
    this.#giveUp(this.#link, { name: 'closed', reason: 'connection_lost', detail: 'WhatsApp was silent' })
  }

  #giveUp(link: Link, end: SessionState): void {
    this.#inBackground(async () => {
      if (this.#link !== link) return
      await this.#close()
      await this.#conclude(end, link.openedAt)
    })
  }

  #untilCode(): Promise<void> {
    const settled = () => this.#record.linked === true || this.#link === undefined || this.#qr !== undefined
    return this.#watch.until(settled, firstCodeMs)
  }

  async #prepareLogin(): Promise<void> {
    if (this.#stopped) throw new AppError('shutting_down')
    await this.#record.load()
    if (!this.#link) await this.#open(() => undefined)
  }

  #loginFailure(): AppError {
    if (this.#link) return new AppError('whatsapp_timeout', 'WhatsApp gave no pairing code in time')
    const { reason, detail } = this.#view as SessionState
    return new AppError('whatsapp_error', 'The connection ended before a pairing code came', {
      details: { reason: reason ?? this.#view.name, ...(detail && { detail }) },
    })
  }

  /** Opens a connection unless there is one. Runs in the command lane. */
  async #open(leaveGate: () => void): Promise<void> {
    if (this.#stopped || this.#link) {
      leaveGate()
      return
    }
    this.#unplan()
    const link: Link = { session: undefined, leaveGate, openedAt: 0 }
    this.#link = link
    this.#qr = undefined
    this.#setView({ name: 'connecting' })
    try {
      const held = await this.#record.load()
      link.session = await openSession(this.#dependencies, this.deviceId, held, this.#hostFor(link, held))
    } catch (error) {
      this.#link = undefined
      leaveGate()
      if (error instanceof AppError) {
        this.#setView({ name: 'idle' })
        throw error
      }
      const lost = error instanceof OwnershipLostError
      this.#dependencies.logger.warn({ device: this.deviceId, err: error }, 'a session could not be opened')
      await this.#conclude({ name: 'closed', reason: lost ? 'ownership_lost' : 'connect_failed' }, 0)
    }
  }

  #hostFor(link: Link, { ownership, credentials }: Held) {
    const current = () => this.#link === link
    return createSessionHost({
      deviceId: this.deviceId,
      dependencies: this.#dependencies,
      listener: this.#listener,
      ownership,
      credentials,
      stateChanged: (state) => {
        if (current()) this.#stateChanged(link, state)
      },
      pairingQr: (qr) => {
        if (current()) this.#showQr(qr)
      },
      // Not in the command lane: a command that closes this connection would wait for it, and it for the command.
      paired: (account) => this.#paired(account),
      accountChanged: (account) => {
        if (!current()) return
        this.#record.account = account
        this.#inBackground(() => this.#record.commit({ account }, []))
      },
    })
  }

  #stateChanged(link: Link, state: SessionState): void {
    if (state.name !== 'connecting') link.leaveGate()
    if (isFinal(state)) {
      this.#inBackground(() => this.#ended(link, state))
    } else if (state.name === 'open') {
      link.openedAt = this.#dependencies.clock.now()
      this.#inBackground(() => this.#opened(link, state))
    } else {
      this.#setView(state)
    }
  }

  async #opened(link: Link, state: SessionState): Promise<void> {
    if (this.#link !== link || !link.session || isFinal(link.session.state)) return
    const account = link.session.account ?? this.#record.account
    this.#record.account = account
    this.#record.linked = true
    this.#qr = undefined
    this.#setView(state)
    this.#keepalive.restored()
    const fresh = { status: 'active', state: 'open', reason: null, bannedUntil: null } as const
    const change = { ...fresh, lastActiveAt: this.#dependencies.clock.now(), ...(account && { account }) }
    await this.#note(() => this.#record.commit(change, [{ kind: 'state_changed', state, wasOpen: false }]))
    this.#listener().opened(this.deviceId)
  }

  async #ended(link: Link, end: SessionState): Promise<void> {
    if (this.#link !== link) return
    this.#link = undefined
    await this.#conclude(end, link.openedAt)
  }

  /** Makes the end of a connection durable and does what follows from it. @param openedAt 0 when it never was open */
  async #conclude(end: SessionState, openedAt: number): Promise<void> {
    const owned = end.name !== 'replaced' || (await this.#record.stillOwned())
    const plan = this.#history.plan(end, { openedAt, owned, linked: this.#record.linked ?? false })
    this.#qr = undefined
    const ours = owned && end.reason !== 'ownership_lost'
    const unlinked = !this.#record.linked && end.name === 'closed'
    const ownView: View = unlinked ? { name: 'idle', reason: end.reason ?? 'closed' } : end
    const view: View = ours ? ownView : { ...end, reason: 'ownership_lost' }
    if (ours) await this.#note(() => this.#storeEnd(end, view, plan))
    else this.#record.forgetOwnership()
    if (plan.wipe) this.#record.forgetLink()
    this.#plan(plan.next)
    this.#setView(view)
    if (plan.wipe) this.#listener().loggedOut(this.deviceId)
  }

  async #storeEnd(end: SessionState, view: View, plan: SessionEnd): Promise<void> {
    const change = {
      state: view.name,
      reason: view.reason ?? end.detail ?? null,
      bannedUntil: end.expiresAt ?? null,
      ...(plan.deviceStatus && { status: plan.deviceStatus }),
    }
    await this.#record.commit(change, plan.signals, plan.wipe ? this.#record.wipe() : [])
  }

  /** A state that could not be stored must not stop what follows from it. @throws OwnershipLostError */
  async #note(store: () => Promise<void>): Promise<void> {
    try {
      await store()
    } catch (error) {
      if (error instanceof OwnershipLostError) throw error
      this.#dependencies.logger.error({ device: this.deviceId, err: error }, 'a session state could not be stored')
    }
  }

  async #paired(account: Account): Promise<void> {
    this.#record.account = account
    this.#qr = undefined
    const change = { account, status: 'disconnected', state: 'pairing', reason: null } as const
    await this.#record.commit(change, [{ kind: 'paired', account }])
    this.#record.linked = true
  }

  #showQr(qr: PairingQr): void {
    this.#qr = { qr, shownAt: this.#dependencies.clock.now() }
    this.#say({ kind: 'qr_shown', codes: [qr.text] })
    this.#watch.changed()
  }

  /** Ends the current connection, if any, without consequences. */
  async #close(): Promise<void> {
    this.#unplan()
    const link = this.#link
    this.#link = undefined
    this.#qr = undefined
    link?.leaveGate()
    await link?.session?.close()
    if (link) this.#setView({ name: 'closed', reason: 'local' })
  }

  async #unlink(): Promise<void> {
    const link = this.#link
    const session = link?.session
    this.#unplan()
    this.#link = undefined
    this.#qr = undefined
    link?.leaveGate()
    if (!session) return
    if (this.#view.name === 'open') await within(session.logout(), logoutMs)
    await within(session.close(), logoutMs)
  }

  #say(signal: DeviceSignal): void {
    this.#inBackground(() => this.#record.commit({}, [signal]))
  }

  #inBackground(task: () => Promise<void>): void {
    this.#commands.run(task).catch((error) => {
      if (error instanceof OwnershipLostError) {
        void this.#commands.run(() => this.#lostOwnership())
        return
      }
      this.#dependencies.logger.error({ device: this.deviceId, err: error }, 'a session step failed')
    })
  }

  async #lostOwnership(): Promise<void> {
    await this.#close()
    this.#record.forgetOwnership()
    this.#plan({ kind: 'stop' })
    this.#setView({ name: 'closed', reason: 'ownership_lost' })
  }

  #plan(next: Next): void {
    this.#unplan()
    this.#next = next
    if (this.#stopped || next.kind === 'wait_for_person' || next.kind === 'stop') return
    if (next.kind === 'reconnect_now') {
      this.#inBackground(() => this.#open(() => undefined))
      return
    }
    const now = this.#dependencies.clock.now()
    this.#retryAt = next.kind === 'wait_until' ? next.at : now + next.delayMs
    this.#timer.arm(this.#retryAt - now, () => void this.#connectThroughGate())
    this.#watch.changed()
  }

  async #connectThroughGate(): Promise<void> {
    const leave = await this.#gate.enter()
    // A person may have logged out, or another attempt begun, while this one waited for its slot.
    this.#inBackground(async () => {
      // When the database does not answer, opening fails in the same way and is tried again.
      const linked = await this.#record.load().then(
        () => this.#record.linked,
        () => true,
      )
      if (linked) {
        await this.#open(leave)
        return
      }
      leave()
      if (!this.#link) this.#setView({ name: 'idle' })
    })
  }

  #unplan(): void {
    this.#timer.clear()
    this.#retryAt = undefined
  }

  #setView(view: View): void {
    if (view.name !== this.#view.name) this.#since = this.#dependencies.clock.now()
    this.#view = view
    this.#watch.changed()
  }
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (!one || !other) return one === other
  return Buffer.compare(one, other) === 0
}
