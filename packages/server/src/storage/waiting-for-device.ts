import { sql } from 'kysely'
import type { Database } from './database.ts'
import { perDatabase } from './per-database.ts'
import { prepare } from './prepare.ts'
import type { Schema } from './schema.ts'

/** Whether there is something of each kind that a device does when it is connected again. */
export interface WaitingForDevice {
  readonly presences: boolean
  readonly channels: boolean
  readonly calls: boolean
  readonly sends: boolean
}

const prepared = perDatabase(({ query }) =>
  prepare<{ deviceId: string }>(query, (value) => {
    const has = (table: keyof Schema, more = sql``) =>
      sql`exists (select 1 from ${sql.table(table)} where device_id = ${value('deviceId')}${more})`
    return sql`select ${has('presence_subscription')} as presences, ${has('channel_watch')} as channels,
      ${has('incoming_call', sql` and state = 'to_reject'`)} as calls, ${has('due_send')} as sends`
  }),
)

/** One look in place of a read for each: a thousand devices that connect have mostly nothing of it. */
export async function waitingForDevice(database: Database, deviceId: string): Promise<WaitingForDevice> {
  const statement = prepared(database)({ deviceId })
  const { rows } = await database.query.executeQuery<Record<keyof WaitingForDevice, unknown>>(statement)
  const { presences, channels, calls, sends } = rows[0]!
  return {
    ...{ presences: Boolean(presences), channels: Boolean(channels) },
    ...{ calls: Boolean(calls), sends: Boolean(sends) },
  }
}
