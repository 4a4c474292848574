import pg from 'pg'
import { connectionSettings } from './connection-settings.ts'

export interface PostgresFacts {
  /** `18.4` */
  readonly version: string
  /** `180004`: the major version in ten thousands. */
  readonly versionNumber: number
  /** Its clock against ours, ms: above 0 it is ahead. No more exact than half of {@link roundTripMs}. */
  readonly aheadMs: number
  readonly roundTripMs: number
  /** A standby: it only reads. */
  readonly isStandby: boolean
  /** This user may make tables here. */
  readonly mayCreate: boolean
  readonly encrypted: boolean
  readonly maxConnections: number
  /** Two connections meet one session of the server: something in between shares sessions among transactions. */
  readonly sharesSessions: boolean
}

interface Row {
  readonly version: string
  readonly version_number: string
  readonly now_ms: number
  readonly is_standby: boolean
  readonly may_create: boolean
  readonly encrypted: boolean | null
  readonly max_connections: string
}

const questions = `select current_setting('server_version') as version, current_setting('server_version_num') as version_number,
  (extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms, pg_is_in_recovery() as is_standby,
  coalesce(has_schema_privilege(current_schema(), 'create'), false) as may_create,
  (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as encrypted, current_setting('max_connections') as max_connections`

const sessionOf = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  return rows[0]!.pid
}

/** Asks a PostgreSQL server about itself, and changes nothing. @throws what the driver throws */
export const inspectPostgres = async (uri: string): Promise<PostgresFacts> => {
  const clients = [new pg.Client(connectionSettings(uri)), new pg.Client(connectionSettings(uri))] as const
  for (const client of clients) client.on('error', () => {})
  try {
    for (const client of clients) await client.connect()
    const [one, other] = clients
    const before = Date.now()
    const row = (await one.query<Row>(questions)).rows[0]!
    const roundTripMs = Date.now() - before
    return {
      version: row.version.split(' ')[0]!,
      versionNumber: Number(row.version_number),
      aheadMs: Math.round(row.now_ms - before - roundTripMs / 2),
      roundTripMs,
      isStandby: row.is_standby,
      mayCreate: row.may_create,
      encrypted: row.encrypted ?? false,
      maxConnections: Number(row.max_connections),
      // Both are connected now. With a session each, the server would have given each a process of its own.
      sharesSessions: (await sessionOf(one)) === (await sessionOf(other)),
    }
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => {})))
  }
}
