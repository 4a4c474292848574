import type { Engine } from '@switchboard/engine'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import { IntentStore } from '../storage/intent-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import { createAcceptSend } from './accept-send.ts'
import { AddressBook } from './address-book.ts'
import { AutoRead } from './auto-read.ts'
import { checkRecipient } from './check-recipient.ts'
import type { Messages, SendResult, SendState, StoredMessage } from './messages.ts'
import { Pacing } from './pacing.ts'
import { parseChat } from './parse-chat.ts'
import { planInbound } from './plan-inbound.ts'
import { errorOfReason } from './send-failure.ts'
import { notCancellable, SendQueue } from './send-queue.ts'
import { type SendOutcome, Waiters } from './waiters.ts'

export interface MessagesDependencies {
  readonly database: Database
  readonly engine: Engine
  readonly sessions: Sessions
  readonly eventLog: EventLog
  readonly config: Pick<Config, 'pacing'>
  readonly clock: { now(): number }
  readonly random: () => number
  readonly logger: Logger
}

const sweepMs = 30_000
const unfinished = new Set<string>(['queued', 'sending'])

/** Builds the owner of messages: what was said, what is to be said, and how sends end. It listens to sessions from here on. */
export function createMessages(dependencies: MessagesDependencies): Messages {
  const { database, engine, sessions, eventLog, config, clock, random, logger } = dependencies
  const stop = new AbortController()
  const messages = new MessageStore(database)
  const intents = new IntentStore(database)
  const addresses = new AddressBook(database)
  const waiters = new Waiters()
  const pacing = new Pacing({ config: config.pacing, clock, random, signal: stop.signal })
  const queue = new SendQueue({ database, sessions, eventLog, messages, intents, pacing, waiters, clock, logger })
  const logFailure = (deviceId: string, error: unknown) =>
    logger.error({ device: deviceId, err: error }, 'messages could not go on')

  const markStored = async (deviceId: string, ids: readonly string[]) => {
    const at = clock.now()
    const steps = ids.flatMap((messageId) =>
      messages.advance({ deviceId, messageId, state: 'read', actor: '', reason: null, at }, 0),
    )
    if (steps.length > 0) await database.commit([...sessions.fence(deviceId), ...steps], { lane: deviceId })
  }

  const openSession = (deviceId: string) => {
    try {
      return sessions.require(deviceId)
    } catch {
      return undefined
    }
  }

  const autoRead = new AutoRead({
    config: config.pacing,
    random,
    session: openSession,
    markStored: (deviceId, id) => markStored(deviceId, [id]),
    onError: logFailure,
  })

  const sweeper = setInterval(() => {
    queue.sweep().catch((error) => logger.error({ err: error }, 'overdue sends could not be looked for'))
  }, sweepMs).unref()

  const resolveChat = async (deviceId: string, chat: string) => addresses.canonical(deviceId, parseChat(chat))

  const accept = createAcceptSend({ database, engine, sessions, messages, intents, pacing, clock })

  const answer = (messageId: string, chat: string, outcome: SendOutcome): SendResult => {
    if ('error' in outcome) throw outcome.error
    return { messageId, chat, state: outcome.state, at: outcome.at }
  }

  /** The state of a message as an answer to whoever sent it. */
  const answerOfRow = (row: MessageTable): SendResult => {
    if (row.state === 'failed') throw errorOfReason(row.state_reason)
    return { messageId: row.id, chat: row.chat, state: row.state as SendState, at: Number(row.sent_at) }
  }

  /** Waits for the end of a message that is there already. @returns undefined when it is not there, or not ours */
  const follow = async (deviceId: string, messageId: string, waitMs: number): Promise<SendResult | undefined> => {
    const waiting = waiters.wait(deviceId, messageId, waitMs)
    try {
      const row = await messages.find(deviceId, messageId)
      if (row?.from_me !== 1) return undefined
      if (!unfinished.has(row.state)) return answerOfRow(row)
      const outcome = await waiting.outcome
      if (outcome) return answer(messageId, row.chat, outcome)
      return answerOfRow((await messages.find(deviceId, messageId)) ?? row)
    } finally {
      waiting.cancel()
    }
  }

  const owner: Messages = {
    async send(request) {
      const { deviceId } = request
      if (request.messageId) {
        const known = await follow(deviceId, request.messageId, request.waitMs)
        if (known) return known
      }
      sessions.require(deviceId).use('messaging')
      const chat = await resolveChat(deviceId, request.chat)
      checkRecipient(chat)
      const messageId = request.messageId ?? engine.newMessageId()
      const intent = await accept(request, chat, messageId)
      const waiting = waiters.wait(deviceId, messageId, request.waitMs)
      if (intent) queue.enqueue(intent, { fresh: true })
      else waiting.cancel()
      const outcome = await waiting.outcome
      if (outcome) return answer(messageId, chat, outcome)
      const result = await follow(deviceId, messageId, intent ? 0 : request.waitMs)
      return result ?? { messageId, chat, state: 'queued', at: clock.now() }
    },

    async get(deviceId, messageId) {
      const row = await messages.find(deviceId, messageId)
      if (!row) return undefined
      const history = await messages.history(deviceId, messageId)
      return { message: toStored(row), history: history.map((step) => ({ ...step, at: Number(step.at) })) }
    },

    async quotable(deviceId, messageId) {
      const row = await messages.find(deviceId, messageId)
      if (!row?.body) return undefined
      return { id: row.id, chat: row.chat, sender: row.sender, message: row.body }
    },

    async list(deviceId, options) {
      const chat = await resolveChat(deviceId, options.chat)
      const cursor = async (id: string | undefined) => {
        if (id === undefined) return undefined
        const row = await messages.find(deviceId, id)
        if (!row || row.chat !== chat) throw new AppError('message_not_found')
        return { sentAt: Number(row.sent_at), createdAt: Number(row.created_at), id: row.id }
      }
      const [before, after] = await Promise.all([cursor(options.before), cursor(options.after)])
      const rows = await messages.list(deviceId, chat, {
        limit: options.limit,
        ...(before && { before }),
        ...(after && { after }),
      })
      return rows.map(toStored)
    },

    async cancel(deviceId, messageId) {
      const row = await messages.find(deviceId, messageId)
      if (!row) throw new AppError('message_not_found')
      const at = clock.now()
      await database.commit(
        [
          ...sessions.fence(deviceId),
          intents.cancel(deviceId, messageId, notCancellable),
          ...messages.advance({ deviceId, messageId, state: 'cancelled', actor: '', reason: 'requested', at }),
        ],
        { lane: deviceId },
      )
      waiters.settle(deviceId, messageId, { state: 'cancelled', at })
    },

    async markRead(deviceId, chat, { only, until }) {
      const session = sessions.require(deviceId)
      const address = await resolveChat(deviceId, chat)
      const unread = only ?? (await messages.unread(deviceId, address, until ?? Number.MAX_SAFE_INTEGER, 1000))
      const bySender = Map.groupBy(unread, ({ sender }) => sender)
      for (const [sender, read] of bySender) {
        const messageIds = read.map(({ id }) => id)
        await session.use('messaging').markRead({ chat: address, sender, messageIds })
        await markStored(deviceId, messageIds)
      }
      return unread.length
    },

    resolveChat,

    async planInbound(deviceId, item) {
      const account = sessions.account(deviceId)
      return planInbound(
        { messages, intents, addresses, now: clock.now },
        deviceId,
        { account },
        item,
        (stored) => autoRead.stored(deviceId, stored),
        (ids) => {
          for (const id of ids) waiters.settle(deviceId, id, { state: 'sent', at: item.at })
        },
      )
    },

    opened(deviceId) {
      queue.resume(deviceId).catch((error) => logFailure(deviceId, error))
    },

    loggedOut(deviceId) {
      queue.loggedOut(deviceId).catch((error) => logFailure(deviceId, error))
    },

    async sentMessage(deviceId, _chat, id) {
      const row = await messages.find(deviceId, id)
      return row?.from_me === 1 ? (row.body ?? undefined) : undefined
    },

    async stop() {
      clearInterval(sweeper)
      autoRead.stop()
      queue.stop()
      stop.abort()
      waiters.releaseAll()
    },
  }
  sessions.listen(owner)
  return owner
}

const toStored = (row: MessageTable): StoredMessage => ({
  id: row.id,
  chat: row.chat,
  sender: row.sender,
  fromMe: row.from_me === 1,
  type: row.type,
  text: row.text,
  quotedId: row.quoted_id,
  pushName: row.push_name,
  state: row.state,
  stateReason: row.state_reason,
  source: row.source,
  sentAt: Number(row.sent_at),
})
