import { sql } from 'kysely'
import type { KeptFile } from '../kept-file-store.ts'
import { opened } from './opened.ts'
import { isOfSubject, rowsAtOnce, type Scene } from './removal.ts'

/** The protobufs of what the account sent to the subject, some at a time. */
export async function* ownBodies({ database, deviceId, subject }: Scene): AsyncGenerator<Uint8Array> {
  for (let after: { chat: string; id: string } | undefined; ; ) {
    const behind = after ? sql`and (m.chat, m.id) > (${after.chat}, ${after.id})` : sql``
    const { rows } = await sql<{
      device_id: string
      chat: string
      id: string
      body: Uint8Array
    }>`select m.device_id, m.chat, m.id, m.body
      from message m where m.device_id = ${deviceId} and m.from_me = 1 and m.body is not null and ${isOfSubject(subject)}
      ${behind} order by m.chat, m.id limit ${rowsAtOnce}`.execute(database.query)
    for (const { body } of await opened(database, 'message', rows)) yield body
    if (rows.length < rowsAtOnce) return
    after = rows.at(-1)
  }
}

/** Files for which a send to the subject waits. */
export async function waitingFiles({ database, deviceId, subject }: Scene): Promise<Set<string>> {
  const of = (table: 'send_intent' | 'proposal') => sql`select media_id from ${sql.table(table)}
    where device_id = ${deviceId} and media_id is not null and chat in (${sql.join(subject.addresses)})`
  const { rows } = await sql<{ media_id: string }>`${of('send_intent')} union ${of('proposal')}`.execute(database.query)
  return new Set(rows.map((row) => row.media_id))
}

/** Files of the subject's messages that are kept here. */
export async function keptFiles({ database, deviceId, subject }: Scene): Promise<KeptFile[]> {
  const { rows } = await sql<{ api_key_id: number; sha256: string }>`select distinct d.api_key_id, f.sha256
    from message_media f join device d on d.id = f.device_id
    join message m on m.device_id = f.device_id and m.chat = f.chat and m.id = f.message_id
    where f.device_id = ${deviceId} and f.sha256 is not null and ${isOfSubject(subject)}`.execute(database.query)
  return rows.map((row) => ({ apiKeyId: Number(row.api_key_id), sha256: row.sha256 }))
}

/** Files of all messages of a device. */
export async function keptFilesOfDevice({
  database,
  deviceId,
}: Pick<Scene, 'database' | 'deviceId'>): Promise<KeptFile[]> {
  const { rows } = await sql<{ api_key_id: number; sha256: string }>`select distinct d.api_key_id, f.sha256
    from message_media f join device d on d.id = f.device_id
    where f.device_id = ${deviceId} and f.sha256 is not null`.execute(database.query)
  return rows.map((row) => ({ apiKeyId: Number(row.api_key_id), sha256: row.sha256 }))
}
