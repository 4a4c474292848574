import type { MessageStore } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import type { SendResult, SendState } from './messages.ts'
import { errorOfReason } from './send-failure.ts'
import { sentAtOf } from './stored-message.ts'
import type { SendOutcome, Waiters } from './waiters.ts'

/** What a send came to, by the address under which its chat is stored. */
export type SentRow = Omit<SendResult, 'chat'> & { readonly chat: string; readonly body: Uint8Array | null }

const unfinished = new Set<string>(['queued', 'sending'])

/** @throws AppError when the send failed */
export const answerOfOutcome = (
  send: Pick<SentRow, 'messageId' | 'chat' | 'createdAt' | 'body' | 'view'>,
  outcome: SendOutcome,
): SentRow => {
  if ('error' in outcome) throw outcome.error
  const { state, at, waits } = outcome
  return { ...send, state, sentAt: state === 'sent' ? at : null, ...(waits && { waits }) }
}

const sendOf = (row: MessageTable) => ({
  ...{ messageId: row.id, chat: row.chat, createdAt: Number(row.created_at) },
  body: row.body,
  view: undefined,
})

/** @throws AppError when the send failed */
const answerOfRow = (row: MessageTable): SentRow => {
  if (row.state === 'failed') throw errorOfReason(row.state_reason)
  const waits = row.state === 'scheduled' && { waits: { until: Number(row.sent_at), reason: row.state_reason } }
  return { ...sendOf(row), state: row.state as SendState, sentAt: sentAtOf(row), ...waits }
}

/** Waits for the end of a message that is there already. @returns undefined when it is not there, or not ours. @throws AppError when it failed */
export const followSend = async (
  { messages, waiters }: { messages: MessageStore; waiters: Waiters },
  deviceId: string,
  messageId: string,
  waitMs: number,
): Promise<SentRow | undefined> => {
  // Waits before it looks: an outcome in between is not missed.
  const waiting = waiters.wait(deviceId, messageId, waitMs)
  try {
    const row = await messages.find(deviceId, messageId)
    if (row?.from_me !== 1) return undefined
    if (!unfinished.has(row.state)) return answerOfRow(row)
    const outcome = await waiting.outcome
    if (outcome) return answerOfOutcome(sendOf(row), outcome)
    return answerOfRow((await messages.find(deviceId, messageId)) ?? row)
  } finally {
    waiting.cancel()
  }
}
