import type { CredentialWrite } from '@switchboard/engine'
import { type Insertable, sql } from 'kysely'
import { ContactStore } from './contact-store.ts'
import { credentialStatements } from './credential-store.ts'
import type { Database, Statement } from './database.ts'
import { databaseNow } from './database-time.ts'
import { learnLids } from './lid-mapping-store.ts'
import type { ApiKeyTable, DeviceTable, WebhookTable } from './schema.ts'
import type { Sealer } from './sealing/keyring.ts'

/** A device that has this link already, here. */
export const findLinked = ({ query }: Database, jid: string) =>
  query
    .selectFrom('device')
    .select(['id', 'name'])
    .where('jid', '=', jid)
    .where('status', 'in', ['active', 'disconnected'])
    .executeTakeFirst()

export const deviceExists = async ({ query }: Database, id: string): Promise<boolean> =>
  (await query.selectFrom('device').select('id').where('id', '=', id).executeTakeFirst()) !== undefined

/** The API key with this id, or with this text. */
export const findKey = ({ query }: Database, by: { readonly id: number } | { readonly hash: Uint8Array }) =>
  query
    .selectFrom('api_key')
    .select(['id', 'customer_name as customerName'])
    .where((where) => ('id' in by ? where('id', '=', by.id) : where('key_hash', '=', by.hash)))
    .executeTakeFirst()

/** Whether a gateway works with this database now, among several. */
export async function hasLiveNode({ query, dialect }: Database): Promise<boolean> {
  if (dialect === 'sqlite') return false
  const node = await query.selectFrom('node').select('id').where('expires_at', '>', databaseNow).executeTakeFirst()
  return node !== undefined
}

type WithId<Table> = Insertable<Table> & { readonly id: number }

/** Inserts a row under an id of its source, and gives out none below it again. */
function insertWithId(database: Database, table: 'api_key' | 'webhook', row: WithId<object>): Statement[] {
  const { query, dialect } = database
  const columns = sql.join(Object.keys(row).map((column) => sql.ref(column)))
  const values = sql.join(Object.values(row))
  const overriding = dialect === 'postgres' ? sql`overriding system value` : sql``
  const insert = sql`insert into ${sql.table(table)} (${columns}) ${overriding} values (${values})`.compile(query)
  if (dialect === 'sqlite') return [{ query: insert }]
  const last = sql`select setval(pg_get_serial_sequence(${table}, 'id'),
    greatest(cast(${row.id} as bigint), (select max(id) from ${sql.table(table)})))`
  return [{ query: insert }, { query: last.compile(query) }]
}

export const insertApiKeyWithId = (database: Database, row: WithId<ApiKeyTable>): Statement[] =>
  insertWithId(database, 'api_key', row)

/** An inactive webhook: it opens with the next start of the gateway when it is `active`. */
export const insertWebhookWithId = (database: Database, row: WithId<WebhookTable>): Statement[] =>
  insertWithId(database, 'webhook', row)

export const insertDevice = ({ query }: Database, row: Insertable<DeviceTable>): Statement => ({
  query: query.insertInto('device').values(row).compile(),
})

export interface ImportedLink {
  readonly secrets: readonly CredentialWrite[]
  readonly addresses: readonly { readonly jid: string; readonly lid: string }[]
}

/** All that belongs to the link of a device that the unit makes. */
export const linkStatements = (
  database: Database,
  deviceId: string,
  sealer: Sealer,
  { secrets, addresses }: ImportedLink,
): Statement[] => [
  ...credentialStatements(database, deviceId, sealer, secrets),
  ...learnLids(database, deviceId, addresses),
]

/** What people are called; names that are blank are not known. */
export function contactStatements(
  database: Database,
  deviceId: string,
  people: readonly { readonly jid: string; readonly names: Readonly<Record<NameColumn, string | undefined>> }[],
  at: number,
): Statement[] {
  const contacts = new ContactStore(database)
  return people.flatMap(({ jid, names }) =>
    (Object.keys(names) as NameColumn[]).flatMap((column) => {
      const name = names[column]
      return name ? [contacts.name(deviceId, jid, column, name, at)] : []
    }),
  )
}

type NameColumn = 'push_name' | 'full_name' | 'first_name' | 'business_name'
