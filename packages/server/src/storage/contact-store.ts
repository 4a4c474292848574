import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'
import { type FormerAddresses, joinFormer } from './former-addresses.ts'
import { likePattern } from './like-pattern.ts'
import { prepare } from './prepare.ts'
import type { ContactTable } from './schema.ts'
import { slices } from './slices.ts'

export interface Contact {
  readonly jid: string
  readonly pushName: string
  readonly fullName: string
  readonly firstName: string
  readonly businessName: string
  readonly username: string
}

/** People that are looked at together when a name is searched. */
const searchedAtOnce = 500

const sealedNames = ['push_name', 'full_name', 'first_name', 'business_name'] as const

const hasName = (contact: Contact, text: string): boolean =>
  Object.values(contact).some((name: string) => name.toLowerCase().includes(text.toLowerCase()))

/** A person that the account has saved. */
export type SavedContact = Pick<Contact, 'jid' | 'fullName' | 'firstName'>

type NameColumn = 'push_name' | 'full_name' | 'first_name' | 'business_name' | 'username'

type NameValues = Record<'deviceId' | 'jid' | 'name' | 'at', unknown>

const contactOf = (row: ContactTable): Contact => ({
  jid: row.jid,
  pushName: row.push_name ?? '',
  fullName: row.full_name ?? '',
  firstName: row.first_name ?? '',
  businessName: row.business_name ?? '',
  username: row.username ?? '',
})

/** The `contact` table: what people are called. */
export class ContactStore {
  readonly #database: Database
  readonly #name: Readonly<Record<NameColumn, (values: NameValues) => Statement['query']>>

  constructor(database: Database) {
    this.#database = database
    const name = (column: NameColumn) =>
      prepare<NameValues>(
        database.query,
        (value) => sql`insert into contact (device_id, jid, ${sql.ref(column)}, updated_at)
          values (${value('deviceId')}, ${value('jid')}, ${value('name')}, ${value('at')})
          on conflict (device_id, jid) do update set ${sql.ref(column)} = excluded.${sql.ref(column)}, updated_at = excluded.updated_at
          where contact.${sql.ref(column)} is distinct from excluded.${sql.ref(column)}`,
      )
    this.#name = {
      push_name: name('push_name'),
      full_name: name('full_name'),
      first_name: name('first_name'),
      business_name: name('business_name'),
      username: name('username'),
    }
  }

  /** Notes a name; null takes it away. It touches no row when the name is known. */
  name(deviceId: string, jid: string, column: NameColumn, name: string | null, at: number): Statement {
    const { content } = this.#database
    const stored = column === 'username' ? name : content.sealedValue('contact', column, { device_id: deviceId }, name)
    return { query: this.#name[column]({ deviceId, jid, name: stored, at }) }
  }

  /** Notes that a person has this user name, and so nobody else; blank takes it away. */
  rename(deviceId: string, jid: string, username: string, at: number): Statement[] {
    const own = this.name(deviceId, jid, 'username', username || null, at)
    if (username === '') return [own]
    const others = this.#database.query
      .updateTable('contact')
      .set({ username: null })
      .where('device_id', '=', deviceId)
      .where(sql<boolean>`lower(username) = ${username.toLowerCase()}`)
      .where('jid', '!=', jid)
    return [{ query: others.compile() }, own]
  }

  /** Notes the user name of a person of whom none is known, unless it is known to be somebody else's. */
  suggestUsername(deviceId: string, jid: string, username: string, at: number): Statement {
    const suggest = sql`insert into contact (device_id, jid, username, updated_at)
      select ${deviceId}, ${jid}, ${username}, cast(${at} as bigint) where not exists
        (select 1 from contact other where other.device_id = ${deviceId} and lower(other.username) = ${username.toLowerCase()})
      on conflict (device_id, jid) do update set username = excluded.username, updated_at = excluded.updated_at
      where contact.username is null`
    return { query: suggest.compile(this.#database.query) }
  }

  /** Address of whoever is known by a user name, in any case of letters. */
  async withUsername(deviceId: string, username: string): Promise<string | undefined> {
    const row = await this.#database.query
      .selectFrom('contact')
      .select('jid')
      .where('device_id', '=', deviceId)
      .where(sql<boolean>`lower(username) = ${username.toLowerCase()}`)
      .executeTakeFirst()
    return row?.jid
  }

  /** User names of those of these people who have one, by address. */
  async usernames(deviceId: string, jids: readonly string[]): Promise<Map<string, string>> {
    const inSlices = slices([...new Set(jids)]).map((some) =>
      this.#database.query
        .selectFrom('contact')
        .select(['jid', 'username'])
        .where('device_id', '=', deviceId)
        .where('jid', 'in', some)
        .where('username', 'is not', null)
        .execute(),
    )
    return new Map((await Promise.all(inSlices)).flat().map(({ jid, username }) => [jid, username!]))
  }

  /** Notes under which names the account saved people. */
  save(deviceId: string, people: readonly SavedContact[], at: number): Statement[] {
    // Of one person the last counts.
    const byJid = new Map(people.map((person) => [person.jid, person]))
    return slices([...byJid.values()]).map((some) => {
      const rows = some.map(({ jid, fullName, firstName }) =>
        this.#database.content.sealed('contact', {
          ...{ device_id: deviceId, jid, full_name: fullName, first_name: firstName, updated_at: at },
          ...{ push_name: null, business_name: null, username: null },
        }),
      )
      const insert = this.#database.query
        .insertInto('contact')
        .values(rows)
        .onConflict((conflict) =>
          conflict.columns(['device_id', 'jid']).doUpdateSet((set) => ({
            full_name: set.ref('excluded.full_name'),
            first_name: set.ref('excluded.first_name'),
            updated_at: set.ref('excluded.updated_at'),
          })),
        )
      return { query: insert.compile() }
    })
  }

  /** The account has these people saved no longer; all when none are given. */
  unsave(deviceId: string, jids: readonly string[] | undefined, at: number): Statement[] {
    const { query } = this.#database
    const of = { full_name: null, first_name: null, updated_at: at }
    let unnamed = query
      .updateTable('contact')
      .set(of)
      .where('device_id', '=', deviceId)
      .where('full_name', 'is not', null)
    if (jids) unnamed = unnamed.where('jid', 'in', jids)
    const nameless = query
      .deleteFrom('contact')
      .where('device_id', '=', deviceId)
      .where('full_name', 'is', null)
      .where('push_name', 'is', null)
      .where('business_name', 'is', null)
      .where('username', 'is', null)
    return [{ query: unnamed.compile() }, { query: nameless.compile() }]
  }

  /** Whether the account has somebody saved. */
  async isSaved(deviceId: string, jid: string): Promise<boolean> {
    const row = await this.#database.query
      .selectFrom('contact')
      .select('jid')
      .where('device_id', '=', deviceId)
      .where('jid', '=', jid)
      .where('full_name', 'is not', null)
      .executeTakeFirst()
    return row !== undefined
  }

  async find(deviceId: string, jid: string): Promise<Contact | undefined> {
    const row = await this.#database.query
      .selectFrom('contact')
      .selectAll()
      .where('device_id', '=', deviceId)
      .where('jid', '=', jid)
      .executeTakeFirst()
    return row && contactOf((await this.#database.content.openedOne('contact', row as ContactTable))!)
  }

  /** Addresses of everybody in the phone's address book. */
  async saved(deviceId: string): Promise<string[]> {
    const rows = await this.#database.query
      .selectFrom('contact')
      .select('jid')
      .where('device_id', '=', deviceId)
      .where((on) => on.or([on('full_name', 'is not', null), on('first_name', 'is not', null)]))
      .execute()
    return rows.map(({ jid }) => jid)
  }

  /** A page in the order of addresses. @param text part of any name or of the address, in any case of letters */
  async list(
    deviceId: string,
    { after, text, limit }: { after?: string; text?: string; limit: number },
  ): Promise<Contact[]> {
    const found: Contact[] = []
    for (let behind = after; found.length < limit; ) {
      const rows = await this.#page(deviceId, { after: behind, text, limit })
      const opened = await this.#database.content.opened('contact', rows)
      found.push(...opened.map(contactOf).filter((contact) => text === undefined || hasName(contact, text)))
      behind = rows.at(-1)?.jid
      if (rows.length < (text === undefined ? limit : Math.max(limit, searchedAtOnce))) break
    }
    return found.slice(0, limit)
  }

  /** Those who are called so, and those with a name that is sealed. */
  async #page(
    deviceId: string,
    { after, text, limit }: { after: string | undefined; text: string | undefined; limit: number },
  ): Promise<ContactTable[]> {
    let query = this.#database.query.selectFrom('contact').selectAll().where('device_id', '=', deviceId)
    if (after !== undefined) query = query.where('jid', '>', after)
    if (text === undefined) return query.orderBy('jid').limit(limit).execute() as Promise<ContactTable[]>
    const wanted = likePattern(text.toLowerCase())
    const fits = (column: NameColumn | 'jid') => sql<boolean>`lower(${sql.ref(column)}) like ${wanted} escape '\\'`
    const { content } = this.#database
    query = query.where((on) =>
      on.or([
        ...[fits('jid'), fits('username')],
        ...sealedNames.flatMap((column) => [fits(column), content.isSealed('contact', column, sql.ref(column))]),
      ]),
    )
    return query.orderBy('jid').limit(Math.max(limit, searchedAtOnce)).execute() as Promise<ContactTable[]>
  }
}

/** Files what people are called under the addresses that count in place of theirs. What is known there already stays. */
export function moveContacts(
  { query }: Database,
  deviceId: string,
  jids: readonly string[],
  former: FormerAddresses,
): Statement[] {
  const columns = ['push_name', 'full_name', 'first_name', 'business_name', 'username'] as const
  const known = columns.map((column) => {
    return sql`${sql.ref(column)} = coalesce(${sql.ref(`contact.${column}`)}, ${sql.ref(`excluded.${column}`)})`
  })
  const move = sql`insert into contact (device_id, jid, push_name, full_name, first_name, business_name, username, updated_at)
    select c.device_id, k.jid, c.push_name, c.full_name, c.first_name, c.business_name, c.username, c.updated_at
    from contact c ${joinFormer(former, 'c.device_id', 'c.jid')}
    where c.device_id = ${deviceId} and c.jid in (${sql.join(jids)})
    on conflict (device_id, jid) do update set ${sql.join(known)}`
  const forget = query.deleteFrom('contact').where('device_id', '=', deviceId).where('jid', 'in', jids)
  return [{ query: move.compile(query) }, { query: forget.compile() }]
}
