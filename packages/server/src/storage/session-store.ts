import type { Account } from '@switchboard/engine'
import { OwnershipLostError } from '@switchboard/engine'
import { type CompiledQuery, type Selectable, sql } from 'kysely'
import { AppError } from '../errors/app-error.ts'
import type { Database, Statement } from './database.ts'
import type { Ownership } from './fence.ts'
import { perDatabase } from './per-database.ts'
import { prepare } from './prepare.ts'
import type { DeviceTable } from './schema.ts'

const sessionColumns = [
  'id',
  'api_key_id',
  'status',
  'state',
  'state_reason',
  'banned_until',
  'jid',
  'lid',
  'push_name',
  'platform',
  'business_name',
  'username',
  'linked_at',
  'proxy_url_sealed',
  'passive',
  'force_active_receipts',
  'owner',
  'epoch',
] as const

/** What a session needs to know of its device's row. */
export type SessionRow = Selectable<Pick<DeviceTable, (typeof sessionColumns)[number]>>

export interface SessionRowChange {
  readonly status?: DeviceTable['status']
  readonly state?: string
  readonly reason?: string | null
  readonly bannedUntil?: number | null
  readonly account?: Account
  /** The account is another one than before: since when it is linked. */
  readonly linkedAt?: number
  readonly lastActiveAt?: number
}

const preparedRow = perDatabase(({ query }) =>
  prepare<{ deviceId: string }>(query, (value) =>
    query.selectFrom('device').select(sessionColumns).where('id', '=', value('deviceId')),
  ),
)

/** @throws AppError device_not_found */
export async function readSessionRow(database: Database, deviceId: string): Promise<SessionRow> {
  const { rows } = await database.query.executeQuery<SessionRow>(preparedRow(database)({ deviceId }))
  if (!rows[0]) throw new AppError('device_not_found')
  return rows[0]
}

/** `state` of a device that was brought here with its link: only a request connects it. From its first connection on it is a device like all others. */
export const stoppedState = 'stopped'

/** Those of some devices that are there. */
export function readSessionRows({ query }: Database, deviceIds: readonly string[]): Promise<SessionRow[]> {
  return query.selectFrom('device').select(sessionColumns).where('id', 'in', deviceIds).execute()
}

/** Devices that should have a session: linked ones, and ones with a link that was written just before the process died. */
export async function listDevicesToStart(database: Database): Promise<SessionRow[]> {
  return database.query
    .selectFrom('device')
    .select(sessionColumns)
    .where((where) =>
      where.or([
        where('status', 'in', ['active', 'disconnected']),
        where.and([
          where('status', '=', 'pending'),
          where.exists(
            where
              .selectFrom('credential')
              .select('credential.key')
              .whereRef('credential.device_id', '=', 'device.id')
              .limit(1),
          ),
        ]),
      ]),
    )
    .orderBy('id')
    .execute()
}

type ChangedColumns = Partial<Omit<SessionRow, 'id' | 'owner' | 'epoch'>> &
  Partial<Pick<Selectable<DeviceTable>, 'updated_at' | 'last_active_at'>>

/** A state that is noted again is as old as it was. */
const sinceOf = (state: unknown, at: unknown) =>
  sql<number>`case when state = ${state} then coalesce(state_since, created_at) else ${at} end`

/** A statement for each set of columns: there are a few that change together. */
const preparedChanges = perDatabase(({ query }) => {
  const known = new Map<string, (values: Record<string, unknown>) => CompiledQuery>()
  return (columns: readonly (keyof ChangedColumns)[]) => {
    const name = columns.join()
    const made =
      known.get(name) ??
      prepare<Record<string, unknown>>(query, (value) =>
        query
          .updateTable('device')
          .set(Object.fromEntries(columns.map((column) => [column, value(column)])))
          .$if(columns.includes('state'), (update) =>
            update.set('state_since', sinceOf(value('state'), value('updated_at'))),
          )
          .where('id', '=', value('id'))
          .where('owner', '=', value('owner'))
          .where('epoch', '=', value('epoch')),
      )
    known.set(name, made)
    return made
  }
})

/** Changes the device's row, and is its own fence: the unit fails when the device belongs to somebody else by now. */
export function changeSessionRow(
  database: Database,
  deviceId: string,
  ownership: Ownership,
  change: SessionRowChange,
  now: number,
): Statement {
  const { account } = change
  const changed: ChangedColumns = {
    updated_at: now,
    ...(change.status && { status: change.status }),
    ...(change.state && { state: change.state }),
    ...(change.reason !== undefined && { state_reason: change.reason }),
    ...(change.bannedUntil !== undefined && { banned_until: change.bannedUntil }),
    ...(change.lastActiveAt !== undefined && { last_active_at: change.lastActiveAt }),
    ...(change.linkedAt !== undefined && { linked_at: change.linkedAt }),
    ...(account && { jid: account.jid }),
    ...(account?.lid && { lid: account.lid }),
    ...(account?.pushName && { push_name: account.pushName }),
    ...(account?.platform && { platform: account.platform }),
    ...(account?.businessName && { business_name: account.businessName }),
    ...(account && { username: account.username || null }),
  }
  const { owner, epoch } = ownership
  const statement = preparedChanges(database)(Object.keys(changed) as (keyof ChangedColumns)[])
  return {
    query: statement({ ...changed, id: deviceId, owner, epoch }),
    orElse: () => new OwnershipLostError('the device belongs to another process'),
  }
}

const linkedDevice = perDatabase((database) =>
  prepare<{ deviceId: string }>(database.query, (value) =>
    database.query
      .selectFrom('device')
      .select(sql.lit(1).as('linked'))
      .where('id', '=', value('deviceId'))
      .where('status', 'in', [sql.lit('active' as const), sql.lit('disconnected' as const)])
      .$if(database.dialect === 'postgres', (select) => select.forShare()),
  ),
)

/** First in the unit of a send: fails when the link is gone by now, so that nothing is taken that nobody would ever come back to. */
export function whileLinked(database: Database, deviceId: string, gone: () => Error): Statement {
  return { query: linkedDevice(database)({ deviceId }), orElse: gone }
}

/** Whether the claim still holds. */
export async function stillOwns(database: Database, deviceId: string, ownership: Ownership): Promise<boolean> {
  const row = await readSessionRow(database, deviceId).catch((error) => {
    if (error instanceof AppError) return undefined
    throw error
  })
  return row?.owner === ownership.owner && Number(row.epoch) === ownership.epoch
}
