import pg from 'pg'
import type { Scrubbed } from '../../database.ts'
import { holdings } from '../../erasure/holdings.ts'
import { connectionSettings } from './connection-settings.ts'

/** Tables of which rows go with a person or a chat. */
const cleaned = Object.entries(holdings).flatMap(([table, { how }]) => (how === 'stays' ? [] : [table]))

/** See {@link Database.scrub}. The place of deleted rows becomes free, and is written over when it is used again: nothing here reaches the files of the server,
 *  its write-ahead log, or what was copied of it. */
export async function scrubPostgres(uri: string): Promise<Scrubbed> {
  const client = new pg.Client({
    ...connectionSettings(uri),
    query_timeout: 0,
    application_name: 'switchboard-erasure',
  })
  client.on('error', () => {})
  await client.connect()
  try {
    for (const table of [...cleaned, 'device', 'api_key'])
      await client.query(`vacuum ${client.escapeIdentifier(table)}`)
  } finally {
    await client.end()
  }
  return { rewritten: false, searchedBytes: 0, found: 0 }
}
