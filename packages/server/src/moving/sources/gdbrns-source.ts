import type { ForeignRow, LinkReaders } from '@switchboard/engine'
import type { ForeignDatabase } from '../../storage/sources/foreign-database.ts'
import { counted } from '../counted.ts'
import { databaseInUse } from '../files-in-use.ts'
import {
  type MovingSource,
  type SourceDevice,
  SourceRefused,
  type SourceRegistration,
  type SourceTenant,
  type SourceWebhook,
} from '../moving-source.ts'
import { openSourceDatabase } from './open-source-database.ts'
import { openTables, type WhatsmeowTables } from './whatsmeow-source.ts'

/** The Go server that this gateway takes its contract from: whatsmeow's tables with API keys, devices and webhooks of its own (seen in:
 *  gdbrns/go-whatsapp-multi-session-rest-api dab7403 pkg/whatsapp/routing.go). @throws SourceRefused */
export async function openGdbrns(uri: string, readers: LinkReaders): Promise<MovingSource> {
  const database = await openSourceDatabase(uri)
  try {
    for (const table of ['api_keys', 'devices', 'device_routing']) {
      if (!(await database.hasTable(table)))
        throw new SourceRefused(`This database has no table ${table}: it is none of that server`)
    }
    return await sourceOf(database, readers)
  } catch (error) {
    await database.close()
    throw error
  }
}

async function sourceOf(database: ForeignDatabase, readers: LinkReaders): Promise<MovingSource> {
  const tables = await openTables(database, readers)
  const devices = (await database.rows('devices')).toSorted((one, other) => ageOf(one) - ageOf(other))
  const links = new Map((await database.rows('device_routing')).map((row) => [row['device_id'], row['whatsmeow_jid']]))
  return {
    title: `Go server, ${counted(devices.length, 'device')}, schema version ${tables.version} of whatsmeow`,
    notes: [
      'API keys, device secrets and webhooks keep their texts and ids. Tokens of devices stay valid when JWT_SECRET_KEY is the one of that server.',
      ...tables.notes,
    ],
    tenants: (await database.rows('api_keys')).map(tenantOf).toSorted((one, other) => one.id - other.id),
    inUse: () => databaseInUse(database),
    async *devices() {
      for (const row of devices)
        yield deviceOf(row, links, tables, await webhooksOf(database, String(row['device_id'])))
    },
    close: () => database.close(),
  }
}

const ageOf = (row: ForeignRow): number => (row['created_at'] instanceof Date ? row['created_at'].getTime() : 0)

const textOrNull = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

const tenantOf = (row: ForeignRow): SourceTenant => ({
  id: Number(row['id']),
  key: String(row['api_key']),
  customerName: textOrNull(row['customer_name']) ?? 'Moved here',
  customerEmail: textOrNull(row['customer_email']),
  customerPhone: textOrNull(row['customer_phone']),
  maxDevices: Number(row['max_devices'] ?? 1),
  // That server shows the limit and keeps to none. Its number is taken as it was meant.
  requestsPerHour: Number(row['rate_limit_per_hour'] ?? 0),
  isActive: row['is_active'] !== false,
})

async function webhooksOf(database: ForeignDatabase, deviceId: string): Promise<SourceWebhook[]> {
  const rows = await database.rows('wa_webhooks', 'device_id', deviceId)
  return rows.map((row) => ({
    id: Number(row['id']),
    url: String(row['url']),
    secret: String(row['secret']),
    events: Array.isArray(row['events']) ? row['events'].map(String) : [],
    active: row['active'] !== false,
  }))
}

async function deviceOf(
  row: ForeignRow,
  links: ReadonlyMap<unknown, unknown>,
  tables: WhatsmeowTables,
  webhooks: readonly SourceWebhook[],
): Promise<SourceDevice> {
  const id = String(row['device_id'])
  const name = textOrNull(row['device_name']) ?? id
  // What it routes to counts; the other column is a copy.
  const jid = textOrNull(links.get(id)) ?? (links.has(id) ? null : textOrNull(row['whatsmeow_jid']))
  const registration: SourceRegistration = {
    id,
    tenantId: Number(row['api_key_id']),
    secret: String(row['device_secret']),
    tokenVersion: Number(row['jwt_version'] ?? 1),
    proxyUrl: textOrNull(row['proxy_url']) ?? undefined,
    loggedOut: row['status'] === 'logged_out',
    webhooks,
  }
  const known = jid !== null && tables.jids.includes(jid)
  const found = known ? await tables.device(jid, name) : { name, link: undefined, contacts: [], chats: [], leftOut: [] }
  const lost = jid !== null && !known ? [`its link ${jid} is not among those of whatsmeow: link it again.`] : []
  return { ...found, registration, leftOut: [...found.leftOut, ...lost] }
}
