import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

// Secrets are at least 14 random bytes, so that a plain SHA-256 keeps them: there is nothing to guess that a slow hash would protect.

export const hashSecret = (secret: string): Uint8Array => new Uint8Array(createHash('sha256').update(secret).digest())

/** Compares in constant time, whatever the lengths. */
export const secretMatches = (given: string, hash: Uint8Array): boolean => timingSafeEqual(hashSecret(given), hash)

/** 64 hex digits. */
export const createDeviceSecret = (): string => randomBytes(32).toString('hex')

/** `wam_` and 28 hex digits, the contract's form: 112 random bits. */
export const createApiKeyText = (): string => `wam_${randomBytes(14).toString('hex')}`

/** What is stored of a key's text. */
export const keptOfApiKey = (text: string) => ({
  key_hash: hashSecret(text),
  key_prefix: text.slice(0, 8),
  key_suffix: text.slice(-4),
})

/** `wak_` and 40 hex digits: 160 random bits. */
export const createAccessKeyText = (): string => `wak_${randomBytes(20).toString('hex')}`

/** Whether a text can be an access key at all. */
export const looksLikeAccessKey = (text: string): boolean => /^wak_[0-9a-f]{40}$/.test(text)

/** Whether a text has the form of a device token. */
export const looksLikeToken = (text: string): boolean => /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text)

/** Whether a text can be an API key at all. */
export const looksLikeApiKey = (text: string): boolean => /^wam_[0-9a-f]{28}$/.test(text)
