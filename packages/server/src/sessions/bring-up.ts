import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionState } from '@switchboard/engine'
import { listDevicesToStart, readSessionRows, type SessionRow, stoppedState } from '../storage/session-store.ts'
import { mayPass } from '../storage/storage-error.ts'
import type { DeviceSession } from './device-session.ts'
import type { SessionDependencies } from './session-dependencies.ts'
import type { ReconnectOutcome } from './sessions.ts'

const startRetryMs = 2_000
/** Each is claimed, which is a change: those that are looked at together share one flush. */
const lookedAtTogether = 50

/** Who takes over from a node that died connects sooner: the devices were connected a moment ago, and are few at a time. */
const takeOverJitterMs = 1_000

type Dependencies = Pick<SessionDependencies, 'database' | 'clock' | 'random' | 'config' | 'logger' | 'own'>

interface Fleet {
  readonly device: (deviceId: string) => DeviceSession
  readonly draining: () => boolean
}

/** A ban that an earlier process learned. */
const banned = (expiresAt: number, detail: string | null): SessionState => ({
  name: 'banned',
  expiresAt,
  ...(detail !== null && { detail }),
})

/** A device that was brought here and never connected: whoever had its link must have ended before, which only a person knows. */
const stopped = (reason: string | null): SessionState => ({
  name: 'closed',
  reason: reason === 'restored' ? 'restored' : 'moved',
})

/** Brings linked devices up, spread over the start-up jitter. */
export class BringUp {
  readonly #dependencies: Dependencies
  readonly #fleet: Fleet

  constructor(dependencies: Dependencies, fleet: Fleet) {
    this.#dependencies = dependencies
    this.#fleet = fleet
  }

  /** After a start. When the database goes away just now, no device must stay down for it: it is tried until it worked. Resolves when every linked device
   *  is known and waits for its turn. */
  async start(): Promise<void> {
    for (;;) {
      try {
        const rows = await listDevicesToStart(this.#dependencies.database)
        await this.#schedule(rows, this.#dependencies.config.startup.jitterMaxMs)
        this.#dependencies.logger.info({ devices: rows.length }, 'linked devices are coming up')
        return
      } catch (error) {
        if (this.#fleet.draining()) return
        this.#dependencies.logger.error({ err: error }, 'the start of linked devices failed; it is tried again')
        await sleep(startRetryMs, undefined, { ref: false })
      }
    }
  }

  /** Connects every linked device that is offline, and tells what came of it within the bound. */
  async reconnectAll(waitMs: number): Promise<ReconnectOutcome[]> {
    const { database, clock, own } = this.#dependencies
    const rows = await listDevicesToStart(database)
    const now = clock.now()
    return Promise.all(
      rows
        .filter(({ id }) => own.keeps(id))
        .map(async (row): Promise<ReconnectOutcome> => {
          const banned = Number(row.banned_until ?? 0) > now
          return banned ? { deviceId: row.id, outcome: 'skipped', reason: 'banned' } : this.#reconnect(row, waitMs)
        }),
    )
  }

  /** Devices that this process has from now on. */
  async take(deviceIds: readonly string[]): Promise<void> {
    const rows = await readSessionRows(this.#dependencies.database, deviceIds)
    await this.#schedule(rows, Math.min(takeOverJitterMs, this.#dependencies.config.startup.jitterMaxMs))
  }

  async #schedule(rows: readonly SessionRow[], jitterMs: number): Promise<void> {
    await this.#knowPending(rows)
    const now = this.#dependencies.clock.now()
    for (const row of rows) {
      if (this.#fleet.draining()) return
      const device = this.#fleet.device(row.id)
      device.expect(row)
      const next = this.#spread(jitterMs)
      const bannedUntil = Number(row.banned_until ?? 0)
      if (device.status.linked === false) continue
      if (row.state === stoppedState) {
        device.schedule({ kind: 'wait_for_person' }, stopped(row.state_reason))
        continue
      }
      if (bannedUntil <= now + next.delayMs) device.schedule(next)
      else device.schedule({ kind: 'wait_until', at: bannedUntil }, banned(bannedUntil, row.state_reason))
    }
  }

  /** Links that were written just before a crash: their credentials tell whether they are complete. */
  async #knowPending(rows: readonly SessionRow[]): Promise<void> {
    const pending = rows.filter(({ status }) => status === 'pending')
    for (let from = 0; from < pending.length && !this.#fleet.draining(); from += lookedAtTogether) {
      const some = pending.slice(from, from + lookedAtTogether)
      await Promise.all(some.map(({ id }) => this.#know(this.#fleet.device(id))))
    }
  }

  async #know(device: DeviceSession): Promise<void> {
    await device.know().catch((error) => {
      if (mayPass(error)) throw error
      // Connecting will fail in the same way, and say so.
      this.#dependencies.logger.warn({ device: device.deviceId, err: error }, 'a linked device could not be started')
    })
  }

  /** The jitter is drawn before a slot is taken, so that no device sleeps while it holds one. */
  #spread(jitterMs: number) {
    return { kind: 'reconnect_after', delayMs: this.#dependencies.random() * jitterMs } as const
  }

  async #reconnect(row: SessionRow, waitMs: number): Promise<ReconnectOutcome> {
    const { id: deviceId } = row
    const device = this.#fleet.device(deviceId)
    device.expect(row)
    if (device.status.connected) return { deviceId, outcome: 'already_connected' }
    device.schedule(this.#spread(this.#dependencies.config.startup.jitterMaxMs))
    await device.settled(waitMs)
    const { connected, state, retryAt } = device.status
    if (connected) return { deviceId, outcome: 'reconnected' }
    const reason = 'reason' in state ? state.reason : undefined
    const goesOn = state.name === 'connecting' || (reason === undefined && retryAt !== undefined)
    return goesOn ? { deviceId, outcome: 'requested' } : { deviceId, outcome: 'failed', reason: reason ?? state.name }
  }
}
