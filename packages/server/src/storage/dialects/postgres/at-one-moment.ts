import pg from 'pg'
import { connectionSettings } from './connection-settings.ts'

/** Opens a transaction that reads and sees one moment from the first to the last row, and hands its connection on. It ends with the connection, and at once
 *  when `use` throws. @param name how the server calls the connection */
export async function atOneMoment<Made>(
  uri: string,
  name: string,
  use: (client: pg.Client) => Promise<Made> | Made,
): Promise<Made> {
  const client = new pg.Client({ ...connectionSettings(uri), application_name: name })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('begin isolation level repeatable read read only')
    return await use(client)
  } catch (error) {
    await client.end().catch(() => {})
    throw error
  }
}
