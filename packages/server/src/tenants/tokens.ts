import { createSigner, createVerifier } from 'fast-jwt'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'

/** What a device token says. It is valid while `version` is the device's current one. */
export interface TokenClaims {
  readonly deviceId: string
  readonly version: number
  /** Unix ms; infinite where only a newer token ends it. */
  readonly endsAt: number
}

export interface Tokens {
  create(device: { id: string; apiKeyId: number; jid: string | null; version: number }): string
  /** What a genuine token says; undefined for anything else. Whether it is still current is not asked here. */
  read(token: string): TokenClaims | undefined
}

export interface TokenOptions {
  /** Signs new tokens. */
  readonly secret: string
  /** Signed earlier ones, which still count. */
  readonly formerSecrets?: readonly string[]
  /** Life of a new token; 0: it ends only when the device's token version rises. */
  readonly ttlMs?: number
  readonly now?: () => number
}

/** Clocks of several machines differ. */
const clockToleranceMs = 60_000
const longestToken = 4_096
const rememberedTokens = 10_000

function parseClaims(payload: Record<string, unknown>, nowMs: number): TokenClaims | undefined {
  const { device_id: deviceId, version, sub, iat, nbf = 0, exp = Number.POSITIVE_INFINITY } = payload
  if (typeof nbf !== 'number' || typeof exp !== 'number') return undefined
  // The instant of signing says nothing about when a token begins to count: a clock that was ahead then must not make it useless now.
  if (nbf !== iat && nbf * 1000 > nowMs + clockToleranceMs) return undefined
  if (typeof deviceId !== 'string' || sub !== deviceId) return undefined
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) return undefined
  return { deviceId, version, endsAt: exp * 1000 }
}

/** Device tokens: JWT, HS256 and nothing else. */
export function createTokens({ secret, formerSecrets = [], ttlMs = 0, now = Date.now }: TokenOptions): Tokens {
  const sign = createSigner({ key: Buffer.from(secret), algorithm: 'HS256' })
  // Both times are judged here, by the gateway's clock.
  const verifiers = [secret, ...formerSecrets].map((key) =>
    createVerifier({
      key: Buffer.from(key),
      algorithms: ['HS256'],
      ignoreNotBefore: true,
      ignoreExpiration: true,
    }),
  )
  // Only genuine tokens are remembered, by their whole text; that saves the HMAC and the parsing of each request.
  const genuine = new LRUCache<string, TokenClaims>({ ...atMost(rememberedTokens) })
  const verify = (token: string): TokenClaims | undefined => {
    for (const verifier of verifiers) {
      try {
        return parseClaims(verifier(token), now())
      } catch {
        // Not signed by this key, or no token at all.
      }
    }
    return undefined
  }
  return {
    create({ id, apiKeyId, jid, version }) {
      const seconds = Math.floor(now() / 1000)
      const claims = {
        device_id: id,
        api_key_id: apiKeyId,
        ...(jid ? { jid } : {}),
        version,
        sub: id,
        iat: seconds,
        nbf: seconds,
        ...(ttlMs ? { exp: seconds + Math.ceil(ttlMs / 1000) } : {}),
      }
      return sign(claims)
    },
    read(token) {
      if (token.length > longestToken) return undefined
      let known = genuine.get(token)
      if (!known) {
        known = verify(token)
        if (known) genuine.set(token, known)
      }
      return known && now() < known.endsAt ? known : undefined
    },
  }
}
