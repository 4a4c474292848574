import { isFinal, OwnershipLostError, type Session, type SessionState } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { DeviceSignal } from '../events/event-source.ts'
import { beyondRequest } from '../observe/request-context.ts'
import { Attempt } from './attempt.ts'
import { ConnectionEnds } from './connection-ends.ts'
import { ConnectionStarts } from './connection-starts.ts'
import { ConnectionView, type View } from './connection-view.ts'
import { createDeviceLane } from './device-lane.ts'
import { DurableSession, type Held } from './durable-session.ts'
import { EndHistory } from './end-history.ts'
import type { Gate } from './gate.ts'
import { Keepalive } from './keepalive.ts'
import { nextActionFor } from './next-action.ts'
import { openSession } from './open-session.ts'
import type { Pairings } from './pairings.ts'
import { ReconnectPlan } from './reconnect-plan.ts'
import type { SessionDependencies, WatchdogSettings } from './session-dependencies.ts'
import type { Next } from './session-end.ts'
import type { HostCallbacks } from './session-host.ts'
import type { SessionListener, SessionStatus } from './sessions.ts'
import { within } from './within.ts'

/** How long a logout waits for WhatsApp before the secrets go anyway. */
const logoutMs = 5_000

/** What the devices of a process share. */
export interface SharedParts {
  readonly gate: Gate
  readonly pairings: Pairings
  readonly listener: () => SessionListener
}

/** Keeps one device connected: opens, hears how it ends, and does what the reconnect table says. Everything that changes the connection runs
 *  in the command lane, one at a time; `open`, `close`, `unlink` and what `ends` does are for tasks that run there. */
export class Connection {
  readonly deviceId: string
  readonly record: DurableSession
  readonly history: EndHistory
  readonly view: ConnectionView
  readonly plan: ReconnectPlan
  readonly ends: ConnectionEnds
  readonly #dependencies: SessionDependencies
  readonly #listener: () => SessionListener
  readonly #commands = createDeviceLane()
  readonly #keepalive: Keepalive
  readonly #starts: ConnectionStarts
  #attempt: Attempt | undefined

  constructor(deviceId: string, dependencies: SessionDependencies, { gate, listener }: SharedParts) {
    const { clock } = dependencies
    this.deviceId = deviceId
    this.record = new DurableSession(deviceId, dependencies)
    this.history = new EndHistory(dependencies)
    this.view = new ConnectionView(clock)
    this.plan = new ReconnectPlan({
      clock,
      gate,
      connectNow: () => this.#inBackground(() => this.open()),
      connectInTurn: (leave) => this.#inBackground(() => this.#takeTurn(leave)),
    })
    const { record, history, view, plan } = this
    this.ends = new ConnectionEnds({ deviceId, record, history, view, plan, dependencies, listener })
    this.#starts = new ConnectionStarts({ deviceId, record, view, dependencies, listener })
    this.#dependencies = dependencies
    this.#listener = listener
    this.#keepalive = new Keepalive({
      clock,
      say: (signal) => this.#sayHeard(signal),
      giveUp: (attempt, end) => this.#giveUp(attempt, end),
    })
  }

  get status(): SessionStatus {
    const { state, since } = this.view
    const { automatic, retryAt } = this.plan
    const { row } = this.record
    return {
      state,
      nextAction: nextActionFor(state, automatic),
      loaded: this.#attempt !== undefined,
      connected: state.name === 'open',
      linked: this.record.linked,
      comesBack: this.#attempt !== undefined || automatic,
      since,
      ...(row && { stored: { status: row.status, state: row.state, stateReason: row.state_reason } }),
      ...(retryAt !== undefined && { retryAt }),
    }
  }

  /** The current attempt's session, in whatever state. */
  get session(): Session | undefined {
    return this.#attempt?.session
  }

  /** There is an attempt, or a connection. */
  get exists(): boolean {
    return this.#attempt !== undefined
  }

  /** Since when the current connection is open, on the monotonic clock; 0 when it is not. */
  get openedAt(): number {
    return this.#attempt?.openedAt ?? 0
  }

  run<Result>(command: () => Promise<Result>): Promise<Result> {
    return this.#commands.run(command)
  }

  /** Connects by taking a slot when its time comes. @param view what keeps the device waiting until then */
  schedule(next: Next, view: View = { name: 'closed', detail: 'waiting for its turn to connect' }): void {
    if (!this.#attempt && !this.plan.halted) this.ends.settle(view, next)
  }

  /** One look of the watchdog: a socket that is open but silent is not healthy. */
  inspect(settings: WatchdogSettings): void {
    if (this.#attempt) this.#keepalive.look(this.#attempt, this.view, settings)
  }

  #giveUp(attempt: Attempt, end: SessionState): void {
    this.#inBackground(async () => {
      if (this.#attempt !== attempt) return
      await this.close()
      await this.ends.conclude(end, attempt)
    })
  }

  /** Opens a connection unless there is one. Runs in the command lane. @param loaded what the lane has loaded just now */
  async open(leaveGate: () => void = () => undefined, loaded?: Held): Promise<void> {
    if (this.plan.halted || this.#attempt) {
      leaveGate()
      return
    }
    this.plan.cancel()
    const { version } = this.#dependencies.webVersion
    const attempt = new Attempt(version, leaveGate)
    this.#attempt = attempt
    this.view.hideQr()
    this.view.show({ name: 'connecting' })
    try {
      const { deviceId } = this
      const parts = { deviceId, dependencies: this.#dependencies, listener: this.#listener, version }
      const held = loaded ?? (await this.record.load())
      attempt.session = await beyondRequest(() => openSession(parts, held, this.#callbacksOf(attempt)))
    } catch (error) {
      this.#attempt = undefined
      leaveGate()
      await this.#notOpened(error, attempt)
    }
  }

  async #notOpened(error: unknown, attempt: Attempt): Promise<void> {
    if (error instanceof AppError) {
      this.view.show({ name: 'idle' })
      throw error
    }
    const lost = error instanceof OwnershipLostError
    this.#dependencies.logger.warn({ device: this.deviceId, err: error }, 'a session could not be opened')
    await this.ends.conclude({ name: 'closed', reason: lost ? 'ownership_lost' : 'connect_failed' }, attempt)
  }

  #callbacksOf(attempt: Attempt): HostCallbacks {
    const ifCurrent =
      <Told>(hear: (told: Told) => void) =>
      (told: Told) => {
        if (this.#attempt === attempt) hear(told)
      }
    return {
      stateChanged: ifCurrent((state) => this.#stateChanged(attempt, state)),
      pairingQr: ifCurrent((qr) => {
        this.view.showQr(qr)
        this.#say({ kind: 'qr_shown', codes: [qr.text] })
      }),
      passkeyRequired: ifCurrent((request) => {
        this.view.showPasskey(request)
        this.#say({ kind: 'passkey_required', request })
      }),
      passkeyCode: ifCurrent((code) => {
        const passkey = this.view.showPasskeyCode(code)
        if (passkey) this.#say({ kind: 'passkey_code', code, expiresAt: passkey.request.expiresAt })
      }),
      // Not in the command lane: a command that closes this connection would wait for it, and it for the command.
      paired: (account) => this.#starts.paired(account, attempt),
      accountChanged: ifCurrent((account) => {
        this.record.account = account
        this.#inBackground(() => this.record.commit({ account }, []))
      }),
    }
  }

  #stateChanged(attempt: Attempt, state: SessionState): void {
    if (state.name !== 'connecting') attempt.leaveGate()
    if (isFinal(state)) {
      this.#inBackground(() => this.#ended(attempt, state))
    } else if (state.name === 'open') {
      attempt.openedAt = this.#dependencies.clock.monotonic()
      this.#inBackground(() => this.#opened(attempt, state))
    } else {
      this.view.show(state)
    }
  }

  async #opened(attempt: Attempt, state: SessionState): Promise<void> {
    const { session } = attempt
    if (this.#attempt !== attempt || !session || isFinal(session.state)) return
    this.#keepalive.restored()
    if (!(await this.#starts.opened(attempt, session, state))) return this.#lostOwnership()
    this.#listener().opened(this.deviceId)
  }

  async #ended(attempt: Attempt, end: SessionState): Promise<void> {
    if (this.#attempt !== attempt) return
    this.#attempt = undefined
    await this.ends.conclude(end, attempt)
    if (end.name === 'outdated') void this.#replaceOutdated(attempt)
  }

  /** Looks for a newer version and connects with it, if there is one, as soon as there is a slot. Nothing waits for the look. */
  async #replaceOutdated({ version }: Attempt): Promise<void> {
    if (!(await this.#dependencies.webVersion.replaces(version))) return
    this.#inBackground(async () => {
      const waits = !this.#attempt && this.view.state.name === 'outdated'
      if (waits) this.plan.follow({ kind: 'reconnect_after', delayMs: 0 })
    })
  }

  /** Ends the current connection, if any, without consequences. */
  async close(): Promise<void> {
    const attempt = this.#detach()
    await attempt?.session?.close()
    if (attempt) this.view.show({ name: 'closed', reason: 'local' })
  }

  /** The device is, or may be, another process's: ends the connection at once, whatever is under way, and forgets it. */
  async abandon(): Promise<void> {
    this.plan.halt()
    const attempt = this.#detach()
    this.record.forgetOwnership()
    if (attempt) this.view.show({ name: 'closed', reason: 'ownership_lost' })
    await attempt?.session?.close()
    // One that is being opened just now.
    void this.#commands.run(async () => attempt?.session?.close())
  }

  /** Ends the connection and asks WhatsApp to remove the link, for no longer than a bound. */
  async unlink(): Promise<void> {
    const session = this.#detach()?.session
    if (!session) return
    if (this.view.state.name === 'open') await within(session.logout(), logoutMs)
    await within(session.close(), logoutMs)
  }

  /** Nothing that the current attempt tells counts from here on. */
  #detach(): Attempt | undefined {
    const attempt = this.#attempt
    this.plan.cancel()
    this.#attempt = undefined
    this.view.hideQr()
    attempt?.leaveGate()
    return attempt
  }

  #sayHeard(signal: DeviceSignal): void {
    const { observer } = this.#dependencies
    if (signal.kind === 'keepalive_missed') observer.silent(this.deviceId, signal.errorCount)
    else observer.heardAgain(this.deviceId)
    this.#say(signal)
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
    const { openedAt } = this
    await this.close()
    this.ends.lose({ name: 'closed' }, { openedAt, requestId: undefined })
  }

  /** Connects with a slot, unless the credentials turn out to belong to nobody. */
  async #takeTurn(leave: () => void): Promise<void> {
    // When the database does not answer, opening fails in the same way and is tried again.
    const held = await this.record.load().catch(() => undefined)
    if (!held || this.record.linked) {
      await this.open(leave, held)
      return
    }
    leave()
    if (this.#attempt) return
    this.view.show({ name: 'idle' })
    // Whatever its row said: what waits for this device would wait without end.
    await this.#listener().loggedOut(this.deviceId)
  }
}
