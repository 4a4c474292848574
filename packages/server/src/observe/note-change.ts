import { type AuditEntry, auditStatement } from '../storage/audit-store.ts'
import type { Database, Statement } from '../storage/database.ts'
import { currentRequest } from './request-context.ts'

interface Change extends Omit<AuditEntry, 'actor' | 'address'> {
  /** Who made it where no known caller asked for it. */
  readonly otherwise: string
}

/** Notes a change in the audit, in the unit that makes it: by whoever asks for it in the running request. Never put a secret in it. */
export const noteChange = (database: Database, { otherwise, ...entry }: Change): Statement => {
  const { actor = otherwise, address } = currentRequest() ?? {}
  return auditStatement(database, { ...entry, actor, address })
}
