import type { Database, Statement } from './database.ts'

export interface AuditEntry {
  /** `admin`, `key:<id>`, `device:<id>`, `system`. */
  readonly actor: string
  /** `api_key.created`, `device.deleted`… */
  readonly action: string
  readonly target: string
  readonly at: number
}

/** Notes who did what, in the unit that did it. Never put a secret in it. */
export const auditStatement = (database: Database, entry: AuditEntry): Statement => ({
  query: database.query.insertInto('audit').values(entry).compile(),
})
