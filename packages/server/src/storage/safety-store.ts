import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import type { DeviceSafetyTable, SafetyCountTable } from './schema.ts'

/** What is counted of a day. */
export type SafetyCounts = Omit<SafetyCountTable, 'device_id' | 'day'>
export type CountName = keyof SafetyCounts

export const noCounts: SafetyCounts = {
  ...{ sent: 0, to_people: 0, delivered: 0, refused_new: 0, throttled: 0, refused: 0, not_on_whatsapp: 0 },
  ...{ new_contacts: 0, answered: 0, group_adds: 0, same_text: 0 },
}

export const countNames = Object.keys(noCounts) as CountName[]

/** Of one it is the most of the day that is kept, of the others the sum. */
export const addCounts = (one: SafetyCounts, other: SafetyCounts): SafetyCounts =>
  Object.fromEntries(
    countNames.map((name) => [name, name === 'same_text' ? Math.max(one[name], other[name]) : one[name] + other[name]]),
  ) as unknown as SafetyCounts

/** The `safety_count` and `device_safety` tables. */
export class SafetyStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Adds to the counts of a day. */
  add(deviceId: string, day: number, counts: SafetyCounts): Statement {
    const sums = countNames.map((name) => {
      const [own, more] = [sql.ref(`safety_count.${name}`), sql.ref(`excluded.${name}`)]
      const sum =
        name === 'same_text' ? sql`case when ${more} > ${own} then ${more} else ${own} end` : sql`${own} + ${more}`
      return sql`${sql.ref(name)} = ${sum}`
    })
    const insert = sql`insert into safety_count (device_id, day, ${sql.join(countNames.map((name) => sql.ref(name)))})
      values (${deviceId}, ${day}, ${sql.join(countNames.map((name) => counts[name]))})
      on conflict (device_id, day) do update set ${sql.join(sums)}`
    return { query: insert.compile(this.#database.query) }
  }

  /** The counts of the days of a device from one on, by the day. */
  async days(deviceId: string, from: number): Promise<Map<number, SafetyCounts>> {
    const rows = await this.#database.query
      .selectFrom('safety_count')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('day', '>=', from)
      .execute()
    return new Map(
      rows.map((row) => [
        Number(row.day),
        Object.fromEntries(countNames.map((name) => [name, Number(row[name])])) as unknown as SafetyCounts,
      ]),
    )
  }

  /** Notes that people have written back to whom the device wrote first. @param noted called with how many had not before */
  answered(deviceId: string, jids: readonly string[], at: number, noted: (count: number) => void): Statement {
    const update = this.#database.query
      .updateTable('new_contact')
      .set({ answered_at: at })
      .where('device_id', '=', deviceId)
      .where('jid', 'in', jids)
      .where('answered_at', 'is', null)
    return { query: update.compile(), whenDurable: ({ affected }) => noted(affected) }
  }

  /** How devices were judged: all, or some. */
  levels(among?: readonly string[]): Promise<DeviceSafetyTable[]> {
    const select = this.#database.query.selectFrom('device_safety').selectAll()
    return (among ? select.where('device_id', 'in', among) : select).execute()
  }

  putLevel(row: DeviceSafetyTable): Statement {
    const { device_id: _, ...values } = row
    const insert = this.#database.query
      .insertInto('device_safety')
      .values(row)
      .onConflict((conflict) => conflict.column('device_id').doUpdateSet(values))
    return { query: insert.compile() }
  }

  /** Forgets how the account of a device was doing: it has another one. */
  forget(deviceId: string): Statement[] {
    return (['safety_count', 'device_safety', 'restriction'] as const).map((table) => ({
      query: this.#database.query.deleteFrom(table).where('device_id', '=', deviceId).compile(),
    }))
  }

  /** Forgets what nobody looks at any more. */
  async purge(day: number, endedBefore: number): Promise<void> {
    const { query } = this.#database
    const counts = query.deleteFrom('safety_count').where('day', '<', day)
    const restrictions = query.deleteFrom('restriction').where('ended_at', '<', endedBefore)
    await this.#database.commit([{ query: counts.compile() }, { query: restrictions.compile() }])
  }
}
