import { ConfigError } from '../config/config-error.ts'
import type { Snapshot } from '../storage/backup/snapshot.ts'
import { takeSnapshot } from '../storage/backup/take-snapshot.ts'
import { type ClaimOptions, claimDatabase } from '../storage/claim-database.ts'
import type { Database } from '../storage/database.ts'
import { type DatabaseOptions, type DatabaseTarget, openDatabase } from '../storage/open-database.ts'

interface Trouble {
  readonly message?: string
  readonly code?: string
  /** Only what PostgreSQL itself answered has one. */
  readonly severity?: string
  readonly cause?: unknown
}

/** The error that names a reason: ours stand in front of those of the driver or the system. */
const rootOf = (error: Trouble): Trouble =>
  error.code === undefined && error.cause instanceof Error ? rootOf(error.cause as Trouble) : error

const oneLine = (text: string): string => text.replaceAll(/\s*[\r\n]+\s*/g, ' ')

/** What an operator does about a refusal, by its SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const advice: Readonly<Record<string, string>> = {
  '28P01': 'Correct the user and the password in the URI',
  '28000': 'Let this user log in from this host, or name another user in the URI',
  '3D000': 'Create the database, or name another one in the URI',
  '42501': 'Let this user connect to the database and create tables in it (the owner of the database can)',
  '25006': 'Name a server that can be written, not a standby',
}

/** What the driver says, without a code, when the server wants a password and the URI has none. */
const noPassword = /client password must be a (non-empty )?string/

const postgresTrouble = ({ code, message = '', severity }: Trouble): string => {
  // What the server itself says names users and databases, never a password.
  if (severity) {
    const what = `the database refuses: ${oneLine(message)} (${code})`
    return advice[code ?? ''] ? `${what}. ${advice[code ?? '']}` : what
  }
  if (code === 'POOLED_BY_TRANSACTION') {
    return 'this is a pooler that pools by transaction. Name PostgreSQL itself, or let it pool by session (pool_mode = session in PgBouncer)'
  }
  if (noPassword.test(message))
    return 'the database wants a password. Write it into the URI: postgres://user:password@host/name'
  if (code === 'ERR_INVALID_URL') {
    return 'this is not a URL. In a password, letters that mean something in URLs are escaped: %23 for #, %2F for /, %3F for ?'
  }
  return `the database does not answer (${code ?? message})`
}

/** One line for the operator about what the database or the system said. */
export const refusal = (target: DatabaseTarget, error: unknown): ConfigError => {
  const trouble = error as Trouble
  const root = rootOf(trouble)
  if (target.type === 'sqlite') {
    const reason = oneLine(trouble.message || String(root.code))
    return new ConfigError(
      `WHATSAPP_DATASTORE_URI is ${JSON.stringify(target.file)}: it cannot be used (${reason}); allowed is the SQLite file of a gateway no newer than this one, or a path where one can be made`,
      { cause: error },
    )
  }
  return new ConfigError(`WHATSAPP_DATASTORE_URI: ${postgresTrouble(root)}`, { cause: error })
}

/** Opens the database. @throws ConfigError with one line for the operator; its cause is what the database or the system said */
export const openStore = (target: DatabaseTarget, options: DatabaseOptions): Promise<Database> =>
  openDatabase(target, options).catch((error: unknown) => {
    throw refusal(target, error)
  })

/** Resolves when this gateway has the database to itself, to what gives it back. @throws as {@link openStore} */
export const claimStore = (target: DatabaseTarget, options: ClaimOptions): Promise<() => Promise<void>> =>
  claimDatabase(target, options).catch((error: unknown) => {
    throw refusal(target, error)
  })

/** A snapshot of a database that a gateway may work with. @throws as {@link openStore} */
export const snapshotOfStore = (target: DatabaseTarget): Promise<Snapshot> =>
  takeSnapshot(target).catch((error: unknown) => {
    throw refusal(target, error)
  })
