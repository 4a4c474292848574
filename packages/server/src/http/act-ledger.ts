import { didNothing } from '../errors/certainty.ts'
import type { ActLedger } from '../kit/act.ts'
import { ActStore } from '../storage/act-store.ts'
import type { Database, Statement } from '../storage/database.ts'

/** The key under which an act is begun, and since when it is its own. */
interface ActKey {
  readonly deviceId: string
  readonly key: string
  readonly takenAt: number
  readonly operation: string
  readonly token: string
  /** Called when an earlier request turns out to have done it. */
  readonly replayed: () => void
}

/** The durable ledger of one act: what was begun under its key, and how it ends. */
export class KeyedAct implements ActLedger {
  readonly token: string
  readonly begun: ActLedger['begun']
  readonly #store: ActStore
  readonly #database: Database
  readonly #act: ActKey
  readonly #now: () => number
  /** This request has begun it. */
  #began = false

  private constructor(database: Database, act: ActKey, now: () => number, begun: ActLedger['begun']) {
    this.token = act.token
    this.begun = begun
    this.#store = new ActStore(database)
    this.#database = database
    this.#act = act
    this.#now = now
  }

  static async open(database: Database, act: ActKey, now: () => number): Promise<KeyedAct> {
    const stored = await new ActStore(database).find(act.deviceId, act.key, act.takenAt)
    if (stored?.state !== 'begun') return new KeyedAct(database, act, now, undefined)
    const note: unknown = stored.note === null ? undefined : JSON.parse(stored.note)
    return new KeyedAct(database, act, now, { token: act.token, begunAt: stored.begunAt, note })
  }

  async begin(): Promise<void> {
    const { deviceId, key, operation, takenAt } = this.#act
    this.#began = true
    const begun = this.#store.begin(deviceId, key, operation, Math.max(takenAt, this.#now()))
    await this.#database.commit([begun], { lane: deviceId })
  }

  note(made: unknown): Promise<void> {
    return this.#commit(this.#store.note(this.#act.deviceId, this.#act.key, JSON.stringify(made)))
  }

  wasDone(): void {
    this.#act.replayed()
  }

  /** For the unit that stores the answer. */
  done(): Statement[] {
    return [this.#store.done(this.#act.deviceId, this.#act.key)]
  }

  /** It failed. An act that certainly did nothing may be begun again. For any other, and for one that an earlier request began, a repeat asks the probe. */
  async failed(error: unknown): Promise<void> {
    if (this.#began && didNothing(error)) await this.#commit(this.#store.undo(this.#act.deviceId, this.#act.key))
  }

  /** What was done at WhatsApp is true whoever has the device by now: only the beginning needs the lane. */
  async #commit(statement: Statement): Promise<void> {
    await this.#database.commit([statement])
  }
}

/** Of a request without a key: nothing is written down, and a repeat is another act. */
export const unkeyedAct = (token: string): ActLedger => ({
  token,
  begun: undefined,
  begin: async () => {},
  wasDone: () => {},
  note: async () => {},
})
