import { sql } from 'kysely'
import type { Database, Statement } from './database.ts'

export interface AuditEntry {
  /** `admin`, `key:<id>`, `device:<id>`, `access_key:<id>`, `system`. */
  readonly actor: string
  /** `api_key.created`, `device.deleted`… */
  readonly action: string
  readonly target: string
  readonly at: number
  /** The API key that it concerns, or the hash of it while its number is not known; that of the device which is the target when absent. */
  readonly apiKeyId?: number | Uint8Array | undefined
  /** What it was changed to, or why: never a secret. */
  readonly detail?: string | undefined
  /** From where it was asked for. */
  readonly address?: string | undefined
}

/** The API key that an entry concerns, as an expression. */
const concerned = ({ apiKeyId, target }: AuditEntry) => {
  if (typeof apiKeyId === 'number') return sql<number>`cast(${apiKeyId} as bigint)`
  if (apiKeyId) return sql<number>`(select id from api_key where key_hash = ${apiKeyId})`
  return sql<number>`(select api_key_id from device where id = ${target})`
}

/** Notes who did what, in the unit that did it. Never put a secret in it. */
export const auditStatement = (database: Database, entry: AuditEntry): Statement => {
  const { actor, action, target, at, detail = null, address = null } = entry
  const values = { actor, action, target, at, detail, address, api_key_id: concerned(entry) }
  return { query: database.query.insertInto('audit').values(values).compile() }
}

/** An entry as it is listed. */
export interface AuditRow {
  readonly id: number
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly at: number
  readonly apiKeyId: number | null
  readonly detail: string | null
  readonly address: string | null
}

export interface AuditSearch {
  readonly apiKeyId?: number | undefined
  readonly actor?: string | undefined
  /** Beginning of an action: `device.`. */
  readonly action?: string | undefined
  readonly target?: string | undefined
  /** Unix ms, itself included. */
  readonly since?: number | undefined
  /** Unix ms, itself not included. */
  readonly until?: number | undefined
  /** Only what is older. */
  readonly before?: number | undefined
  readonly limit: number
}

/** Newest first. */
export function listAudit({ query }: Database, search: AuditSearch): Promise<AuditRow[]> {
  const { apiKeyId, actor, action, target, since, until, before, limit } = search
  let select = query
    .selectFrom('audit')
    .select(['id', 'actor', 'action', 'target', 'at', 'api_key_id as apiKeyId', 'detail', 'address'])
    .orderBy('id', 'desc')
    .limit(limit)
  if (apiKeyId !== undefined) select = select.where('api_key_id', '=', apiKeyId)
  if (actor !== undefined) select = select.where('actor', '=', actor)
  if (action !== undefined) select = select.where('action', '>=', action).where('action', '<', `${action}\u{10ffff}`)
  if (target !== undefined) select = select.where('target', '=', target)
  if (since !== undefined) select = select.where('at', '>=', since)
  if (until !== undefined) select = select.where('at', '<', until)
  if (before !== undefined) select = select.where('id', '<', before)
  return select.execute()
}
