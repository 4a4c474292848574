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
import { planEvents } from '../events/plan-events.ts'
import { type DeviceCredentialStore, openCredentialStore } from '../storage/credential-store.ts'
import type { Statement } from '../storage/database.ts'
import { claim, fence, type Ownership } from '../storage/fence.ts'
import {
  changeSessionRow,
  readSessionRow,
  type SessionRow,
  type SessionRowChange,
  stillOwns,
} from '../storage/session-store.ts'
import type { Gate } from './gate.ts'
import { createLane } from './lane.ts'
import { nextActionFor } from './next-action.ts'
import { openProxyUrl } from './proxy-url.ts'
import type { SessionDependencies, WatchdogSettings } from './session-dependencies.ts'
import { type Next, planSessionEnd } from './session-end.ts'
import { createSessionHost } from './session-host.ts'
import type { LoginAnswer, SessionListener, SessionStatus } from './sessions.ts'

/** How long an answer to a login request waits for the first code. */
const firstCodeMs = 30_000
/** How long a logout waits for WhatsApp before the secrets go anyway. */
const logoutMs = 5_000
/** How long an answer to a reconnect request waits for the outcome. */
const reconnectAnswerMs = 10_000
/** A connection that lasted this long makes earlier failures history. */
const stableMs = 60_000
const longestTimerMs = 2 ** 31 - 1
/** Unanswered pings after which a silent connection is given up. */
const missesUntilReconnect = 3
const connectingBoundMs = 90_000

type View = SessionStatus['state']

/** One connection attempt and what came of it. Callbacks of an attempt that is no longer the current one are ignored. */
interface Link {
  session: Session | undefined
  /** Gives the connect slot back. */
  leaveGate: () => void
  openedAt: number
}

interface Loaded {
  readonly ownership: Ownership
  readonly credentials: DeviceCredentialStore
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
  readonly #watchers = new Set<() => void>()
  #loaded: Loaded | undefined
  #row: SessionRow | undefined
  #linked: boolean | undefined
  #account: Account | undefined
  #link: Link | undefined
  #view: View = { name: 'idle' }
  #since: number
  #next: Next = { kind: 'wait_for_person' }
  #retryAt: number | undefined
  #timer: NodeJS.Timeout | undefined
  #qr: { qr: PairingQr; shownAt: number } | undefined
  #failures = 0
  #restarts = 0
  #replacements: readonly number[] = []
  #misses = 0
  #pinging = false
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
    this.#since = dependencies.clock.now()
  }

  get status(): SessionStatus {
    const automatic = this.#next.kind !== 'wait_for_person' && this.#next.kind !== 'stop'
    return {
      state: this.#view,
      nextAction: nextActionFor(this.#view, automatic),
      loaded: this.#link !== undefined,
      connected: this.#view.name === 'open',
      linked: this.#linked ?? false,
      since: this.#since,
      ...(this.#retryAt !== undefined && { retryAt: this.#retryAt }),
    }
  }

  get account(): Account | undefined {
    return this.#account
  }

  /** @throws AppError device_not_linked | device_not_connected | shutting_down */
  get openSession(): Session {
    if (this.#stopped) throw new AppError('shutting_down')
    if (this.#view.name === 'open' && this.#link?.session) return this.#link.session
    throw new AppError(this.#linked ? 'device_not_connected' : 'device_not_linked')
  }

  fence(): Statement[] {
    const { database } = this.#dependencies
    return this.#loaded ? [fence(database, this.deviceId, this.#loaded.ownership)] : []
  }

  /** Connects at `at` (Unix ms) by taking a slot then. */
  schedule(at: number, linked: boolean): void {
    if (this.#link || this.#stopped) return
    // A device whose row says `pending` may still hold a link that was written just before a crash: its credentials will tell.
    if (linked) this.#linked ??= true
    this.#setView({ name: 'closed', detail: 'waiting for its turn to connect' })
    this.#plan({ kind: 'wait_until', at })
  }

  /** Resolves when the device is connected or its attempt failed, or after the bound. */
  async settled(boundMs: number): Promise<void> {
    const { failures, view } = { failures: this.#failures, view: this.#view }
    const waits = () => this.#view === view || this.#view.name === 'connecting' || this.#view.name === 'pairing'
    await this.#until(() => !waits() || this.#failures !== failures, boundMs)
  }

  async login(): Promise<LoginAnswer> {
    await this.#commands.run(() => this.#prepareLogin())
    await this.#until(() => this.#linked === true || this.#link === undefined || this.#qr !== undefined, firstCodeMs)
    if (this.#linked) return { kind: 'already_linked' }
    if (this.#qr) return { kind: 'qr', ...this.#qr }
    throw this.#loginFailure()
  }

  async loginCode(
    phone: string,
  ): Promise<{ kind: 'already_linked' } | { kind: 'code'; code: string; validForMs: number }> {
    await this.#commands.run(() => this.#prepareLogin())
    await this.#until(() => this.#linked === true || this.#link === undefined || this.#qr !== undefined, firstCodeMs)
    if (this.#linked) return { kind: 'already_linked' }
    const session = this.#link?.session
    if (!session || !this.#qr) throw this.#loginFailure()
    // WhatsApp keeps a code for about three minutes; the contract names 160 s.
    return { kind: 'code', code: await session.requestPairingCode(phone), validForMs: 160_000 }
  }

  async reconnect(): Promise<SessionStatus> {
    await this.#commands.run(async () => {
      await this.#load()
      if (!this.#linked) throw new AppError('device_not_linked')
      await this.#close()
      this.#failures = 0
      this.#replacements = []
      await this.#open(() => undefined)
    })
    await this.#until(() => this.#view.name !== 'connecting', reconnectAnswerMs)
    return this.status
  }

  async logout(): Promise<void> {
    const requested: SessionState = { name: 'logged_out', detail: 'requested' }
    await this.#commands.run(async () => {
      await this.#load()
      if (!this.#linked) throw new AppError('device_not_linked')
      const wasOpen = this.#view.name === 'open'
      await this.#unlink()
      await this.#commit(
        { status: 'logged_out', state: 'logged_out', reason: 'requested' },
        [{ kind: 'state_changed', state: requested, wasOpen }],
        this.#wipe(),
      )
      this.#forgetLink()
      this.#setView(requested)
      this.#plan({ kind: 'wait_for_person' })
    })
    this.#listener().loggedOut(this.deviceId)
  }

  /** Unlinks if there is a link, deletes the secrets and never connects again. */
  async remove(): Promise<void> {
    this.#stopped = true
    await this.#commands.run(async () => {
      const known = await this.#load().then(
        () => true,
        () => false,
      )
      await this.#unlink()
      if (known) await this.#commit({ status: 'logged_out', state: 'idle' }, [], this.#wipe())
      this.#forgetLink()
    })
  }

  async settingsChanged(): Promise<void> {
    await this.#commands.run(async () => {
      const before = this.#row
      if (!before) return
      const row = await readSessionRow(this.#dependencies.database, this.deviceId)
      this.#row = row
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
      const wasOpen = this.#view.name === 'open'
      await this.#close()
      if (!wasOpen) return
      await this.#conclude({ name: 'closed', reason: 'local', detail: 'the server stopped' }, true)
    })
  }

  /** One look of the watchdog: a socket that is open but silent is not healthy. */
  inspect({ silenceMs, pingMs }: WatchdogSettings): void {
    const link = this.#link
    const now = this.#dependencies.clock.now()
    if (!link?.session || this.#pinging) return
    if (this.#view.name === 'connecting' && now - this.#since > connectingBoundMs) {
      this.#giveUp(link, { name: 'closed', reason: 'connect_failed', detail: 'no answer from WhatsApp' })
    }
    if (this.#view.name !== 'open' || now - Math.max(link.session.lastHeardAt, link.openedAt) < silenceMs) return
    this.#pinging = true
    void this.#ping(link, link.session, pingMs).finally(() => {
      this.#pinging = false
    })
  }

  async #ping(link: Link, session: Session, pingMs: number): Promise<void> {
    const lastHeardAt = session.lastHeardAt
    const alive = await session.ping(pingMs).then(
      () => true,
      () => false,
    )
    if (this.#link !== link) return
    if (alive) {
      this.#restored()
      return
    }
    this.#misses += 1
    this.#say({ kind: 'keepalive_missed', errorCount: this.#misses, lastSuccessAt: lastHeardAt })
    if (this.#misses >= missesUntilReconnect) {
      this.#giveUp(link, { name: 'closed', reason: 'connection_lost', detail: 'WhatsApp was silent' })
    }
  }

  #restored(): void {
    if (this.#misses === 0) return
    this.#misses = 0
    this.#say({ kind: 'keepalive_restored' })
  }

  #giveUp(link: Link, end: SessionState): void {
    this.#inBackground(async () => {
      if (this.#link !== link) return
      const wasOpen = this.#view.name === 'open'
      await this.#close()
      await this.#conclude(end, wasOpen, link.openedAt)
    })
  }

  /** Claims the device once for this process and reads what its session needs. */
  async #load(): Promise<Loaded> {
    const { database, nodeId, keyring, engine } = this.#dependencies
    if (!this.#loaded) {
      const ownership = await claim(database, this.deviceId, nodeId)
      if (!ownership) throw new AppError('device_not_found')
      const credentials = await openCredentialStore(database, keyring, this.deviceId, ownership)
      this.#loaded = { ownership, credentials }
      this.#linked = await engine.isLinked(this.#loaded.credentials)
    }
    this.#row = await readSessionRow(database, this.deviceId)
    if (this.#linked) this.#account ??= accountOf(this.#row)
    return this.#loaded
  }

  async #prepareLogin(): Promise<void> {
    if (this.#stopped) throw new AppError('shutting_down')
    await this.#load()
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
      link.session = await this.#openSession(link)
    } catch (error) {
      this.#link = undefined
      leaveGate()
      if (error instanceof AppError) throw error
      const lost = error instanceof OwnershipLostError
      this.#dependencies.logger.warn({ device: this.deviceId, err: error }, 'a session could not be opened')
      await this.#conclude({ name: 'closed', reason: lost ? 'ownership_lost' : 'connect_failed' }, false)
    }
  }

  async #openSession(link: Link): Promise<Session> {
    const { engine, endpoints, config, keyring } = this.#dependencies
    const { ownership, credentials } = await this.#load()
    const row = this.#row!
    const proxyUrl = (await openProxyUrl(keyring, this.deviceId, row.proxy_url_sealed)) ?? config.whatsapp.proxyUrl
    return engine.open({
      deviceId: this.deviceId,
      credentials,
      endpoints,
      host: this.#hostFor(link, ownership, credentials),
      clientName: config.whatsapp.clientName,
      forceActiveReceipts: row.force_active_receipts === 1,
      passive: row.passive === 1,
      ...(proxyUrl && { proxyUrl }),
      ...(config.whatsapp.version && { version: config.whatsapp.version }),
    })
  }

  #hostFor(link: Link, ownership: Ownership, credentials: DeviceCredentialStore) {
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
      paired: (account) => this.#commands.run(() => this.#paired(account)),
      accountChanged: (account) => {
        if (!current()) return
        this.#account = account
        this.#inBackground(() => this.#commit({ account }, []))
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
    const now = this.#dependencies.clock.now()
    const account = link.session.account ?? this.#account
    this.#account = account
    this.#linked = true
    this.#restarts = 0
    this.#qr = undefined
    this.#setView(state)
    this.#restored()
    await this.#commit(
      {
        status: 'active',
        state: 'open',
        reason: null,
        bannedUntil: null,
        lastActiveAt: now,
        ...(account && { account }),
      },
      [{ kind: 'state_changed', state, wasOpen: false }],
    )
    this.#listener().opened(this.deviceId)
  }

  async #ended(link: Link, end: SessionState): Promise<void> {
    if (this.#link !== link) return
    const wasOpen = link.openedAt > 0
    this.#link = undefined
    await this.#conclude(end, wasOpen, link.openedAt)
  }

  /** Makes the end of a connection durable and does what follows from it. */
  async #conclude(end: SessionState, wasOpen: boolean, openedAt = 0): Promise<void> {
    const { database, config, clock, random } = this.#dependencies
    const now = clock.now()
    const owned =
      end.name !== 'replaced' ||
      (this.#loaded !== undefined && (await stillOwns(database, this.deviceId, this.#loaded.ownership)))
    const plan = planSessionEnd(end, {
      linked: this.#linked ?? false,
      wasOpen,
      failures: openedAt > 0 && now - openedAt >= stableMs ? 0 : this.#failures,
      restarts: this.#restarts,
      replacements: this.#replacements,
      owned,
      backoff: config.startup,
      now,
      random,
    })
    this.#failures = plan.failures
    this.#replacements = plan.replacements
    this.#restarts = end.reason === 'restart_required' ? this.#restarts + 1 : 0
    this.#qr = undefined
    const view: View =
      !this.#linked && end.name === 'closed'
        ? { name: 'idle', reason: end.reason ?? 'closed' }
        : owned
          ? end
          : { ...end, reason: 'ownership_lost' }
    if (owned && end.reason !== 'ownership_lost') {
      await this.#commit(
        {
          state: view.name,
          reason: view.reason ?? end.detail ?? null,
          bannedUntil: end.expiresAt ?? null,
          ...(plan.deviceStatus && { status: plan.deviceStatus }),
        },
        plan.signals,
        plan.wipe ? this.#wipe() : [],
      ).catch((error) => {
        if (error instanceof OwnershipLostError) throw error
        this.#dependencies.logger.error(
          { device: this.deviceId, err: error },
          'the end of a session could not be stored',
        )
      })
    } else {
      this.#loaded = undefined
    }
    if (plan.wipe) this.#forgetLink()
    this.#plan(plan.next)
    this.#setView(view)
    if (plan.wipe) this.#listener().loggedOut(this.deviceId)
  }

  async #paired(account: Account): Promise<void> {
    this.#account = account
    this.#qr = undefined
    await this.#commit({ account, status: 'disconnected', state: 'pairing', reason: null }, [
      { kind: 'paired', account },
    ])
    this.#linked = true
  }

  #showQr(qr: PairingQr): void {
    this.#qr = { qr, shownAt: this.#dependencies.clock.now() }
    this.#say({ kind: 'qr_shown', codes: [qr.text] })
    this.#changed()
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

  #wipe(): Statement[] {
    return this.#loaded ? [this.#loaded.credentials.wipe()] : []
  }

  #forgetLink(): void {
    this.#linked = false
    this.#account = undefined
    this.#loaded = undefined
  }

  async #commit(
    change: SessionRowChange,
    signals: readonly DeviceSignal[],
    more: readonly Statement[] = [],
  ): Promise<void> {
    const { database, eventLog, clock } = this.#dependencies
    const { ownership } = this.#loaded ?? (await this.#load())
    const events = signals.flatMap((signal) => planEvents({ account: this.#account }, signal))
    await database.commit(
      [
        changeSessionRow(database, this.deviceId, ownership, change, clock.now()),
        ...more,
        ...eventLog.statements(this.deviceId, events),
      ],
      { lane: this.deviceId },
    )
    if (events.length > 0) eventLog.committed(this.deviceId)
  }

  #say(signal: DeviceSignal): void {
    this.#inBackground(() => this.#commit({}, [signal]))
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
    this.#loaded = undefined
    this.#setView({ name: 'closed', reason: 'ownership_lost' })
    this.#plan({ kind: 'stop' })
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
    this.#armTimer(Math.max(0, this.#retryAt - now))
    this.#changed()
  }

  #armTimer(delayMs: number): void {
    const step = Math.min(delayMs, longestTimerMs)
    this.#timer = setTimeout(() => {
      if (delayMs > step) this.#armTimer(delayMs - step)
      else void this.#connectThroughGate()
    }, step).unref()
  }

  async #connectThroughGate(): Promise<void> {
    const leave = await this.#gate.enter()
    // A person may have logged out, or another attempt begun, while this one waited for its slot.
    this.#inBackground(async () => {
      // When the database does not answer, opening fails in the same way and is tried again.
      const linked = await this.#load().then(
        () => this.#linked,
        () => true,
      )
      if (linked) await this.#open(leave)
      else leave()
    })
  }

  #unplan(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#retryAt = undefined
  }

  #setView(view: View): void {
    if (view.name !== this.#view.name) this.#since = this.#dependencies.clock.now()
    this.#view = view
    this.#changed()
  }

  #changed(): void {
    for (const watcher of [...this.#watchers]) watcher()
  }

  /** Resolves when the condition holds, or after the bound. */
  #until(condition: () => boolean, boundMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        this.#watchers.delete(check)
        resolve()
      }
      const check = () => {
        if (condition()) done()
      }
      const timer = setTimeout(done, boundMs)
      this.#watchers.add(check)
      check()
    })
  }
}

/** Waits for a promise no longer than the bound; its failure does not matter. */
async function within(promise: Promise<unknown>, boundMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, boundMs)
  })
  await Promise.race([promise.catch(() => undefined), bound])
  clearTimeout(timer)
}

function accountOf(row: SessionRow): Account | undefined {
  if (row.jid === null) return undefined
  return {
    jid: row.jid,
    ...(row.lid !== null && { lid: row.lid }),
    ...(row.push_name !== null && { pushName: row.push_name }),
    ...(row.platform !== null && { platform: row.platform }),
    ...(row.business_name !== null && { businessName: row.business_name }),
  }
}

function sameBytes(one: Uint8Array | null, other: Uint8Array | null): boolean {
  if (!one || !other) return one === other
  return Buffer.compare(one, other) === 0
}
