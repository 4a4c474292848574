import type { Engine, Logger } from '@switchboard/engine'
import { ChatTimers } from '../chats/chat-timers.ts'
import type { Clock } from '../clock.ts'
import type { OwnDevices } from '../cluster/own-devices.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import { createInbound } from '../inbound/plan-inbound.ts'
import type { Governor } from '../limits/governor.ts'
import type { Media } from '../media/media.ts'
import type { OutgoingFiles } from '../media/outgoing-files.ts'
import type { SendObserver } from '../observe/observer.ts'
import type { Addresses } from '../people/addresses.ts'
import type { Numbers } from '../people/numbers.ts'
import type { Usernames } from '../people/usernames.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { ChatStore } from '../storage/chat-store.ts'
import { ContactStore } from '../storage/contact-store.ts'
import type { Database } from '../storage/database.ts'
import { IntentStore } from '../storage/intent-store.ts'
import { MarkStore } from '../storage/mark-store.ts'
import { MessageMediaStore } from '../storage/message-media-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import { ReceiptStore } from '../storage/receipt-store.ts'
import { StatusAudienceStore } from '../storage/status-audience-store.ts'
import { AcceptSend } from './accept-send.ts'
import { AutoRead } from './auto-read.ts'
import { ChatTargets } from './chat-targets.ts'
import { checkRecipient } from './check-recipient.ts'
import { createEffects, type OtherEffect } from './message-effects.ts'
import { MessageReader } from './message-reader.ts'
import type { Messages } from './messages.ts'
import { notCancellable, Outbox } from './outbox.ts'
import { OwnChanges } from './own-changes.ts'
import { Pacing } from './pacing.ts'
import { ReadMarks } from './read-marks.ts'
import { Schedule } from './schedule.ts'
import { createSendRequests } from './send-requests.ts'
import { sessionIfOpen } from './session-if-open.ts'
import { Waiters } from './waiters.ts'

export interface MessagesDependencies {
  readonly database: Database
  readonly engine: Engine
  readonly addresses: Addresses
  readonly numbers: Numbers
  readonly usernames: Usernames
  readonly sessions: Sessions
  readonly eventLog: EventLog
  readonly media: Pick<Media, 'context' | 'references' | 'effect' | 'opened'>
  readonly files: Pick<OutgoingFiles, 'upload' | 'release'>
  readonly governor: Governor
  readonly config: Pick<Config, 'pacing' | 'whatsapp' | 'autoReply'>
  readonly own: OwnDevices
  readonly clock: Clock
  readonly random: () => number
  readonly logger: Logger
  readonly observer: SendObserver
  /** Called when a session has opened. Must not throw. */
  readonly otherOpened?: (deviceId: string) => Promise<void>
  /** Called when the link is gone. Must not throw. */
  readonly otherLoggedOut?: (deviceId: string) => void
  /** Called with what became possible in other domains, once it is durable. Must not throw. */
  readonly otherEffect?: (deviceId: string, effect: OtherEffect) => void
}

const sweepMs = 30_000
/** How often it is stored and judged how sends fare. */
const flushMs = 3_000
/** Builds the owner of messages: what was said, what is to be said, and how sends end. It listens to sessions from here on. */
export function createMessages(dependencies: MessagesDependencies): Messages {
  const {
    database,
    engine,
    addresses,
    numbers,
    usernames,
    sessions,
    eventLog,
    media,
    governor,
    config,
    clock,
    random,
  } = dependencies
  const { logger, observer } = dependencies
  const stop = new AbortController()
  const messages = new MessageStore(database)
  const marks = new MarkStore(database)
  const chats = new ChatStore(database)
  const { own } = dependencies
  const intents = new IntentStore(database, own.isShared ? own.nodeId : undefined)
  const audiences = new StatusAudienceStore(database)
  const receipts = new ReceiptStore(database)
  const timers = new ChatTimers(database)
  const waiters = new Waiters()
  const pacing = new Pacing({ config: config.pacing, clock, random, signal: stop.signal })
  const account = (deviceId: string) => sessions.account(deviceId)
  const changes = new OwnChanges({
    ...{ database, eventLog, engine, addresses, messages, marks, chats, account },
    timerSet: (deviceId, chat) => timers.forget(deviceId, chat),
    fence: (deviceId) => sessions.fence(deviceId),
  })
  const outbox = new Outbox({
    database,
    engine,
    media,
    files: dependencies.files,
    sessions,
    eventLog,
    addresses,
    numbers,
    messages,
    intents,
    audiences,
    changes,
    pacing,
    governor,
    waiters,
    clock,
    logger,
    observer,
  })
  const contacts = new ContactStore(database)
  const reader = new MessageReader({ contacts, messages, receipts, marks, media, addresses, engine, account, clock })
  const readMarks = new ReadMarks({ database, sessions, messages, chats, clock })
  const logFailure = (deviceId: string, error: unknown) =>
    logger.error({ device: deviceId, err: error }, 'waiting messages could not be continued')

  const autoRead = new AutoRead({
    config: config.pacing,
    random,
    session: (deviceId) => sessionIfOpen(sessions, deviceId),
    markStored: (deviceId, chat, id) => readMarks.store(deviceId, chat, [id]),
    onError: logFailure,
  })

  const sweeper = setInterval(() => {
    outbox.sweep().catch((error) => logger.error({ err: error }, 'the search for overdue sends failed'))
    void governor.upkeep(logFailure)
  }, sweepMs).unref()

  const flusher = setInterval(() => void governor.safety.flush(logFailure), flushMs).unref()

  const targets = new ChatTargets({ addresses, numbers, usernames, sessions })

  const sends = new AcceptSend({
    media: new MessageMediaStore(database),
    ...{ database, engine, sessions, messages, intents, audiences, chats, timers, pacing, outbox, governor, clock },
  })

  const schedule = new Schedule({
    ...{ database, engine, sessions, messages, intents, chats, outbox, governor, own, clock, logger },
  })
  governor.held.listen(() => schedule.wake())

  const { send, compose } = createSendRequests({
    ...{ engine, sessions, governor, messages, targets, sends, schedule, outbox, waiters, clock },
  })

  const done = createEffects({
    ...{ autoRead, governor, changes, media, timers, waiters, logger, observer, logFailure },
    otherEffect: dependencies.otherEffect,
  })

  const stored = async (deviceId: string, messageId: string, chat: string | undefined) => {
    const found = await reader.get(deviceId, messageId, chat)
    if (!found) throw new AppError('message_not_found')
    return found.message
  }

  /** Takes up what was left unsent: of all devices, or of some that are new here. */
  const begin = async (among?: readonly string[]): Promise<void> => {
    await governor.load(among)
    const left = await intents.devices(among)
    sends.startAfter(left)
    await outbox.start(left)
    schedule.wake()
  }

  const owner: Messages = {
    async start() {
      if (!own.isShared) await begin()
    },

    take: (deviceIds) => begin(deviceIds),

    async leave(deviceIds) {
      for (const deviceId of deviceIds) outbox.leave(deviceId)
    },

    async drop(deviceIds) {
      for (const deviceId of deviceIds) outbox.leave(deviceId)
    },

    async send(request) {
      const sent = await send(request)
      // It may have been refiled while it was sent.
      const chat = await numbers.find(request.deviceId, sent.chat)
      const { body, ...result } = sent
      const view = sent.view ?? (body ? engine.describe(body) : undefined)
      return { ...result, view, chat: (await addresses.lookUp(request.deviceId, [chat]))(chat) }
    },

    compose,

    get: (deviceId, messageId, chat) => reader.get(deviceId, messageId, chat),

    async changeable(deviceId, messageId, named) {
      const chat = await targets.resolve(deviceId, named)
      checkRecipient(chat)
      return stored(deviceId, messageId, chat)
    },

    forwardable: async (deviceId, messageId, named) =>
      stored(deviceId, messageId, named === undefined ? undefined : await targets.resolve(deviceId, named)),

    at: (deviceId, places) => reader.at(deviceId, places),
    search: (deviceId, chat, containing, limit) => reader.search(deviceId, chat, containing, limit),

    async quotable(deviceId, messageId, named) {
      const chat = await targets.resolve(deviceId, named)
      checkRecipient(chat)
      return reader.quotable(deviceId, messageId, chat)
    },

    list: async (deviceId, { chat, ...options }) =>
      reader.list(deviceId, await targets.resolve(deviceId, chat), options),

    async waiting(deviceId, { states, limit, after }) {
      const stored = states.map((state) => (state === 'sending' ? 'prepared' : state))
      const rows = await intents.waiting(deviceId, { states: stored, limit: limit + 1, after })
      const page = rows.slice(0, limit)
      const found = await reader.at(
        deviceId,
        page.map(({ chat, message_id: id }) => ({ chat, id })),
      )
      const byId = new Map(found.map((message) => [message.id, message]))
      const last = page.at(-1)
      return {
        messages: page.flatMap(({ message_id: id }) => byId.get(id) ?? []),
        next:
          rows.length > page.length && last
            ? { at: Number(last.not_before), createdAt: Number(last.created_at), id: last.message_id }
            : undefined,
      }
    },

    async notSent(deviceId, { states, limit, after }) {
      const rows = await messages.notSent(deviceId, { states, limit: limit + 1, after })
      const page = rows.slice(0, limit)
      const found = await reader.at(deviceId, page)
      const byPlace = new Map(found.map((message) => [message.id, message]))
      const last = page.at(-1)
      const place = last && { at: 0, createdAt: Number(last.created_at), id: last.id }
      return {
        messages: page.flatMap(({ id }) => byPlace.get(id) ?? []),
        next: rows.length > page.length ? place : undefined,
      }
    },

    async retry(deviceId, messageId) {
      const row = await messages.find(deviceId, messageId)
      if (!row) throw new AppError('message_not_found')
      sessions.requireLink(deviceId)
      const intent = await sends.again(row)
      if (intent.state === 'scheduled') schedule.wake()
      else outbox.enqueue(intent)
      return intent.state === 'scheduled' ? 'scheduled' : 'queued'
    },

    reschedule: (deviceId, messageId, sendAt) => schedule.putOff(deviceId, messageId, sendAt),

    async cancel(deviceId, messageId) {
      const row = await messages.find(deviceId, messageId)
      if (!row) throw new AppError('message_not_found')
      const at = clock.now()
      await database.commit(
        [
          ...sessions.fence(deviceId),
          intents.cancel(deviceId, messageId, notCancellable),
          messages.advance({ deviceId, messageId, state: 'cancelled', reason: 'requested', at }),
        ],
        { lane: deviceId },
      )
      observer.ended({ device: deviceId, message: messageId, outcome: 'cancelled' })
      waiters.settle(deviceId, messageId, { state: 'cancelled', at })
    },

    markRead: async (deviceId, chat, options) =>
      readMarks.send(deviceId, await targets.resolve(deviceId, chat), options),

    resolveChat: (deviceId, chat) => targets.resolve(deviceId, chat),

    reachChat: (deviceId, chat) => targets.reach(deviceId, chat),
    reachAll: (deviceId, people) => targets.reachAll(deviceId, people),

    planInbound: createInbound({
      database,
      engine,
      autoReply: config.autoReply,
      addresses,
      account,
      media: (deviceId) => media.context(deviceId),
      clock,
      appStateEvents: config.whatsapp.appStateEvents,
      done,
    }),

    opened(deviceId) {
      governor.linkChanged(deviceId)
      governor.safety.opened(deviceId).catch((error) => logFailure(deviceId, error))
      void dependencies.otherOpened?.(deviceId)
      media.opened(deviceId)
      outbox.resume(deviceId)
    },

    banned(deviceId, until, detail) {
      governor.safety.banned(deviceId, until, detail).catch((error) => logFailure(deviceId, error))
    },

    loggedOut(deviceId) {
      governor.linkChanged(deviceId)
      dependencies.otherLoggedOut?.(deviceId)
      return outbox.loggedOut(deviceId).catch((error) => logFailure(deviceId, error))
    },

    async sentMessage(deviceId, chat, messageId) {
      return reader.sent(deviceId, [chat, await addresses.canonical(deviceId, chat)], messageId)
    },

    async stop() {
      clearInterval(sweeper)
      clearInterval(flusher)
      await governor.safety.flush(logFailure)
      autoRead.stop()
      await schedule.stop()
      outbox.stop()
      stop.abort()
      waiters.releaseAll()
    },
  }
  sessions.listen(owner)
  return owner
}
