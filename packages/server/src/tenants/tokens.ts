import { createSigner, createVerifier } from 'fast-jwt'
import { LRUCache } from 'lru-cache'

/** What a device token says. It is valid while `version` is the device's current one. */
export interface TokenClaims {
  readonly deviceId: string
  readonly version: number
}

export interface Tokens {
  create(device: { id: string; apiKeyId: number; jid: string | null; version: number }, nowMs: number): string
  /** What a genuine token says; undefined for anything else. Whether it is still current is not asked here. */
  read(token: string): TokenClaims | undefined
}

// Clocks of several machines differ, and `nbf` is the instant of signing.
const clockToleranceMs = 60_000
const longestToken = 4_096
const rememberedTokens = 10_000

function parseClaims(payload: Record<string, unknown>): TokenClaims | undefined {
  const { device_id: deviceId, version, sub } = payload
  if (typeof deviceId !== 'string' || sub !== deviceId) return undefined
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) return undefined
  return { deviceId, version }
}

/** Device tokens: JWT, HS256 and nothing else, without expiry: they end when the device's token version rises. */
export function createTokens(secret: string): Tokens {
  const key = Buffer.from(secret)
  const sign = createSigner({ key, algorithm: 'HS256' })
  const verify = createVerifier({ key, algorithms: ['HS256'], clockTolerance: clockToleranceMs })
  // Only genuine tokens are remembered, by their whole text; that saves the HMAC and the parsing of each request.
  const genuine = new LRUCache<string, TokenClaims>({ max: rememberedTokens })
  const verifyFresh = (token: string): TokenClaims | undefined => {
    try {
      return parseClaims(verify(token) as Record<string, unknown>)
    } catch {
      return undefined
    }
  }
  return {
    create({ id, apiKeyId, jid, version }, nowMs) {
      const now = Math.floor(nowMs / 1000)
      const claims = {
        device_id: id,
        api_key_id: apiKeyId,
        ...(jid ? { jid } : {}),
        version,
        sub: id,
        iat: now,
        nbf: now,
      }
      return sign(claims)
    },
    read(token) {
      const known = genuine.get(token)
      if (known || token.length > longestToken) return known
      const claims = verifyFresh(token)
      if (claims) genuine.set(token, claims)
      return claims
    },
  }
}
