import type { SigningKeys } from './signing-secret.ts'

export interface Signable {
  readonly eventId: string
  readonly eventType: string
  /** The raw bytes that are sent. */
  readonly body: Buffer
  /** Unix seconds of this attempt. */
  readonly timestamp: number
}

/** Headers that prove who sent a body: the two of the contract (newest secret) and those of Standard Webhooks, one signature for each secret that is
 *  valid now, newest first. Source of the latter: standardwebhooks specification 1.0.0, "Signature scheme". */
export function signatureHeaders(
  message: Signable,
  keys: readonly [SigningKeys, ...SigningKeys[]],
): Record<string, string> {
  const { eventId, eventType, body, timestamp } = message
  const plain = `sha256=${keys[0].plain.sign('hex', body)}`
  const named = Buffer.from(`${eventId}.${timestamp}.`)
  const signatures = keys.map(({ standard }) => `v1,${standard.sign('base64', named, body)}`)
  return {
    'x-webhook-event': eventType,
    'x-webhook-signature': plain,
    'x-hub-signature-256': plain,
    'webhook-id': eventId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  }
}
