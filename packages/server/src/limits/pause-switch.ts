import type { Clock } from '../clock.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { DeviceSignal } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import { noteChange } from '../observe/note-change.ts'
import { OneByOne } from '../one-by-one.ts'
import { noEnd } from '../schemas/sent-message.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { Hold } from '../storage/held-send-store.ts'
import { stepLine } from '../storage/message-steps.ts'
import type { HeldSends } from './held-sends.ts'
import { type Pause, Pauses } from './pauses.ts'

interface PauseSwitchParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'fence' | 'account'>
  readonly eventLog: EventLog
  readonly held: HeldSends
  readonly clock: Clock
  /** Called when a pause of a device has begun, or ended. */
  readonly changed: (deviceId: string) => void
}

/** Pauses devices, and lets them go on. What is sent meanwhile, and what is queued, is held. */
export class PauseSwitch {
  readonly #parts: PauseSwitchParts
  readonly #pauses: Pauses
  readonly #changes = new OneByOne()

  constructor(parts: PauseSwitchParts) {
    this.#parts = parts
    this.#pauses = new Pauses(parts)
  }

  load(among?: readonly string[]): Promise<void> {
    return this.#pauses.load(among)
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    this.#pauses.drop(deviceId)
  }

  /** The pause that holds now. */
  of(deviceId: string): Pause | undefined {
    return this.#pauses.of(deviceId)
  }

  /** How many devices are paused. */
  get count(): number {
    return this.#pauses.count
  }

  /** What a send of a device waits for while it is paused. */
  holdOf(deviceId: string): Hold | undefined {
    return this.#pauses.holdOf(deviceId)
  }

  /** Nothing of the device leaves from here on, but what is written already. @param until when that ends by itself; null: when somebody says so */
  pause(deviceId: string, { reason, until }: Pick<Pause, 'reason' | 'until'>): Promise<Pause> {
    return this.#changes.run(deviceId, async () => {
      const since = this.#parts.clock.now()
      const pause = { since: this.of(deviceId)?.since ?? since, until, reason }
      const line = stepLine({ state: 'scheduled', reason: 'paused', at: since })
      await this.#commit(deviceId, 'device.paused', { kind: 'paused', ...pause }, [
        this.#pauses.put(deviceId, pause),
        ...this.#parts.held.holdAll(deviceId, { until: until ?? noEnd, reason: 'paused' }, line),
      ])
      this.#pauses.set(deviceId, pause)
      this.#parts.changed(deviceId)
      this.#parts.held.nowHeld(deviceId)
      return pause
    })
  }

  /** Ends a pause: what is held leaves as soon as the rules let it. @param why `requested`, or `over` when its time came. @returns whether there was one */
  resume(deviceId: string, why: 'requested' | 'over'): Promise<boolean> {
    return this.#changes.run(deviceId, async () => {
      if (!this.#pauses.has(deviceId) || (why === 'over' && this.of(deviceId))) return false
      const at = this.#parts.clock.now()
      await this.#commit(deviceId, 'device.resumed', { kind: 'resumed', reason: why, at }, [
        this.#pauses.end(deviceId),
        this.#parts.held.recall(deviceId),
      ])
      this.#pauses.set(deviceId, undefined)
      this.#parts.changed(deviceId)
      this.#parts.held.wake()
      return true
    })
  }

  /** Ends the pauses that are over. */
  async endOver(onError: (deviceId: string, error: unknown) => void): Promise<void> {
    for (const deviceId of this.#pauses.over()) {
      await this.resume(deviceId, 'over').catch((error) => onError(deviceId, error))
    }
  }

  async #commit(deviceId: string, action: string, signal: DeviceSignal, statements: Statement[]): Promise<void> {
    const { database, sessions, eventLog, clock } = this.#parts
    const events = planEvents({ account: sessions.account(deviceId) }, signal)
    const note = { action, target: deviceId, at: clock.now(), otherwise: 'system' }
    await database.commit(
      [
        ...sessions.fence(deviceId),
        ...statements,
        noteChange(database, note),
        ...eventLog.statements(deviceId, events),
      ],
      { lane: deviceId },
    )
  }
}
