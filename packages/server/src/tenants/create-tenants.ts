import { createHmac } from 'node:crypto'
import { type Logger, silentLogger } from '@switchboard/engine'
import { type Clock, systemClock } from '../clock.ts'
import type { Database } from '../storage/database.ts'
import { listDevices } from '../storage/device-store.ts'
import type { Keyring } from '../storage/sealing/keyring.ts'
import { TicketStore } from '../storage/ticket-store.ts'
import { AccessKeys } from './access-keys.ts'
import { ActedFor } from './acted-for.ts'
import { createApiKeys } from './api-keys.ts'
import { createAuthenticator } from './authenticator.ts'
import { ConsoleSessions } from './console-sessions.ts'
import { createDevices } from './devices.ts'
import { loadTenantDirectory } from './directory.ts'
import { SendPolicies } from './send-policies.ts'
import { SharedTenants } from './shared-tenants.ts'
import type { Tenants } from './tenants.ts'
import { OwnTickets, SharedTickets } from './tickets.ts'
import { createTokenLimits } from './token-limits.ts'
import { createTokens } from './tokens.ts'
import { ownWindows } from './windows.ts'

export interface TenantsOptions {
  readonly database: Database
  readonly keyring: Keyring
  readonly secrets: { readonly adminSecret: string; readonly jwtSecret: string }
  readonly tokens?: { readonly ttlMs: number; readonly formerSecrets: readonly string[] }
  readonly clock?: Clock
  readonly log?: Logger
  /** Several gateways work with the database. Called with the scope of webhooks that another one has changed. */
  readonly webhooksChanged?: ((scope: string) => void) | undefined
}

/** The database may be read by others than this process: without the other secret the admin secret cannot be guessed from this. */
const proofOf = ({ adminSecret, jwtSecret }: TenantsOptions['secrets']): string =>
  createHmac('sha256', jwtSecret).update(`admin secret ${adminSecret}`).digest('hex')

/** Loads who may call, and stays up to date from then on. */
export async function createTenants({
  database,
  keyring,
  secrets,
  tokens: life,
  clock = systemClock,
  log = silentLogger,
  webhooksChanged,
}: TenantsOptions): Promise<Tenants> {
  const now = () => clock.now()
  // Windows of time are measured; a clock that is set must not lengthen them.
  const monotonic = () => clock.monotonic()
  const shared = webhooksChanged && new SharedTenants({ database, monotonic, log, webhooksChanged })
  const makeWindow = shared?.windows.make ?? ownWindows(monotonic)
  const directory = await loadTenantDirectory(database)
  const tokens = createTokens({ secret: secrets.jwtSecret, ...life, now })
  const deviceIds = async (apiKeyId: number) => (await listDevices(database, { apiKeyId })).map(({ id }) => id)
  const accessKeys = new AccessKeys({ database, directory, now })
  const authenticator = createAuthenticator({
    ...{ directory, tokens, adminSecret: secrets.adminSecret, now, monotonic, makeWindow },
    used: (id) => accessKeys.noteUse(id),
  })
  const consoleSessions = await ConsoleSessions.load({ database, authenticator, adminProof: proofOf(secrets), now })
  const sendPolicies = await SendPolicies.load(database, now)
  shared?.start({ directory, consoleSessions, sendPolicies })
  return {
    authenticator,
    consoleSessions,
    accessKeys,
    apiKeys: createApiKeys({ database, directory, now, deviceIds, consoleSessions }),
    devices: createDevices({ database, directory, keyring, tokens, now }),
    sendPolicies,
    tokenLimits: createTokenLimits(monotonic, makeWindow),
    tickets: shared ? new SharedTickets(new TicketStore(database)) : new OwnTickets(monotonic),
    actedFor: new ActedFor({ database, now, monotonic }),
    shared,
  }
}
