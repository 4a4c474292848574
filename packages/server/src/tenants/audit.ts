import { type AuditRow, type AuditSearch, listAudit } from '../storage/audit-store.ts'
import type { Database } from '../storage/database.ts'

export type { AuditRow, AuditSearch }

/** Who did what, as the operator and customers may read it. */
export class Audit {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  /** Newest first. */
  list(search: AuditSearch): Promise<AuditRow[]> {
    return listAudit(this.#database, search)
  }
}
