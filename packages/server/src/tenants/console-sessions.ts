import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { AppError } from '../errors/app-error.ts'
import { auditStatement } from '../storage/audit-store.ts'
import {
  deleteConsoleSession,
  deleteConsoleSessionsOfKey,
  deleteEndedConsoleSessions,
  findConsoleSession,
  insertConsoleSession,
  listConsoleSessions,
  type StoredConsoleSession,
} from '../storage/console-session-store.ts'
import type { Database, Statement } from '../storage/database.ts'
import type { AuthAttempt, Authenticator } from './authentication.ts'
import { actorOf, type ConsoleSession, type Grant } from './principals.ts'
import { hashSecret, looksLikeAccessKey, looksLikeApiKey, looksLikeToken } from './secrets.ts'

/** For how long somebody stays signed in. */
export const sessionLifeMs = 12 * 60 * 60 * 1000
/** Sessions of one credential; a further one ends the oldest. */
const mostOfOne = 50
/** How long whoever came with a wrong secret waits for the answer. */
const wrongSecretMs = 1000

interface Dependencies {
  readonly database: Database
  readonly authenticator: Authenticator
  /** Stands for the admin secret without telling anything about it. */
  readonly adminProof: string
  readonly now: () => number
}

type Row = Pick<StoredConsoleSession, 'kind' | 'proof' | 'api_key_id' | 'device_id' | 'access_key_id'>

const nobody = { api_key_id: null, device_id: null, access_key_id: null } as const

const idOf = (cookie: string): string => Buffer.from(hashSecret(cookie)).toString('hex')

/** Who is signed in to the console: a browser has a cookie, and never the credential itself. A session is as good as the credential that it was opened with, and
 *  ends with it. They are in the database as hashes, and in memory for every request. */
export class ConsoleSessions {
  readonly #dependencies: Dependencies
  /** By id, the oldest first. */
  readonly #sessions = new Map<string, ConsoleSession>()

  private constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies
  }

  static async load(dependencies: Dependencies): Promise<ConsoleSessions> {
    const sessions = new ConsoleSessions(dependencies)
    await sessions.readAll()
    return sessions
  }

  /** When it is not known what has changed. */
  async readAll(): Promise<void> {
    const { database, now } = this.#dependencies
    const rows = await listConsoleSessions(database, now())
    this.#sessions.clear()
    for (const row of rows) this.#known(row)
  }

  /** One was opened or ended elsewhere. */
  async readAgain(id: string): Promise<void> {
    const row = await findConsoleSession(this.#dependencies.database, id)
    if (row) this.#known(row)
    else this.#sessions.delete(id)
  }

  /** Opens a session with an admin secret, an API key, an access key or a device token: its form says which, and only its own judge looks at it.
   *  @returns the cookie too: it is kept nowhere. @throws AppError unauthorized | rate_limited */
  async open(credential: string, attempt: AuthAttempt): Promise<{ cookie: string; session: ConsoleSession }> {
    const { database } = this.#dependencies
    const grant = await this.#judged(credential, attempt)
    const cookie = randomBytes(32).toString('base64url')
    const now = this.#dependencies.now()
    const endsAt = Math.min(now + sessionLifeMs, 'endsAt' in grant ? grant.endsAt : Number.POSITIVE_INFINITY)
    const session = { id: idOf(cookie), grant, createdAt: now, endsAt }
    const surplus = this.#surplusOf(actorOf(grant))
    await database.commit([
      deleteEndedConsoleSessions(database, now),
      ...surplus.map((id) => deleteConsoleSession(database, id)),
      insertConsoleSession(database, { id: session.id, ...this.#rowOf(grant), created_at: now, ends_at: endsAt }),
      this.#audit('console.signed_in', grant, attempt.from),
    ])
    for (const id of surplus) this.#sessions.delete(id)
    for (const [id, each] of this.#sessions) if (each.endsAt <= now) this.#sessions.delete(id)
    this.#sessions.set(session.id, session)
    return { cookie, session }
  }

  /** Undefined: there is none, or it has ended. Whether its credential is still valid is asked by whoever admits its grant. */
  find(cookie: string): ConsoleSession | undefined {
    const session = this.#sessions.get(idOf(cookie))
    return session && this.#dependencies.now() < session.endsAt ? session : undefined
  }

  /** Ends one at once. */
  async close({ id, grant }: ConsoleSession, from?: string): Promise<void> {
    const { database } = this.#dependencies
    this.#sessions.delete(id)
    await database.commit([deleteConsoleSession(database, id), this.#audit('console.signed_out', grant, from)])
  }

  /** Ends those of an API key and its devices for good, with the unit of which this is a part. */
  endOfKey(apiKeyId: number): Statement {
    const forget = (): void => {
      for (const [id, { grant }] of this.#sessions) {
        if ('apiKeyId' in grant && grant.apiKeyId === apiKeyId) this.#sessions.delete(id)
      }
    }
    return { ...deleteConsoleSessionsOfKey(this.#dependencies.database, apiKeyId), whenDurable: forget }
  }

  async #judged(credential: string, attempt: AuthAttempt): Promise<Grant> {
    const { authenticator } = this.#dependencies
    try {
      const grant = this.#judge(credential, attempt)
      authenticator.admit(grant, { auth: 'session' }, attempt)
      return grant
    } catch (error) {
      if (error instanceof AppError && error.code === 'unauthorized') await pause(wrongSecretMs)
      throw error
    }
  }

  #judge(credential: string, attempt: AuthAttempt): Grant {
    const { authenticator } = this.#dependencies
    try {
      if (looksLikeApiKey(credential)) return authenticator.apiKey(credential, attempt)
      if (looksLikeAccessKey(credential)) return authenticator.accessKey(credential, attempt)
      if (looksLikeToken(credential)) return authenticator.token(`Bearer ${credential}`)
      return authenticator.admin(credential, attempt)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unauthorized') throw error
      // The words of the judge are about a header, and nobody has sent one here.
      throw new AppError('unauthorized', 'This credential is not right')
    }
  }

  #audit(action: string, grant: Grant, address: string | undefined): Statement {
    const { database, now } = this.#dependencies
    const actor = actorOf(grant)
    const apiKeyId = 'apiKeyId' in grant ? grant.apiKeyId : undefined
    return auditStatement(database, { actor, action, target: actor, at: now(), apiKeyId, address })
  }

  /** The oldest sessions of somebody that must end before there can be another one. */
  #surplusOf(actor: string): string[] {
    const own = [...this.#sessions.values()].filter(({ grant }) => actorOf(grant) === actor)
    return own.slice(0, Math.max(0, own.length - mostOfOne + 1)).map(({ id }) => id)
  }

  #rowOf(grant: Grant): Row {
    switch (grant.kind) {
      case 'admin':
        return { kind: 'admin', proof: this.#dependencies.adminProof, ...nobody }
      case 'api_key':
        return { kind: 'api_key', proof: grant.hash, ...nobody, api_key_id: grant.apiKeyId }
      case 'access_key': {
        const { id, hash, apiKeyId, deviceId } = grant
        return { kind: 'access_key', proof: hash, api_key_id: apiKeyId, device_id: deviceId, access_key_id: id }
      }
      case 'device': {
        const { deviceId, apiKeyId, tokenVersion } = grant
        return { kind: 'device', proof: String(tokenVersion), ...nobody, api_key_id: apiKeyId, device_id: deviceId }
      }
    }
  }

  #known({ id, created_at: createdAt, ends_at: endsAt, ...row }: StoredConsoleSession): void {
    const grant = this.#grantOf(row, endsAt)
    if (grant) this.#sessions.set(id, { id, grant, createdAt, endsAt })
  }

  /** What a session was opened with. Undefined where the admin secret is another one now. */
  #grantOf({ kind, proof, api_key_id, device_id, access_key_id }: Row, endsAt: number): Grant | undefined {
    if (kind === 'admin') return proof === this.#dependencies.adminProof ? { kind } : undefined
    if (api_key_id === null) return undefined
    if (kind === 'api_key') return { kind, apiKeyId: api_key_id, hash: proof }
    if (kind === 'access_key' && access_key_id !== null) {
      return { kind, id: access_key_id, hash: proof, apiKeyId: api_key_id, deviceId: device_id, endsAt }
    }
    if (kind !== 'device' || device_id === null) return undefined
    return { kind, deviceId: device_id, apiKeyId: api_key_id, tokenVersion: Number(proof), endsAt }
  }
}
