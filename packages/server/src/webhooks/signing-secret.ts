import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { AppError } from '../errors/app-error.ts'
import { HmacKey } from './hmac-key.ts'

const prefix = 'whsec_'

/** `whsec_` and 32 random bytes in base64, the form that Standard Webhooks libraries take. */
export const newSigningSecret = (): string => `${prefix}${randomBytes(32).toString('base64')}`

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** A secret that its owner chose: 16 to 256 characters; after `whsec_` it is base64. @throws AppError invalid_request */
export function checkSigningSecret(secret: string): string {
  const length = [...secret].length
  if (length < 16 || length > 256) throw new AppError('invalid_request', 'A secret has 16 to 256 characters')
  if (!secret.startsWith(prefix)) return secret
  const encoded = secret.slice(prefix.length)
  if (encoded.length === 0 || !base64.test(encoded)) {
    throw new AppError('invalid_request', 'After whsec_ a secret must be base64')
  }
  return secret
}

/** A secret that other products would take. @throws AppError invalid_request */
export function checkForeignSecret(secret: string): string {
  const length = [...secret].length
  if (length < 1 || length > 256) throw new AppError('invalid_request', 'A secret has 1 to 256 characters')
  return secret
}

/** One secret as the two families of signatures use it, and others. */
export interface SigningKeys {
  /** The bytes of the secret as it was shown. */
  readonly plain: HmacKey
  /** The base64-decoded part behind `whsec_`; the same as `plain` for a secret without it. */
  readonly standard: HmacKey
  /** The bytes of `plain`, for forms of delivery with a signature of their own. */
  readonly secret: KeyObject
}

export function signingKeys(text: string): SigningKeys {
  const bytes = Buffer.from(text)
  const plain = new HmacKey(bytes)
  const secret = createSecretKey(bytes)
  if (!text.startsWith(prefix)) return { plain, standard: plain, secret }
  return { plain, standard: new HmacKey(Buffer.from(text.slice(prefix.length), 'base64')), secret }
}
