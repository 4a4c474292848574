import { noteChange } from '../observe/note-change.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { SendLimitStore } from '../storage/send-limit-store.ts'
import type { DayCounts } from './day-counts.ts'
import type { HeldSends } from './held-sends.ts'
import { noRules, type Rules, type RulesChange, rowOf, rulesOf, zoneOf } from './rules.ts'

interface RuleBookParts {
  readonly database: Database
  readonly sessions: Pick<Sessions, 'fence'>
  readonly counts: DayCounts
  readonly held: HeldSends
  readonly clock: { now(): number }
  /** Called when the rules of a device are other ones. */
  readonly changed: (deviceId: string) => void
}

/** What is set for the sends of each device, in memory: it is asked for with every send. */
export class RuleBook {
  readonly #parts: RuleBookParts
  readonly #store: SendLimitStore
  readonly #own = new Map<string, Rules>()
  readonly #changes = new OneByOne()

  constructor(parts: RuleBookParts) {
    this.#parts = parts
    this.#store = new SendLimitStore(parts.database)
  }

  /** Reads what is set: of all devices, or of some that are new here. */
  async load(among?: readonly string[]): Promise<void> {
    const rows = await this.#store.all(among)
    for (const deviceId of among ?? []) this.drop(deviceId)
    for (const row of rows) this.#own.set(row.device_id, rulesOf(row))
  }

  /** Another process has the device. */
  drop(deviceId: string): void {
    this.#own.delete(deviceId)
  }

  of(deviceId: string): Rules {
    return this.#own.get(deviceId) ?? noRules
  }

  /** Puts other rules in force, for what waits too. What is absent stays as it is, also when several are changed at once. */
  change(deviceId: string, change: RulesChange): Promise<void> {
    return this.#changes.run(deviceId, () => this.#change(deviceId, change))
  }

  async #change(deviceId: string, change: RulesChange): Promise<void> {
    const { database, sessions, counts, held, clock } = this.#parts
    const known = this.of(deviceId)
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
    const rules: Rules = { ...known, ...given }
    await database.commit(
      [
        ...sessions.fence(deviceId),
        this.#store.put(rowOf(deviceId, rules)),
        // What left while nobody counted is among the messages.
        ...(zoneOf(known) === zoneOf(rules) ? [] : counts.begin(deviceId, rules)),
        held.recall(deviceId),
        noteChange(database, {
          action: 'device.send_limits_set',
          target: deviceId,
          at: clock.now(),
          otherwise: `device:${deviceId}`,
        }),
      ],
      { lane: deviceId },
    )
    this.#own.set(deviceId, rules)
    this.#parts.changed(deviceId)
    held.wake()
  }
}
