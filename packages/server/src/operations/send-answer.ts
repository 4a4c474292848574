import type { SendResult } from '../messages/messages.ts'
import { Accepted } from './define-operation.ts'

/** How long a request waits for WhatsApp before it answers 202. */
export const sendWaitMs = 20_000

/** A send that has ended is 200, one that goes on is 202. */
export function sendAnswer(result: SendResult) {
  const { state } = result
  if (state === 'failed') throw new Error('a send that failed is an error, not an answer')
  const data = { message_id: result.messageId, status: state, timestamp: result.at, chat_jid: result.chat }
  return state === 'queued' || state === 'sending' || state === 'unknown' ? new Accepted(data) : data
}
