import { AppError } from '../errors/app-error.ts'
import type { KnownKey, TenantDirectory } from './directory.ts'
import { FixedWindow } from './fixed-window.ts'
import { peerName } from './peer-name.ts'
import type { ApiKeyPrincipal, DevicePrincipal, Grant } from './principals.ts'
import { hashSecret, looksLikeApiKey, secretMatches } from './secrets.ts'
import type { AuthAttempt, Authenticator } from './tenants.ts'
import type { Tokens } from './tokens.ts'

export interface AuthenticatorOptions {
  readonly directory: TenantDirectory
  readonly tokens: Tokens
  readonly adminSecret: string
  /** Of the monotonic clock. */
  readonly now: () => number
}

const hourMs = 3_600_000
const minuteMs = 60_000
/** Wrong admin secrets and API keys of one address in a minute that are answered as wrong. Further ones must wait. A right one is never asked to:
 *  others behind the same address must not be able to lock its owner out, and 112 random bits need no such help against guessing. */
const wrongSecretsPerMinute = 20

const tooMany = (words: string, endsAt: number, now: number): AppError =>
  new AppError('rate_limited', words, { retryAfterSeconds: Math.max(1, Math.ceil((endsAt - now) / 1000)) })

class MemoryAuthenticator implements Authenticator {
  readonly #directory: TenantDirectory
  readonly #tokens: Tokens
  readonly #adminHash: Uint8Array
  readonly #now: () => number
  readonly #requests: FixedWindow<number>
  readonly #wrongSecrets: FixedWindow<string>

  constructor({ directory, tokens, adminSecret, now }: AuthenticatorOptions) {
    this.#directory = directory
    this.#tokens = tokens
    this.#adminHash = hashSecret(adminSecret)
    this.#now = now
    this.#requests = new FixedWindow(hourMs, now)
    this.#wrongSecrets = new FixedWindow(minuteMs, now)
  }

  device(authorization: string | undefined, attempt: AuthAttempt = {}) {
    const token = /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
    const claims = token === undefined ? undefined : this.#tokens.read(token)
    const device = claims && this.#directory.device(claims.deviceId)
    if (!device) throw new AppError('unauthorized', 'A valid device token is needed: Authorization: Bearer …')
    if (device.tokenVersion !== claims.version) {
      throw new AppError('unauthorized', 'This token was replaced by a newer one')
    }
    this.#admit(this.#directory.key(device.apiKeyId), attempt)
    return { kind: 'device', deviceId: claims.deviceId, apiKeyId: device.apiKeyId } as const
  }

  async apiKey(key: string | undefined, attempt: AuthAttempt = {}) {
    const hash = key !== undefined && looksLikeApiKey(key) ? Buffer.from(hashSecret(key)).toString('hex') : undefined
    const known = hash === undefined ? undefined : this.#directory.keyByHash(hash)
    if (!known) throw this.#wrongSecret(key, attempt, 'A valid API key is needed: X-API-Key: wam_…')
    this.#admit(known, attempt)
    return { kind: 'api_key', apiKeyId: known.id } as const
  }

  grant(principal: DevicePrincipal | ApiKeyPrincipal): Grant {
    if (principal.kind === 'device') {
      const { deviceId } = principal
      const device = this.#directory.device(deviceId)
      if (device) return { kind: 'device', deviceId, tokenVersion: device.tokenVersion }
    } else {
      const { apiKeyId } = principal
      const key = this.#directory.key(apiKeyId)
      if (key) return { kind: 'api_key', apiKeyId, hash: key.hash }
    }
    throw new AppError('unauthorized')
  }

  admit(grant: Grant, attempt: AuthAttempt = {}) {
    if (grant.kind === 'api_key') {
      const key = this.#directory.key(grant.apiKeyId)
      if (key?.hash !== grant.hash) throw new AppError('unauthorized', 'The API key was replaced')
      this.#admit(key, attempt)
      return { kind: 'api_key', apiKeyId: grant.apiKeyId } as const
    }
    const device = this.#directory.device(grant.deviceId)
    if (device?.tokenVersion !== grant.tokenVersion) throw new AppError('unauthorized', 'The device token was replaced')
    this.#admit(this.#directory.key(device.apiKeyId), attempt)
    return { kind: 'device', deviceId: grant.deviceId, apiKeyId: device.apiKeyId } as const
  }

  admin(secret: string | undefined, attempt: AuthAttempt = {}) {
    if (secret === undefined || !secretMatches(secret, this.#adminHash)) {
      throw this.#wrongSecret(secret, attempt, 'The admin secret is needed: X-Admin-Secret')
    }
    return { kind: 'admin' } as const
  }

  /** The key must be on, and its hour not used up. */
  #admit(key: KnownKey | undefined, attempt: AuthAttempt): void {
    if (!key?.isActive) throw new AppError('unauthorized', 'The API key is switched off')
    if (attempt.again || key.requestsPerHour === 0) return
    const { allowed, endsAt } = this.#requests.take(key.id, key.requestsPerHour)
    if (!allowed) throw tooMany('The API key has used up its requests of this hour', endsAt, this.#now())
  }

  /** What a wrong secret is answered with. One that is missing is no guess. */
  #wrongSecret(given: string | undefined, { from }: AuthAttempt, words: string): AppError {
    if (given !== undefined && from !== undefined) {
      const { allowed, endsAt } = this.#wrongSecrets.take(peerName(from), wrongSecretsPerMinute)
      if (!allowed) return tooMany('Too many wrong secrets came from this address', endsAt, this.#now())
    }
    return new AppError('unauthorized', words)
  }
}

export const createAuthenticator = (options: AuthenticatorOptions): Authenticator => new MemoryAuthenticator(options)
