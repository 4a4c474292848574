import { AppError } from '../errors/app-error.ts'
import { actFor, type Holder } from './act-for.ts'
import type { AuthAttempt, Authenticator, Wanted } from './authentication.ts'
import type { KnownKey, TenantDirectory } from './directory.ts'
import type { FixedWindow } from './fixed-window.ts'
import { peerName } from './peer-name.ts'
import type { AuthKind, Grant, PrincipalFor } from './principals.ts'
import { type AccessScope, scopes } from './scopes.ts'
import { hashSecret, looksLikeApiKey, secretMatches } from './secrets.ts'
import type { Tokens } from './tokens.ts'
import { type MakeWindow, ownWindows } from './windows.ts'

export interface AuthenticatorOptions {
  readonly directory: TenantDirectory
  readonly tokens: Tokens
  readonly adminSecret: string
  readonly now: () => number
  /** Ms, for windows of time: a clock that is set must not lengthen them. */
  readonly monotonic: () => number
  /** An access key was used. */
  readonly used: (accessKeyId: string) => void
  /** Of this process alone when absent. */
  readonly makeWindow?: MakeWindow
}

const hourMs = 3_600_000
const minuteMs = 60_000
/** Wrong admin secrets and API keys of one address in a minute that are answered as wrong. Further ones must wait. A right one is never asked to:
 *  others behind the same address must not be able to lock its owner out, and 112 random bits need no such help against guessing. */
const wrongSecretsPerMinute = 20

const tooMany = (words: string, endsAt: number, now: number): AppError =>
  new AppError('rate_limited', words, { retryAfterSeconds: Math.max(1, Math.ceil((endsAt - now) / 1000)) })

const wrongToken = () => new AppError('unauthorized', 'A valid device token is needed: Authorization: Bearer …')

class MemoryAuthenticator implements Authenticator {
  readonly #directory: TenantDirectory
  readonly #tokens: Tokens
  readonly #adminHash: Uint8Array
  readonly #now: () => number
  readonly #monotonic: () => number
  readonly #used: AuthenticatorOptions['used']
  readonly #requests: FixedWindow<string>
  readonly #wrongSecrets: FixedWindow<string>

  constructor(options: AuthenticatorOptions) {
    const { directory, tokens, adminSecret, now, monotonic, used, makeWindow = ownWindows(monotonic) } = options
    this.#directory = directory
    this.#tokens = tokens
    this.#adminHash = hashSecret(adminSecret)
    this.#now = now
    this.#monotonic = monotonic
    this.#used = used
    this.#requests = makeWindow('requests of key', hourMs)
    this.#wrongSecrets = makeWindow('wrong secrets from', minuteMs)
  }

  token(authorization: string): Grant {
    const token = /^bearer +(\S+)$/i.exec(authorization)?.[1]
    const claims = token === undefined ? undefined : this.#tokens.read(token)
    const device = claims && this.#directory.device(claims.deviceId)
    if (!device) throw wrongToken()
    const { deviceId, version, endsAt } = claims
    return { kind: 'device', deviceId, apiKeyId: device.apiKeyId, tokenVersion: version, endsAt }
  }

  apiKey(key: string, attempt: AuthAttempt = {}): Grant {
    const hash = looksLikeApiKey(key) ? Buffer.from(hashSecret(key)).toString('hex') : undefined
    const known = hash === undefined ? undefined : this.#directory.keyByHash(hash)
    if (!known) throw this.#wrongSecret(attempt, 'A valid API key is needed: X-API-Key: wam_…')
    return { kind: 'api_key', apiKeyId: known.id, hash: known.hash }
  }

  accessKey(secret: string, attempt: AuthAttempt = {}): Grant {
    const known = this.#directory.accessKeyByHash(Buffer.from(hashSecret(secret)).toString('hex'))
    if (!known) throw this.#wrongSecret(attempt, 'This access key is not known')
    const { id, hash, apiKeyId, deviceId, expiresAt } = known
    return { kind: 'access_key', id, hash, apiKeyId, deviceId, endsAt: expiresAt }
  }

  admin(secret: string, attempt: AuthAttempt = {}): Grant {
    if (secretMatches(secret, this.#adminHash)) return { kind: 'admin' }
    throw this.#wrongSecret(attempt, 'This admin secret is not right')
  }

  admit<Auth extends AuthKind>(by: Grant, { auth, target = {}, scope }: Wanted<Auth>, attempt: AuthAttempt = {}) {
    const holder = this.#holderOf(by, attempt)
    if (auth !== 'session') this.checkScope(by, auth === 'api_key' && holder.kind === 'device' ? undefined : scope)
    const meant = actFor(this.#directory, holder, auth, target)
    if (meant.kind !== 'admin') this.#admit(this.#directory.key(meant.apiKeyId), attempt)
    return { ...meant, by } as PrincipalFor<Auth>
  }

  scopesOf(grant: Grant): readonly AccessScope[] {
    return grant.kind === 'access_key' ? (this.#directory.accessKey(grant.id)?.scopes ?? []) : scopes
  }

  checkScope(grant: Grant, scope: AccessScope | undefined): void {
    if (grant.kind !== 'access_key') return
    if (scope === undefined) throw new AppError('forbidden_scope', 'An access key may not do this')
    if (this.scopesOf(grant).includes(scope)) return
    throw new AppError('forbidden_scope', `This access key lacks the scope ${scope}`, { details: { needs: scope } })
  }

  /** Who has this access key. @throws AppError unauthorized | access_key_expired | forbidden_network */
  #holderOfAccessKey({ id, hash }: Extract<Grant, { kind: 'access_key' }>, { from }: AuthAttempt): Holder {
    const known = this.#directory.accessKey(id)
    if (known?.hash !== hash) throw new AppError('unauthorized', 'The access key was replaced or deleted')
    if (known.expiresAt <= this.#now()) throw new AppError('access_key_expired')
    if (!known.takes(from)) throw new AppError('forbidden_network')
    const { apiKeyId, deviceId } = known
    if (deviceId !== null && !this.#directory.device(deviceId)) throw new AppError('unauthorized', 'The device is gone')
    this.#used(id)
    return deviceId === null ? { kind: 'api_key', apiKeyId } : { kind: 'device', deviceId, apiKeyId }
  }

  /** Who has this grant. @throws AppError unauthorized when its credential has ended */
  #holderOf(grant: Grant, attempt: AuthAttempt): Holder {
    if (grant.kind === 'admin') return grant
    if (grant.kind === 'access_key') return this.#holderOfAccessKey(grant, attempt)
    if (grant.kind === 'api_key') {
      const { apiKeyId, hash } = grant
      if (this.#directory.key(apiKeyId)?.hash !== hash) throw new AppError('unauthorized', 'The API key was replaced')
      return { kind: 'api_key', apiKeyId }
    }
    const { deviceId, tokenVersion, endsAt } = grant
    const device = this.#directory.device(deviceId)
    if (!device || endsAt <= this.#now()) throw wrongToken()
    if (device.tokenVersion !== tokenVersion) {
      throw new AppError('unauthorized', 'This token was replaced by a newer one')
    }
    return { kind: 'device', deviceId, apiKeyId: device.apiKeyId }
  }

  /** The key must be on, and its hour not used up. */
  #admit(key: KnownKey | undefined, attempt: AuthAttempt): void {
    if (!key?.isActive) throw new AppError('unauthorized', 'The API key is switched off')
    if (attempt.again || key.requestsPerHour === 0) return
    const { allowed, endsAt } = this.#requests.take(String(key.id), key.requestsPerHour)
    if (!allowed) throw tooMany('The API key has used up its requests of this hour', endsAt, this.#monotonic())
  }

  /** What a wrong secret is answered with. */
  #wrongSecret({ from }: AuthAttempt, words: string): AppError {
    if (from !== undefined) {
      const { allowed, endsAt } = this.#wrongSecrets.take(peerName(from), wrongSecretsPerMinute)
      if (!allowed) return tooMany('Too many wrong secrets came from this address', endsAt, this.#monotonic())
    }
    return new AppError('unauthorized', words)
  }
}

export const createAuthenticator = (options: AuthenticatorOptions): Authenticator => new MemoryAuthenticator(options)
