import { createHmac, timingSafeEqual } from 'node:crypto'

const toleranceSeconds = 300

const keyOf = (secret: string): Buffer =>
  secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)

const same = (given: Buffer, right: Buffer): boolean => given.length === right.length && timingSafeEqual(given, right)

/** Whether these bytes are a delivery of the webhook with this secret, and not an old one. Source: standardwebhooks specification 1.0.0.
 *  @param headers names in lower case
 *  @param rawBody as it came, before anything parsed it */
export const isGenuine = (headers: Readonly<Record<string, unknown>>, rawBody: Buffer, secret: string): boolean => {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) => headers[`webhook-${name}`])
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signatures !== 'string') return false
  const age = Math.abs(Date.now() / 1000 - (/^\d+$/.test(timestamp) ? Number(timestamp) : Number.NaN))
  const key = keyOf(secret)
  if (!(age <= toleranceSeconds) || key.length === 0) return false
  const right = createHmac('sha256', key).update(`${id}.${timestamp}.`).update(rawBody).digest()
  return signatures
    .split(' ')
    .some((each) => each.startsWith('v1,') && same(Buffer.from(each.slice(3), 'base64'), right))
}
