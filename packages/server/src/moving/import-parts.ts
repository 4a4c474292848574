import type { Database } from '../storage/database.ts'
import type { Keyring, Sealer } from '../storage/sealing/keyring.ts'
import type { Tokens } from '../tenants/tokens.ts'
import type { HandOut } from './hand-out.ts'

/** What an import works with. */
export interface ImportParts {
  readonly database: Database
  readonly keyring: Keyring
  readonly tokens: Tokens
  /** Webhooks may lead into networks that are not public. */
  readonly allowsPrivateWebhooks: boolean
  readonly handOut: HandOut
  readonly now: () => number
  /** A line of the report. */
  readonly say: (line: string) => void
}

export interface ImportWish {
  /** Otherwise it only says what would be done. */
  readonly write: boolean
  /** The API key that gets devices of a program without customers; undefined: a new one. */
  readonly apiKeyId: number | undefined
}

/** A device that is being made. */
export interface NewDevice {
  readonly id: string
  readonly sealer: Sealer
  readonly at: number
}
