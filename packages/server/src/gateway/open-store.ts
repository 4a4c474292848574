import { ConfigError } from '../config/config-error.ts'
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

const refusal = (target: DatabaseTarget, error: unknown): ConfigError => {
  const trouble = error as Trouble
  const { code, message, severity } = rootOf(trouble)
  if (target.type === 'sqlite') {
    const reason = oneLine(trouble.message || String(code))
    return new ConfigError(
      `WHATSAPP_DATASTORE_URI is ${JSON.stringify(target.file)}: it cannot be used (${reason}); allowed is the SQLite file of a gateway no newer than this one, or a path where one can be made`,
      { cause: error },
    )
  }
  // What the server itself says names users and databases, never a password.
  const reason = severity ? `refuses: ${oneLine(message ?? '')} (${code})` : `does not answer (${code ?? message})`
  return new ConfigError(`WHATSAPP_DATASTORE_URI: the database ${reason}`, { cause: error })
}

/** Opens the database. @throws ConfigError with one line for the operator; its cause is what the database or the system said */
export const openStore = (target: DatabaseTarget, options: DatabaseOptions): Promise<Database> =>
  openDatabase(target, options).catch((error: unknown) => {
    throw refusal(target, error)
  })
