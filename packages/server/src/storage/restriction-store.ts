import type { Database, Statement } from './database.ts'
import type { RestrictionTable } from './schema.ts'

export type RestrictionRow = RestrictionTable
export type RestrictionKind = RestrictionTable['kind']

/** The `restriction` table. */
export class RestrictionStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Those that were not lifted: of all devices, or of some. */
  async standing(among?: readonly string[]): Promise<RestrictionRow[]> {
    const select = this.#database.query.selectFrom('restriction').selectAll().where('ended_at', 'is', null)
    return (await (among ? select.where('device_id', 'in', among) : select).orderBy('since').execute()).map(plain)
  }

  /** Those of a device that began after an instant, or were not lifted, newest first. */
  async ofDevice(deviceId: string, after: number): Promise<RestrictionRow[]> {
    const rows = await this.#database.query
      .selectFrom('restriction')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where((where) => where.or([where('since', '>=', after), where('ended_at', 'is', null)]))
      .orderBy('since', 'desc')
      .execute()
    return rows.map(plain)
  }

  put(row: RestrictionRow): Statement {
    const { device_id: _, kind: __, since: ___, ...values } = row
    const insert = this.#database.query
      .insertInto('restriction')
      .values(row)
      .onConflict((conflict) => conflict.columns(['device_id', 'kind', 'since']).doUpdateSet(values))
    return { query: insert.compile() }
  }

  /** Ends those of a kind that are not lifted. @param but the one that began then */
  lift(deviceId: string, kind: RestrictionKind, at: number, but?: number): Statement {
    const update = this.#database.query
      .updateTable('restriction')
      .set({ ended_at: at })
      .where('device_id', '=', deviceId)
      .where('kind', '=', kind)
      .where('ended_at', 'is', null)
      .$if(but !== undefined, (others) => others.where('since', '<>', but!))
    return { query: update.compile() }
  }
}

const plain = ({ since, until, ended_at, ...row }: RestrictionRow): RestrictionRow => ({
  ...row,
  since: Number(since),
  until: until === null ? null : Number(until),
  ended_at: ended_at === null ? null : Number(ended_at),
})
