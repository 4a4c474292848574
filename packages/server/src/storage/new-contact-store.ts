import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, joinFormer } from './former-addresses.ts'
import { prepare, prepareWithLists } from './prepare.ts'

/** The `new_contact` table: people to whom a device wrote before they had written to it. */
export class NewContactStore {
  readonly #database: Database
  readonly #add: (values: Record<'device' | 'jid' | 'at', unknown>) => Statement['query']
  readonly #known: (values: { device: string }, lists: { forms: readonly string[] }) => Statement['query']

  constructor(database: Database) {
    this.#database = database
    this.#add = prepare(
      database.query,
      (
        value,
      ) => sql`insert into new_contact (device_id, jid, first_at) values (${value('device')}, ${value('jid')}, ${value('at')})
        on conflict (device_id, jid) do nothing`,
    )
    this.#known = prepareWithLists(database.query, (value, list) => {
      const own = (column: string) =>
        sql`device_id = ${value('device')} and ${sql.ref(column)} in (${sql.join(list('forms'))})`
      return sql`select 1 as known where exists (select 1 from new_contact where ${own('jid')})
        or exists (select 1 from contact where ${own('jid')} and full_name <> '')
        or exists (select 1 from message where ${own('chat')}
          and (from_me = 0 or state in ('sent', 'delivered', 'read', 'played')))`
    })
  }

  /** Notes that somebody is written to first. */
  add(deviceId: string, jid: string, at: number): Statement {
    return { query: this.#add({ device: deviceId, jid, at }) }
  }

  /** Takes the note back: nothing came to them. */
  remove(deviceId: string, jid: string): Statement {
    const remove = this.#database.query
      .deleteFrom('new_contact')
      .where('device_id', '=', deviceId)
      .where('jid', '=', jid)
      .where('answered_at', 'is', null)
    return { query: remove.compile() }
  }

  /** Whether the device has written to somebody, has heard from them, or has saved them. @param forms addresses of the person */
  async isKnown(deviceId: string, forms: readonly string[]): Promise<boolean> {
    const { rows } = await this.#database.query.executeQuery(this.#known({ device: deviceId }, { forms }))
    return rows.length > 0
  }
}

/** Files those of former addresses under the ones that count. */
export function moveNewContacts(
  { query }: Database,
  deviceId: string,
  jids: readonly string[],
  former: FormerAddresses,
): Statement[] {
  const move = sql`insert into new_contact (device_id, jid, first_at, answered_at)
    select n.device_id, k.jid, n.first_at, n.answered_at from new_contact n ${joinFormer(former, 'n.device_id', 'n.jid')}
    where n.device_id = ${deviceId} and n.jid in (${sql.join(jids)})
    on conflict do nothing`
  const forget = query.deleteFrom('new_contact').where('device_id', '=', deviceId).where('jid', 'in', jids)
  return [{ query: move.compile(query) }, { query: forget.compile() }]
}
