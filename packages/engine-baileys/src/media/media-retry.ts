import type { InboundMediaRetry, MediaRetryAnswer } from '@switchboard/engine'
import { hkdf, noSalt } from '@switchboard/signal'
import { filesOf } from '../content/media-files.ts'
import { codec, unlessMalformed } from '../proto/codec.ts'
import { openGcm, type SealedGcm, sealGcm } from '../shared/aes-gcm.ts'

const requestCodec = codec('ServerErrorReceipt')
const answerCodec = codec('MediaRetryNotification')

const success = 1
const notFound = 2

/** WhatsApp's code for a file that the phone has no longer (seen in: whatsmeow mediaretry.go, baileys `MEDIA_RETRY_STATUS_MAP`). */
const notOnPhone = 2

// Both directions use one key, bound to the message id. Seen in: whatsmeow mediaretry.go, baileys messages-media.js.
const retryKey = (key: Uint8Array): Uint8Array =>
  hkdf(key, noSalt, Buffer.from('WhatsApp Media Retry Notification'), 32)

/** @param key of the file */
export const sealRetryRequest = (key: Uint8Array, messageId: string): SealedGcm =>
  sealGcm(retryKey(key), Buffer.from(messageId), requestCodec.encode({ stanzaId: messageId }))

/** What the phone answered; undefined when it is not sealed with the key of this file, or about another message. */
function openRetryAnswer(sealed: SealedGcm, key: Uint8Array, messageId: string): MediaRetryAnswer | undefined {
  const opened = openGcm(retryKey(key), Buffer.from(messageId), sealed)
  const answer = opened && unlessMalformed(() => answerCodec.decode(opened))
  if (answer?.stanzaId !== messageId) return undefined
  const { directPath, result } = answer
  if (result === success && directPath) return { result: 'stored', path: directPath }
  return { result: result === notFound ? 'not_found' : 'refused' }
}

/** What an item says that answers for a message; undefined when it is about another one. */
export function openMediaRetry(
  { messageId, sealed, errorCode }: InboundMediaRetry,
  message: Uint8Array,
): MediaRetryAnswer | undefined {
  if (errorCode !== undefined) return { result: errorCode === notOnPhone ? 'not_found' : 'refused' }
  const key = filesOf(message).file?.key
  return sealed && key ? openRetryAnswer(sealed, key, messageId) : undefined
}
