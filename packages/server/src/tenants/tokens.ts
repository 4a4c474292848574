import { createSigner, createVerifier } from 'fast-jwt'
import { LRUCache } from 'lru-cache'

/** What a device token says. It is valid while `version` is the device's current one. */
export interface TokenClaims {
  readonly deviceId: string
  readonly version: number
}

export interface Tokens {
  create(device: { id: string; apiKeyId: number; jid: string | null; version: number }): string
  /** What a genuine token says; undefined for anything else. Whether it is still current is not asked here. */
  read(token: string): TokenClaims | undefined
}

// Clocks of several machines differ, and `nbf` is the instant of signing.
const clockToleranceMs = 60_000
const longestToken = 4_096
const rememberedTokens = 10_000

function parseClaims(payload: Record<string, unknown>, nowMs: number): TokenClaims | undefined {
  const { device_id: deviceId, version, sub, nbf = 0 } = payload
  if (typeof nbf !== 'number' || nbf * 1000 > nowMs + clockToleranceMs) return undefined
  if (typeof deviceId !== 'string' || sub !== deviceId) return undefined
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) return undefined
  return { deviceId, version }
}

/** Device tokens: JWT, HS256 and nothing else, without expiry: they end when the device's token version rises. */
export function createTokens(secret: string, now: () => number = Date.now): Tokens {
  const key = Buffer.from(secret)
  const sign = createSigner({ key, algorithm: 'HS256' })
  const verify = createVerifier({ key, algorithms: ['HS256'], ignoreNotBefore: true })
  // Only genuine tokens are remembered, by their whole text; that saves the HMAC and the parsing of each request.
  const genuine = new LRUCache<string, TokenClaims>({ max: rememberedTokens })
  const verifyFresh = (token: string): TokenClaims | undefined => {
    try {
      const payload = verify(token) as Record<string, unknown>
      const claims = parseClaims(payload, now())
      // We sign none that expires; one that does is judged each time.
      if (claims && payload['exp'] === undefined) genuine.set(token, claims)
      return claims
    } catch {
      return undefined
    }
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
      }
      return sign(claims)
    },
    read(token) {
      const known = genuine.get(token)
      if (known || token.length > longestToken) return known
      return verifyFresh(token)
    },
  }
}
