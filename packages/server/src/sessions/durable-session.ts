import { type Account, OwnershipLostError, type SessionState } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { DeviceSignal } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import { noteChange } from '../observe/note-change.ts'
import { auditStatement } from '../storage/audit-store.ts'
import { type DeviceCredentialStore, openCredentialStore } from '../storage/credential-store.ts'
import type { Statement } from '../storage/database.ts'
import { fence, type Ownership } from '../storage/fence.ts'
import { PairingLinkStore } from '../storage/pairing-link-store.ts'
import { SafetyStore } from '../storage/safety-store.ts'
import {
  changeSessionRow,
  readSessionRow,
  type SessionRow,
  type SessionRowChange,
  stillOwns,
} from '../storage/session-store.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import type { SessionEnd } from './session-end.ts'

/** What this process holds of a device while it owns it. */
export interface Held {
  readonly ownership: Ownership
  readonly credentials: DeviceCredentialStore
  readonly row: SessionRow
}

/** The durable side of a session: ownership, secrets, the device's row and its events. */
export class DurableSession {
  readonly #deviceId: string
  readonly #dependencies: SessionDependencies
  #held: Held | undefined
  /** Changes of the row that were stored. */
  #changes = 0
  /** The credentials belong to an account; undefined while nobody looked. */
  linked: boolean | undefined
  account: Account | undefined

  constructor(deviceId: string, dependencies: SessionDependencies) {
    this.#deviceId = deviceId
    this.#dependencies = dependencies
  }

  /** The row as it was read last, with what was stored since, while the device is held. */
  get row(): SessionRow | undefined {
    return this.#held?.row
  }

  /** Takes the owner of the device from its row, before it is loaded. One that is still `pending` was perhaps never linked. */
  expect(row: SessionRow): void {
    if (row.status === 'pending') return
    this.linked ??= true
    this.account ??= accountOf(row)
  }

  /** Claims the device once for this process and reads what its session needs. @throws AppError device_not_found | not_ready */
  async load(): Promise<Held> {
    const held = this.#held ?? (await this.#claim())
    this.#held = { ...held, row: await this.#read() }
    if (this.linked) this.account ??= accountOf(this.#held.row)
    return this.#held
  }

  async #claim(): Promise<Omit<Held, 'row'>> {
    const { database, keyring, engine, own, observer } = this.#dependencies
    const ownership = await own.claim(this.#deviceId)
    if (!ownership) {
      // It is gone, or another node has it: that one is to be asked.
      await readSessionRow(database, this.#deviceId)
      throw new AppError('not_ready', 'Another node has this device', { retryAfterSeconds: 1 })
    }
    observer.claimed(this.#deviceId, ownership.epoch)
    const credentials = await openCredentialStore(database, keyring, this.#deviceId, ownership)
    this.linked = await engine.isLinked(credentials)
    if (!this.linked) this.account = undefined
    return { ownership, credentials }
  }

  /** The row, with everything that was stored when this resolves. */
  async #read(): Promise<SessionRow> {
    for (;;) {
      const before = this.#changes
      const row = await readSessionRow(this.#dependencies.database, this.#deviceId)
      if (this.#changes === before) return row
    }
  }

  fence(): Statement[] {
    const { database, own } = this.#dependencies
    return this.#held ? [fence(database, this.#deviceId, this.#held.ownership)] : own.fence(this.#deviceId)
  }

  /** Reads the claim again. When the database does not answer, it is taken to hold: whatever is written next is fenced anyway. */
  async stillOwned(): Promise<boolean> {
    if (!this.#held) return false
    return stillOwns(this.#dependencies.database, this.#deviceId, this.#held.ownership).catch(() => true)
  }

  /** Changes the row and appends what it means, in one unit. @throws OwnershipLostError */
  async commit(
    change: SessionRowChange,
    signals: readonly DeviceSignal[],
    more: readonly Statement[] = [],
  ): Promise<void> {
    const { database, eventLog, clock } = this.#dependencies
    const { ownership } = this.#held ?? (await this.load())
    const events = signals.flatMap((signal) => planEvents({ account: this.account }, signal))
    const update = changeSessionRow(database, this.#deviceId, ownership, change, clock.now())
    const unit = [update, ...more, ...eventLog.statements(this.#deviceId, events)]
    await database.commit(unit, { lane: this.#deviceId })
    this.#changes++
    if (this.#held?.ownership === ownership) this.#held = { ...this.#held, row: changed(this.#held.row, change) }
  }

  /** As {@link commit}, for a state of the connection: that it could not be stored must not stop what follows from it.
   *  @returns false when the device belongs to another process */
  async note(...change: Parameters<DurableSession['commit']>): Promise<boolean> {
    try {
      await this.commit(...change)
    } catch (error) {
      if (error instanceof OwnershipLostError) return false
      this.#dependencies.logger.error({ device: this.#deviceId, err: error }, 'a session state could not be stored')
    }
    return true
  }

  /** Makes the end of a connection durable. @returns false when the device belongs to another process */
  noteEnd(end: SessionState, view: { name: string; reason?: string }, plan: SessionEnd): Promise<boolean> {
    const change = {
      state: view.name,
      reason: view.reason ?? end.detail ?? null,
      bannedUntil: end.expiresAt ?? null,
      ...(plan.deviceStatus && { status: plan.deviceStatus }),
    }
    const pairing = this.linked ? [] : [this.#noteHappened('device.pairing_ended', view.reason ?? view.name)]
    return this.note(change, plan.signals, [...(plan.wipe ? this.#wipe() : []), ...pairing])
  }

  /** Notes what somebody asked to be done with the device. @param detail what, or why */
  noteAsked(action: string, detail?: string): Statement {
    const { database, clock } = this.#dependencies
    const about = { action, target: this.#deviceId, detail, at: clock.now() }
    return noteChange(database, { ...about, otherwise: `device:${this.#deviceId}` })
  }

  /** Notes what happened to the device by itself. */
  #noteHappened(action: string, detail: string): Statement {
    const { database, clock } = this.#dependencies
    return auditStatement(database, { actor: 'system', action, target: this.#deviceId, detail, at: clock.now() })
  }

  /** No pairing link that was made until now links the device again. */
  usePairingLinks(): Statement {
    const { database, clock } = this.#dependencies
    return new PairingLinkStore(database).useAll(this.#deviceId, clock.now())
  }

  /** What WhatsApp made of the account before was about another one. */
  forgetStanding(): Statement[] {
    return new SafetyStore(this.#dependencies.database).forget(this.#deviceId)
  }

  /** Ends the link, in one unit with what that means. @throws OwnershipLostError */
  async endLink(...[change, signals, more = []]: Parameters<DurableSession['commit']>): Promise<void> {
    try {
      await this.commit(change, signals, [...this.#wipe(), ...more])
    } catch (error) {
      // It may be linked as before: it is looked anew.
      this.forgetOwnership()
      throw error
    }
    this.forgetLink()
  }

  /** Deletes every secret of the link. */
  #wipe(): Statement[] {
    return this.#held ? [this.#held.credentials.wipe()] : []
  }

  /** The link is gone. The next use claims the device again. */
  forgetLink(): void {
    this.linked = false
    this.account = undefined
    this.#held = undefined
  }

  /** The device belongs to another process: its fence has refused. */
  loseOwnership(): void {
    const held = this.#held
    this.#held = undefined
    if (held) this.#dependencies.own.forget(this.#deviceId, held.ownership)
  }

  /** Nothing more is written with this claim. */
  forgetOwnership(): void {
    this.#held = undefined
  }
}

const changed = (row: SessionRow, { status, state, reason, bannedUntil }: SessionRowChange): SessionRow => ({
  ...row,
  ...(status !== undefined && { status }),
  ...(state !== undefined && { state }),
  ...(reason !== undefined && { state_reason: reason }),
  ...(bannedUntil !== undefined && { banned_until: bannedUntil }),
})

function accountOf(row: SessionRow): Account | undefined {
  if (row.jid === null) return undefined
  return {
    jid: row.jid,
    ...(row.lid !== null && { lid: row.lid }),
    ...(row.push_name !== null && { pushName: row.push_name }),
    ...(row.platform !== null && { platform: row.platform }),
    ...(row.business_name !== null && { businessName: row.business_name }),
    ...(row.username !== null && { username: row.username }),
  }
}
