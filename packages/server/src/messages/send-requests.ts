import { type Engine, statusJid } from '@switchboard/engine'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { Governor } from '../limits/governor.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { MessageStore } from '../storage/message-store.ts'
import type { AcceptSend } from './accept-send.ts'
import type { ChatTargets } from './chat-targets.ts'
import { checkRecipient } from './check-recipient.ts'
import { hasFile, isComposed } from './content-with-file.ts'
import type { Draft, SendRequest } from './messages.ts'
import type { Outbox } from './outbox.ts'
import type { Schedule } from './schedule.ts'
import { answerOfOutcome, followSend, type SentRow } from './send-answers.ts'
import type { Waiters } from './waiters.ts'

interface RequestParts {
  readonly engine: Pick<Engine, 'newMessageId'>
  readonly sessions: Sessions
  readonly governor: Pick<Governor, 'pauses'>
  readonly messages: MessageStore
  readonly targets: ChatTargets
  readonly sends: AcceptSend
  readonly schedule: Schedule
  readonly outbox: Outbox
  readonly waiters: Waiters
  readonly clock: Clock
}

/** What a request to send does: makes the send durable, puts it on its way, and waits for its outcome as long as it may. A request that comes again
 *  waits for the send of the first one. */
export const createSendRequests = (
  parts: RequestParts,
): { send(request: SendRequest): Promise<SentRow>; compose(request: SendRequest): Promise<Draft> } => {
  const { engine, sessions, governor, messages, targets, sends, schedule, outbox, waiters, clock } = parts
  const follow = (deviceId: string, messageId: string, waitMs: number) =>
    followSend({ messages, waiters }, deviceId, messageId, waitMs)

  const accept = async (...[request, made, message]: Parameters<AcceptSend['accept']>) => {
    try {
      return await sends.accept(request, made, message)
    } finally {
      if (hasFile(made)) made.file.release()
    }
  }

  const make = async ({ content }: SendRequest) => (typeof content === 'function' ? await content() : content)

  /** What a paused device is to send waits anyway: also for the end of a ban.
   *  @throws AppError device_not_linked | device_not_connected */
  const requireLink = (deviceId: string): void => {
    try {
      sessions.requireLink(deviceId)
    } catch (error) {
      const waits = error instanceof AppError && error.code === 'device_not_connected' && governor.pauses.of(deviceId)
      if (!waits) throw error
    }
  }

  /** Where it goes. @throws AppError device_not_linked | device_not_connected, and for an address that takes no messages */
  const reach = async ({ deviceId, audience, chat: named, waitMs }: SendRequest): Promise<string> => {
    requireLink(deviceId)
    if (audience) return statusJid
    const chat = await targets.reach(deviceId, named, waitMs)
    checkRecipient(chat)
    return chat
  }

  const compose = async (request: SendRequest): Promise<Draft> => {
    const chat = await reach(request)
    const made = await make(request)
    if (isComposed(made)) return { ...made, chat, statements: [], release: async () => {} }
    const file = hasFile(made) ? made.file : undefined
    try {
      const composed = await sends.compose(request, made, chat)
      return { ...composed, chat, statements: file?.statements ?? [], release: async () => file?.release() }
    } catch (error) {
      await file?.release()
      throw error
    }
  }

  const send = async (request: SendRequest): Promise<SentRow> => {
    const { deviceId } = request
    if (request.messageId) {
      const known = await follow(deviceId, request.messageId, request.waitMs)
      if (known) return known
    }
    const chat = await reach(request)
    const messageId = request.messageId ?? engine.newMessageId()
    const made = await make(request)
    // The send may begin, and end, before it is accepted here.
    const waiting = waiters.wait(deviceId, messageId, request.waitMs)
    const accepted = await accept(request, made, { chat, messageId }).catch((error: unknown) => {
      waiting.cancel()
      throw error
    })
    const { intent, view } = accepted ?? {}
    if (intent?.state === 'scheduled') {
      waiting.cancel()
      schedule.wake()
      const { created_at: createdAt, body, not_before: until, held_by: reason } = intent
      return { messageId, chat, state: 'scheduled', createdAt, sentAt: null, body, view, waits: { until, reason } }
    }
    if (!intent) waiting.cancel()
    else if (!accepted?.begun) outbox.enqueue(intent)
    const outcome = await waiting.outcome
    const createdAt = intent?.created_at ?? clock.now()
    const body = intent?.body ?? null
    if (outcome) return answerOfOutcome({ messageId, chat, createdAt, body, view }, outcome)
    const result = await follow(deviceId, messageId, intent ? 0 : request.waitMs)
    return result ?? { messageId, chat, state: 'queued', createdAt, sentAt: null, body, view }
  }
  return { send, compose }
}
