import { type Account, isLinking, type PasskeyAssertion, type Session, type SessionState } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { Statement } from '../storage/database.ts'
import type { SessionRow } from '../storage/session-store.ts'
import { Connection, type SharedParts } from './connection.ts'
import { createDeviceLane } from './device-lane.ts'
import { offlineError, takesSends } from './offline-error.ts'
import { PasskeySteps } from './passkey-steps.ts'
import type { SessionDependencies, WatchdogSettings } from './session-dependencies.ts'
import type { LoginAnswer, PasskeyOutcome, SessionStatus } from './sessions.ts'
import { within } from './within.ts'

/** How long an answer to a login request waits for the first code. */
const firstCodeMs = 30_000
/** How long an answer to a reconnect request waits for the outcome. */
const reconnectAnswerMs = 10_000
/** WhatsApp ends a connection that nobody has linked after 160 s, and with it the code that was given on it. */
const pairingMs = 160_000
/** How long the end of a connection is waited for that counts no more. */
const abandonMs = 2_000
/** A connection that has waited longer is replaced for a code, so that there is time to type it. */
const freshPairingMs = 10_000

/** One device as the rest of the gateway uses it: what a person or the operator may ask of its connection. */
export class DeviceSession {
  readonly deviceId: string
  /** For sends. */
  readonly lane = createDeviceLane()
  readonly #connection: Connection
  readonly #passkeySteps: PasskeySteps
  readonly #clock: Clock
  readonly #shared: SharedParts

  constructor(deviceId: string, dependencies: SessionDependencies, shared: SharedParts) {
    this.deviceId = deviceId
    this.#shared = shared
    this.#clock = dependencies.clock
    this.#connection = new Connection(deviceId, dependencies, shared)
    this.#passkeySteps = new PasskeySteps(this.#connection)
  }

  get status(): SessionStatus {
    return this.#connection.status
  }

  get stateName(): SessionStatus['state']['name'] {
    return this.#connection.view.state.name
  }

  get account(): Account | undefined {
    return this.#connection.record.account
  }

  /** @throws AppError device_not_linked | device_not_connected | shutting_down */
  get openSession(): Session {
    const { plan, session, view } = this.#connection
    if (plan.halted) throw new AppError('shutting_down')
    if (view.state.name === 'open' && session) return session
    throw offlineError(this.status, this.#clock.now())
  }

  /** @throws AppError device_not_linked | device_not_connected | shutting_down */
  requireLink(): void {
    const { plan, record, view } = this.#connection
    if (plan.halted) throw new AppError('shutting_down')
    if (view.state.name === 'open' && record.linked) return
    const { status } = this
    if (!takesSends(status)) throw offlineError(status, this.#clock.now())
  }

  /** What its row says about a device that this process has not loaded yet. */
  expect(row: SessionRow): void {
    this.#connection.record.expect(row)
  }

  /** Finds out whether there is a link. */
  async know(): Promise<void> {
    await this.#connection.run(async () => void (await this.#connection.record.load()))
  }

  fence(): Statement[] {
    return this.#connection.record.fence()
  }

  /** Connects by taking a slot when its time comes. */
  schedule(...when: Parameters<Connection['schedule']>): void {
    this.#connection.schedule(...when)
  }

  inspect(settings: WatchdogSettings): void {
    this.#connection.inspect(settings)
  }

  /** For how long it still waits for a phone to link it, ms; undefined while it does not wait. */
  get waitsMs(): number | undefined {
    const { record, exists, view } = this.#connection
    if (!exists || record.linked) return undefined
    const { passkey } = view
    return Math.max(0, passkey ? passkey.request.expiresAt - this.#clock.now() : pairingMs - view.lastsMs)
  }

  /** Resolves when the device is connected or its attempt failed, or after the bound. */
  async settled(boundMs: number): Promise<void> {
    const { history, view, status } = this.#connection
    const { failures } = history
    const waits = () => {
      const { state } = this.status
      return state === status.state || state.name === 'connecting' || isLinking(state)
    }
    await view.watch.until(() => !waits() || history.failures !== failures, boundMs)
  }

  /** The code that a phone can scan now. */
  get pairingCode() {
    return this.#connection.view.qr
  }

  /** What the account's owner is to sign, or to compare. */
  get passkey() {
    return this.#connection.view.passkey
  }

  answerPasskey(assertion: PasskeyAssertion): Promise<PasskeyOutcome> {
    return this.#passkeySteps.answer(assertion)
  }

  confirmPasskey(same: boolean): Promise<PasskeyOutcome> {
    return this.#passkeySteps.confirm(same)
  }

  async login(): Promise<LoginAnswer> {
    await this.#prepareLogin('by QR code')
    const { record, view } = this.#connection
    if (record.linked) return { kind: 'already_linked' }
    if (view.qr) return { kind: 'qr', ...view.qr }
    throw this.#loginFailure()
  }

  async loginCode(
    phone: string,
  ): Promise<{ kind: 'already_linked' } | { kind: 'code'; code: string; validForMs: number }> {
    await this.#connection.run(() => this.#endStalePairing())
    await this.#prepareLogin('by phone number')
    const { record, view, session } = this.#connection
    if (record.linked) return { kind: 'already_linked' }
    if (!session || !view.qr) throw this.#loginFailure()
    const code = await session.requestPairingCode(phone)
    return { kind: 'code', code, validForMs: pairingMs - view.lastsMs }
  }

  async reconnect(): Promise<SessionStatus> {
    const connection = this.#connection
    await connection.run(async () => {
      await this.#requireLink()
      await connection.close()
      connection.history.forget()
      await connection.open()
    })
    await connection.view.watch.until(() => this.status.state.name !== 'connecting', reconnectAnswerMs)
    return this.status
  }

  async logout(): Promise<void> {
    const connection = this.#connection
    const requested: SessionState = { name: 'logged_out', detail: 'requested' }
    await connection.run(async () => {
      await this.#requireLink()
      const wasOpen = this.status.connected
      const { openedAt } = connection
      await connection.unlink()
      await connection.record.endLink(
        { status: 'logged_out', state: 'logged_out', reason: 'requested' },
        [{ kind: 'state_changed', state: requested, wasOpen }],
        [connection.record.noteAsked('device.logout_requested')],
      )
      connection.ends.settle(requested, { kind: 'wait_for_person' })
      connection.ends.report(requested, { openedAt, requestId: undefined })
    })
    await this.#shared.listener().loggedOut(this.deviceId)
  }

  /** Unlinks if there is a link, deletes the secrets and never connects again. */
  async remove(): Promise<void> {
    const { record } = this.#connection
    this.#connection.plan.halt()
    await this.#connection.run(async () => {
      const known = await record.load().then(
        () => true,
        () => false,
      )
      await this.#connection.unlink()
      if (known) await record.endLink({ status: 'logged_out', state: 'idle' }, [])
      else record.forgetLink()
    })
  }

  /** Applies what differs between the row as it was and as it is. */
  async settingsChanged(): Promise<void> {
    const connection = this.#connection
    await connection.run(async () => {
      const before = connection.record.row
      if (!before) return
      const { row } = await connection.record.load()
      const { session } = connection
      const otherProxy = !sameBytes(before.proxy_url_sealed, row.proxy_url_sealed)
      if (!session) {
        // It may have been the proxy that the device waited for. (A ban is waited out, whatever the proxy.)
        const waits = this.status.state.name === 'closed' && this.status.retryAt !== undefined
        if (otherProxy && waits) await connection.open()
        return
      }
      if (otherProxy) {
        await connection.close()
        await connection.open()
        return
      }
      session.setForceActiveReceipts(row.force_active_receipts === 1)
      const passive = row.passive === 1
      if (before.passive !== row.passive && this.status.connected) await session.use('passive').setPassive(passive)
    })
  }

  /** Ends the connection and keeps the link. */
  async stop(): Promise<void> {
    const connection = this.#connection
    connection.plan.halt()
    await connection.run(async () => {
      const { openedAt } = connection
      await connection.close()
      const end: SessionState = { name: 'closed', reason: 'local', detail: 'the server stopped' }
      if (openedAt > 0) await connection.ends.conclude(end, { openedAt, requestId: undefined })
    })
  }

  /** Ends the connection for another process to take over, once what runs has ended or the bound is over. Nobody hears of it: the device is connected again
   *  in a moment. */
  async handOver(boundMs: number): Promise<void> {
    this.#connection.plan.halt()
    await within(
      this.lane.run(async () => undefined),
      boundMs,
    )
    await within(
      this.#connection.run(() => this.#connection.close()),
      boundMs,
    )
    await this.abandon()
  }

  /** Ends the connection at once and forgets the device. */
  abandon(): Promise<void> {
    return within(this.#connection.abandon(), abandonMs)
  }

  /** @throws AppError device_not_linked */
  async #requireLink(): Promise<void> {
    const { record } = this.#connection
    await record.load()
    if (!record.linked) throw new AppError('device_not_linked')
  }

  async #endStalePairing(): Promise<void> {
    const { view } = this.#connection
    if (view.state.name === 'pairing' && view.qr && view.lastsMs > freshPairingMs) await this.#connection.close()
  }

  /** Connects if need be and waits until there is a code, or nothing to wait for. */
  async #prepareLogin(how: string): Promise<void> {
    const connection = this.#connection
    await connection.run(async () => {
      if (connection.plan.halted) throw new AppError('shutting_down')
      const { row } = await connection.record.load()
      const begins = !connection.record.linked && !connection.exists
      if (begins) this.#shared.pairings.begin(row.api_key_id, this)
      await connection.open()
      const began = connection.record.noteAsked('device.pairing_began', how)
      if (begins) await connection.record.commit({}, [], [began])
    })
    const { record, view } = connection
    const settled = () => record.linked === true || !connection.exists || (view.qr ?? view.passkey) !== undefined
    await view.watch.until(settled, firstCodeMs)
    // The code has done its work; another one would have nobody to scan it.
    if (!record.linked && view.passkey) throw new AppError('passkey_required')
  }

  #loginFailure(): AppError {
    if (this.#connection.exists) return new AppError('whatsapp_timeout', 'WhatsApp gave no pairing code in time')
    const { state, nextAction } = this.status
    const { reason, detail, name } = state as SessionState
    const words = `The connection ended before WhatsApp sent a code for linking. ${nextAction.text}`
    return new AppError('whatsapp_error', words, {
      details: { reason: reason ?? name, ...(detail && { detail }), next_action: nextAction.code },
    })
  }
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (!one || !other) return one === other
  return Buffer.compare(one, other) === 0
}
