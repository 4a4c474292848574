import type { Kysely } from 'kysely'
import type { Content } from './content/content.ts'
import type { EventDays } from './event-days.ts'
import type { Schema } from './schema.ts'
import type { Statement, StatementResult } from './statement.ts'

export type { Statement, StatementResult }

/** What was done to the files of the database. */
export interface Scrubbed {
  /** All of it was written anew. */
  readonly rewritten: boolean
  /** So many bytes were searched; 0 where the files are the server's. */
  readonly searchedBytes: number
  /** In so many places something was found after that: rows of others have it too. */
  readonly found: number
}

/** The one way to durable state. Reads go through `query`; every change is a unit of statements handed to `commit`. */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres'
  /** Where the event log is cut by day: on PostgreSQL. */
  readonly days: EventDays | undefined
  /** For reads, and for building statements to commit. Never write through it outside migrations. */
  readonly query: Kysely<Schema>
  /** What people wrote passes through it on its way into {@link Database.commit}, and out of {@link Database.query}. */
  content: Content
  /** Applies a unit atomically and resolves when it is on disk. Units of the same few milliseconds share one transaction (each behind a savepoint, so that
   *  one unit's failure is its own). Units with the same `lane` are applied in call order. Of several nodes only the one that has a device may use its lane,
   *  the id of the device, for anything but what is done `anywhere`: that changes nothing that the node of the device knows. */
  commit(
    unit: readonly Statement[],
    options?: { readonly lane?: string; readonly anywhere?: true },
  ): Promise<readonly StatementResult[]>
  /** Resolves when the units of a lane that were handed over so far are applied or refused. For reads that would otherwise be outdated before they are used. */
  settled(lane: string): Promise<void>
  /** Takes what was deleted out of the files, as far as the database lets us. @param needles what must not be found there any more, as text; without any the
   *  files are written anew in any case. @throws when it could not be done now */
  scrub(needles: readonly string[]): Promise<Scrubbed>
  /** Whether the database answers. */
  ping(): Promise<void>
  close(): Promise<void>
}
