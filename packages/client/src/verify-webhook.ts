import type { SwitchboardEvent } from './generated/types.ts'

/** As `Headers`, or as Node and frameworks give them: names in any case, one value or several. */
export type WebhookHeaders =
  | Iterable<readonly [string, string]>
  | Readonly<Record<string, string | readonly string[] | undefined>>

export interface WebhookOptions {
  /** How old or how far ahead the time of the request may be; 300 when absent. */
  readonly toleranceSeconds?: number
}

/** A request that is none of Switchboard, was changed, or is too old. Answer it with 400 or 401. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
}

const headerOf = (headers: WebhookHeaders, name: string): string => {
  const entries = Symbol.iterator in headers ? [...headers] : Object.entries(headers)
  const found = entries.filter(([key]) => key.toLowerCase() === name).flatMap(([, value]) => value ?? [])
  if (found.length === 0 || found[0] === '') throw new WebhookError(`The header ${name} is missing`)
  return found.join(' ')
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => {
  try {
    return Uint8Array.from(atob(text), (char) => char.charCodeAt(0))
  } catch {
    return new Uint8Array(0)
  }
}

/** A secret of one's own is used as it is. */
const keyBytes = (secret: string): Uint8Array<ArrayBuffer> => {
  const bytes = secret.startsWith('whsec_') ? fromBase64(secret.slice(6)) : new TextEncoder().encode(secret)
  if (bytes.length === 0) throw new WebhookError('The secret is not one of a webhook')
  return bytes
}

const joined = (head: string, body: Uint8Array): Uint8Array<ArrayBuffer> => {
  const start = new TextEncoder().encode(head)
  const whole = new Uint8Array(start.length + body.length)
  whole.set(start)
  whole.set(body, start.length)
  return whole
}

const checkTime = (timestamp: string, tolerance: number): void => {
  const age = Math.abs(Date.now() / 1000 - (/^\d+$/.test(timestamp) ? Number(timestamp) : Number.NaN))
  if (!(age <= tolerance)) throw new WebhookError('The time of the request is too far from now')
}

/** The signatures of a header: `v1,` and base64, with blanks between. */
const signaturesOf = (header: string): Uint8Array<ArrayBuffer>[] =>
  header.split(/,?\s+/).flatMap((each) => (each.startsWith('v1,') ? [fromBase64(each.slice(3))] : []))

const asBytes = (body: string | Uint8Array | ArrayBuffer): Uint8Array =>
  typeof body === 'string' ? new TextEncoder().encode(body) : body instanceof ArrayBuffer ? new Uint8Array(body) : body

const eventOf = (body: Uint8Array): SwitchboardEvent => {
  const event: unknown = JSON.parse(new TextDecoder().decode(body))
  if (typeof event === 'object' && event !== null && 'event_type' in event) return event as SwitchboardEvent
  throw new WebhookError('The body is not an event')
}

/** The event of a request to a webhook, once its signature is found to be right. Source: standardwebhooks specification 1.0.0.
 *  @param rawBody the body as it came, before anything parsed it
 *  @param secret as it was shown when the webhook was made; several while it is changed
 *  @throws WebhookError */
export const verifyWebhook = async (
  headers: WebhookHeaders,
  rawBody: string | Uint8Array | ArrayBuffer,
  secret: string | readonly string[],
  { toleranceSeconds = 300 }: WebhookOptions = {},
): Promise<SwitchboardEvent> => {
  const timestamp = headerOf(headers, 'webhook-timestamp')
  const signatures = signaturesOf(headerOf(headers, 'webhook-signature'))
  const body = asBytes(rawBody)
  const signed = joined(`${headerOf(headers, 'webhook-id')}.${timestamp}.`, body)
  checkTime(timestamp, toleranceSeconds)
  for (const one of typeof secret === 'string' ? [secret] : secret) {
    const key = await crypto.subtle.importKey('raw', keyBytes(one), { name: 'HMAC', hash: 'SHA-256' }, false, [
      'verify',
    ])
    // Web Crypto compares without telling by its time how much is right.
    for (const signature of signatures)
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return eventOf(body)
  }
  throw new WebhookError('The signature is not right')
}
