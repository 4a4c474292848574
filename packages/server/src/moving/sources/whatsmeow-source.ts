import type { ForeignRow, LinkReaders, WhatsmeowDevice } from '@switchboard/engine'
import type { ForeignDatabase } from '../../storage/sources/foreign-database.ts'
import { counted } from '../counted.ts'
import { databaseInUse } from '../files-in-use.ts'
import {
  type MovingSource,
  type SourceChat,
  type SourceContact,
  type SourceDevice,
  SourceRefused,
} from '../moving-source.ts'
import { linkOrRefusal } from './link-or-refusal.ts'
import { openSourceDatabase } from './open-source-database.ts'

/** Those before have no table of LIDs, and whatsmeow brings them up to date by itself (seen in: whatsmeow store/sqlstore/upgrades). */
const oldestSchema = 8
/** The newest that was looked at. Newer ones only add to it as long as they say that they are compatible. */
const newestSchema = 15

/** Tables of whatsmeow in PostgreSQL or SQLite, as many programs have them. @throws SourceRefused */
export async function openWhatsmeow(place: string, readers: LinkReaders): Promise<MovingSource> {
  const database = await openSourceDatabase(place)
  try {
    const tables = await openTables(database, readers)
    return {
      title: `whatsmeow, schema version ${tables.version}, ${counted(tables.jids.length, 'device')}`,
      notes: tables.notes,
      tenants: [],
      inUse: () => databaseInUse(database),
      async *devices() {
        for (const jid of tables.jids) yield tables.device(jid)
      },
      close: () => database.close(),
    }
  } catch (error) {
    await database.close()
    throw error
  }
}

/** The devices in whatsmeow's tables. */
export interface WhatsmeowTables {
  readonly version: number
  readonly notes: readonly string[]
  /** Keys of the devices. */
  readonly jids: readonly string[]
  /** @param jid one of them @param name what its owner calls it; when absent, what the account is called, or its number */
  device(jid: string, name?: string): Promise<SourceDevice>
}

/** @throws SourceRefused */
export async function openTables(database: ForeignDatabase, readers: LinkReaders): Promise<WhatsmeowTables> {
  if (!(await database.hasTable('whatsmeow_device'))) {
    throw new SourceRefused('This database has no table whatsmeow_device: it is none of whatsmeow')
  }
  const version = Number((await database.rows('whatsmeow_version'))[0]?.['version'] ?? 0)
  if (version < oldestSchema) {
    const words = `Its schema version is ${version}, and the oldest that can be read is ${oldestSchema}`
    throw new SourceRefused(`${words}. Start the program once with a newer whatsmeow, which brings it up to date`)
  }
  const devices = new Map((await database.rows('whatsmeow_device')).map((row) => [String(row['jid']), row]))
  const lidMap = await database.rows('whatsmeow_lid_map')
  return {
    version,
    notes: [
      ...(version > newestSchema
        ? [`Schema version ${version} is newer than ${newestSchema}, which is known here.`]
        : []),
      'Labels come from the phone with the first connection. Secrets of earlier messages stay behind: votes and edits that come for those are not read.',
    ],
    jids: [...devices.keys()].sort(),
    device(jid, name) {
      const device = devices.get(jid)!
      const shown = name ?? text(device['push_name']) ?? /^\d+/.exec(jid)?.[0] ?? jid
      return deviceOf(database, { device, lidMap }, { jid, name: shown }, readers)
    },
  }
}

async function deviceOf(
  database: ForeignDatabase,
  known: Pick<WhatsmeowDevice, 'device' | 'lidMap'>,
  { jid, name }: { jid: string; name: string },
  readers: LinkReaders,
): Promise<SourceDevice> {
  const own = (table: string, column = 'our_jid') => database.rows(`whatsmeow_${table}`, column, jid)
  const stored: WhatsmeowDevice = {
    ...known,
    preKeys: await own('pre_keys', 'jid'),
    sessions: await own('sessions'),
    senderKeys: await own('sender_keys'),
    appStateSyncKeys: await own('app_state_sync_keys', 'jid'),
    privacyTokens: await own('privacy_tokens'),
  }
  return {
    name,
    link: linkOrRefusal(() => readers.whatsmeow(stored)),
    contacts: (await own('contacts')).flatMap(contactOf),
    chats: (await own('chat_settings')).flatMap(chatOf),
    leftOut: [],
  }
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function contactOf(row: ForeignRow): SourceContact[] {
  const jid = text(row['their_jid'])
  if (jid === undefined || !/@(s\.whatsapp\.net|lid)$/.test(jid)) return []
  const names = {
    pushName: text(row['push_name']),
    fullName: text(row['full_name']),
    firstName: text(row['first_name']),
  }
  return [{ jid, ...names, businessName: text(row['business_name']) }]
}

function chatOf(row: ForeignRow): SourceChat[] {
  const jid = text(row['chat_jid'])
  const mutedUntil = Number(row['muted_until'] ?? 0)
  if (jid === undefined || !Number.isFinite(mutedUntil)) return []
  const isOn = (value: unknown) => value === true || value === 1
  // Seconds there; a mute without end is negative in both.
  const until = mutedUntil > 0 ? mutedUntil * 1000 : Math.max(-1, mutedUntil)
  return [{ jid, archived: isOn(row['archived']), pinned: isOn(row['pinned']), mutedUntil: until }]
}
