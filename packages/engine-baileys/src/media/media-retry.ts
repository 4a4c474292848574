import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { MediaRetryAnswer } from '@switchboard/engine'
import { hkdf } from '@switchboard/signal'
import { codec } from '../proto/codec.ts'

const requestCodec = codec('ServerErrorReceipt')
const answerCodec = codec('MediaRetryNotification')

/** Something sealed with AES-256-GCM, its tag at the end. */
export interface SealedRetry {
  readonly payload: Uint8Array
  readonly iv: Uint8Array
}

const ivBytes = 12
const tagBytes = 16
const success = 1
const notFound = 2

// Both directions use one key, bound to the message id. Seen in: whatsmeow mediaretry.go, baileys messages-media.js.
const retryKey = (key: Uint8Array): Uint8Array =>
  hkdf(key, new Uint8Array(32), Buffer.from('WhatsApp Media Retry Notification'), 32)

/** @param key of the file */
export function sealRetryRequest(key: Uint8Array, messageId: string): SealedRetry {
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv('aes-256-gcm', retryKey(key), iv)
  cipher.setAAD(Buffer.from(messageId))
  const sealed = [cipher.update(requestCodec.encode({ stanzaId: messageId })), cipher.final()]
  return { payload: Buffer.concat([...sealed, cipher.getAuthTag()]), iv }
}

/** What the phone answered; undefined when it is not sealed with the key of this file, or about another message. */
export function openRetryAnswer(
  { payload, iv }: SealedRetry,
  key: Uint8Array,
  messageId: string,
): MediaRetryAnswer | undefined {
  if (iv.length !== ivBytes || payload.length < tagBytes) return undefined
  try {
    const cipher = createDecipheriv('aes-256-gcm', retryKey(key), iv)
    cipher.setAAD(Buffer.from(messageId)).setAuthTag(payload.subarray(-tagBytes))
    const opened = Buffer.concat([cipher.update(payload.subarray(0, -tagBytes)), cipher.final()])
    const { stanzaId, directPath, result } = answerCodec.decode(opened)
    if (stanzaId !== messageId) return undefined
    if (result === success && directPath) return { result: 'stored', path: directPath }
    return { result: result === notFound ? 'not_found' : 'refused' }
  } catch {
    return undefined
  }
}
