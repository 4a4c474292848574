import type { AccessKeys } from './access-keys.ts'
import type { ActedFor } from './acted-for.ts'
import type { ApiKeys } from './api-keys.ts'
import type { Authenticator } from './authentication.ts'
import type { ConsoleSessions } from './console-sessions.ts'
import type { Devices } from './devices.ts'
import type { SendPolicies } from './send-policies.ts'
import type { SharedTenants } from './shared-tenants.ts'
import type { Tickets } from './tickets.ts'
import type { TokenLimits } from './token-limits.ts'

/** API keys, devices, tokens, quotas, audit. */
export interface Tenants {
  readonly authenticator: Authenticator
  readonly apiKeys: ApiKeys
  readonly accessKeys: AccessKeys
  readonly devices: Devices
  readonly sendPolicies: SendPolicies
  readonly tokenLimits: TokenLimits
  readonly tickets: Tickets
  readonly actedFor: ActedFor
  readonly consoleSessions: ConsoleSessions
  /** With other nodes; undefined for a gateway that is alone. */
  readonly shared: SharedTenants | undefined
}
