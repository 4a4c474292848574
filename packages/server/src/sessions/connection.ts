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
import type { SessionListener, SessionStatus } from './sessions.ts'
import { StateWatch } from './state-watch.ts'
import { within } from './within.ts'

/** How long a logout waits for WhatsApp before the secrets go anyway. */
const logoutMs = 5_000
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

/** What the devices of a process share. */
export interface SharedParts {
  readonly gate: Gate
  readonly listener: () => SessionListener
}

/** Keeps one device connected: opens, hears how it ends, and does what the reconnect table says. Everything that changes the connection runs
 *  in the command lane, one at a time; `open`, `close`, `unlink` and `conclude` are for tasks that run there. */
export class Connection {
  readonly deviceId: string
  readonly record: SessionRecord
  readonly history: EndHistory
  readonly watch = new StateWatch()
  readonly #dependencies: SessionDependencies
  readonly #shared: SharedParts
  readonly #commands = createLane()
  readonly #timer = new RetryTimer()
  readonly #keepalive = new Keepalive({ say: (signal) => this.#say(signal), dead: (session) => this.#dead(session) })
  #link: Link | undefined
  #view: View = { name: 'idle' }
  #since: number
  #next: Next = { kind: 'wait_for_person' }
  #retryAt: number | undefined
  #qr: { qr: PairingQr; shownAt: number } | undefined
  #halted = false

  constructor(deviceId: string, dependencies: SessionDependencies, shared: SharedParts) {
    this.deviceId = deviceId
    this.record = new SessionRecord(deviceId, dependencies)
    this.history = new EndHistory(dependencies)
    this.#dependencies = dependencies
    this.#shared = shared
    this.#since = dependencies.clock.now()
  }

  get status(): SessionStatus {
    const automatic = this.#next.kind !== 'wait_for_person' && this.#next.kind !== 'stop'
    return {
      state: this.#view,
      nextAction: nextActionFor(this.#view, automatic),
      loaded: this.#link !== undefined,
      connected: this.#view.name === 'open',
      linked: this.record.linked ?? false,
      since: this.#since,
      ...(this.#retryAt !== undefined && { retryAt: this.#retryAt }),
    }
  }

  /** The current attempt's session, in whatever state. */
  get session(): Session | undefined {
    return this.#link?.session
  }

  /** There is an attempt, or a connection. */
  get exists(): boolean {
    return this.#link !== undefined
  }

  /** Since when the current connection is open, Unix ms; 0 when it is not. */
  get openedAt(): number {
    return this.#link?.openedAt ?? 0
  }

  /** The code that a phone can scan now. */
  get qr(): { qr: PairingQr; shownAt: number } | undefined {
    return this.#qr
  }

  /** Nothing connects any more from here on. */
  get halted(): boolean {
    return this.#halted
  }

  halt(): void {
    this.#halted = true
  }

  run<Result>(command: () => Promise<Result>): Promise<Result> {
    return this.#commands.run(command)
  }

  /** Connects at `at` (Unix ms) by taking a slot then. */
  schedule(at: number, linked: boolean): void {
    if (this.#link || this.#halted) return
    // A device whose row says `pending` may still hold a link that was written just before a crash: its credentials will tell.
    if (linked) this.record.linked ??= true
    this.#setView({ name: 'closed', detail: 'waiting for its turn to connect' })
    this.#plan({ kind: 'wait_until', at })
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
      await this.close()
      await this.conclude(end, link.openedAt)
    })
  }

  /** Opens a connection unless there is one. Runs in the command lane. */
  async open(leaveGate: () => void = () => undefined): Promise<void> {
    if (this.#halted || this.#link) {
      leaveGate()
      return
    }
    this.#unplan()
    const link: Link = { session: undefined, leaveGate, openedAt: 0 }
    this.#link = link
    this.#qr = undefined
    this.#setView({ name: 'connecting' })
    try {
      const held = await this.record.load()
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
      await this.conclude({ name: 'closed', reason: lost ? 'ownership_lost' : 'connect_failed' }, 0)
    }
  }

  #hostFor(link: Link, { ownership, credentials }: Held) {
    const current = () => this.#link === link
    return createSessionHost({
      deviceId: this.deviceId,
      dependencies: this.#dependencies,
      listener: this.#shared.listener,
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
        this.record.account = account
        this.#inBackground(() => this.record.commit({ account }, []))
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
    const account = link.session.account ?? this.record.account
    this.record.account = account
    this.record.linked = true
    this.#qr = undefined
    this.#setView(state)
    this.#keepalive.restored()
    const fresh = { status: 'active', state: 'open', reason: null, bannedUntil: null } as const
    const change = { ...fresh, lastActiveAt: this.#dependencies.clock.now(), ...(account && { account }) }
    const ours = await this.#note(() => this.record.commit(change, [{ kind: 'state_changed', state, wasOpen: false }]))
    if (ours) this.#shared.listener().opened(this.deviceId)
    else await this.#lostOwnership()
  }

  async #ended(link: Link, end: SessionState): Promise<void> {
    if (this.#link !== link) return
    this.#link = undefined
    await this.conclude(end, link.openedAt)
  }

  /** Makes the end of a connection durable and does what follows from it. @param openedAt 0 when it never was open */
  async conclude(end: SessionState, openedAt: number): Promise<void> {
    const owned = end.name !== 'replaced' || (await this.record.stillOwned())
    const plan = this.history.plan(end, { openedAt, owned, linked: this.record.linked ?? false })
    this.#qr = undefined
    const unlinked = !this.record.linked && end.name === 'closed'
    const view: View = unlinked ? { name: 'idle', reason: end.reason ?? 'closed' } : end
    const known = owned && end.reason !== 'ownership_lost'
    const ours = known && (await this.#note(() => this.#storeEnd(end, view, plan)))
    if (!ours) {
      this.record.forgetOwnership()
      this.settle({ ...end, reason: 'ownership_lost' }, { kind: 'stop' })
      return
    }
    if (plan.wipe) this.record.forgetLink()
    this.settle(view, plan.next)
    if (plan.wipe) this.#shared.listener().loggedOut(this.deviceId)
  }

  async #storeEnd(end: SessionState, view: View, plan: SessionEnd): Promise<void> {
    const change = {
      state: view.name,
      reason: view.reason ?? end.detail ?? null,
      bannedUntil: end.expiresAt ?? null,
      ...(plan.deviceStatus && { status: plan.deviceStatus }),
    }
    await this.record.commit(change, plan.signals, plan.wipe ? this.record.wipe() : [])
  }

  /** A state that could not be stored must not stop what follows from it. @returns false when the device belongs to another process */
  async #note(store: () => Promise<void>): Promise<boolean> {
    try {
      await store()
    } catch (error) {
      if (error instanceof OwnershipLostError) return false
      this.#dependencies.logger.error({ device: this.deviceId, err: error }, 'a session state could not be stored')
    }
    return true
  }

  async #paired(account: Account): Promise<void> {
    this.record.account = account
    this.#qr = undefined
    const change = { account, status: 'disconnected', state: 'pairing', reason: null } as const
    await this.record.commit(change, [{ kind: 'paired', account }])
    this.record.linked = true
  }

  #showQr(qr: PairingQr): void {
    this.#qr = { qr, shownAt: this.#dependencies.clock.now() }
    this.#say({ kind: 'qr_shown', codes: [qr.text] })
    this.watch.changed()
  }

  /** Ends the current connection, if any, without consequences. */
  async close(): Promise<void> {
    this.#unplan()
    const link = this.#link
    this.#link = undefined
    this.#qr = undefined
    link?.leaveGate()
    await link?.session?.close()
    if (link) this.#setView({ name: 'closed', reason: 'local' })
  }

  /** Ends the connection and asks WhatsApp to remove the link, for no longer than a bound. */
  async unlink(): Promise<void> {
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
    this.#inBackground(() => this.record.commit({}, [signal]))
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
    await this.close()
    this.record.forgetOwnership()
    this.settle({ name: 'closed', reason: 'ownership_lost' }, { kind: 'stop' })
  }

  /** There is no connection now: this is why, and this comes next. */
  settle(view: View, next: Next): void {
    this.#plan(next)
    this.#setView(view)
  }

  #plan(next: Next): void {
    this.#unplan()
    this.#next = next
    if (this.#halted || next.kind === 'wait_for_person' || next.kind === 'stop') return
    if (next.kind === 'reconnect_now') {
      this.#inBackground(() => this.open())
      return
    }
    const now = this.#dependencies.clock.now()
    this.#retryAt = next.kind === 'wait_until' ? next.at : now + next.delayMs
    this.#timer.arm(this.#retryAt - now, () => void this.#connectThroughGate())
    this.watch.changed()
  }

  async #connectThroughGate(): Promise<void> {
    const leave = await this.#shared.gate.enter()
    // A person may have logged out, or another attempt begun, while this one waited for its slot.
    this.#inBackground(async () => {
      // When the database does not answer, opening fails in the same way and is tried again.
      const linked = await this.record.load().then(
        () => this.record.linked,
        () => true,
      )
      if (linked) {
        await this.open(leave)
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
    this.watch.changed()
  }
}
