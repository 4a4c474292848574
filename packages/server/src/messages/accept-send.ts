import {
  bareJid,
  type ComposeContext,
  type Engine,
  EngineError,
  isSilent,
  type MessageView,
  type OutgoingContent,
  statusJid,
} from '@switchboard/engine'
import type { ChatTimers } from '../chats/chat-timers.ts'
import type { Clock } from '../clock.ts'
import { AppError } from '../errors/app-error.ts'
import type { Governor } from '../limits/governor.ts'
import { newMedia } from '../media/links.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ChatStore } from '../storage/chat-store.ts'
import type { Database } from '../storage/database.ts'
import type { Intent, IntentStore, WaitingSends } from '../storage/intent-store.ts'
import type { MessageMediaStore } from '../storage/message-media-store.ts'
import type { MessageStore, NewMessageRow } from '../storage/message-store.ts'
import type { MessageTable } from '../storage/schema.ts'
import { whileLinked } from '../storage/session-store.ts'
import type { StatusAudienceStore } from '../storage/status-audience-store.ts'
import { type ComposedBefore, hasFile, isComposed, type MadeContent } from './content-with-file.ts'
import type { SendRequest } from './messages.ts'
import type { Outbox } from './outbox.ts'
import type { Pacing, PacingOverrides } from './pacing.ts'

interface AcceptParts {
  readonly database: Database
  readonly engine: Engine
  readonly sessions: Sessions
  readonly messages: MessageStore
  readonly media: MessageMediaStore
  readonly intents: IntentStore
  readonly audiences: StatusAudienceStore
  readonly chats: ChatStore
  readonly timers: ChatTimers
  readonly pacing: Pacing
  readonly outbox: Outbox
  readonly governor: Governor
  readonly clock: Clock
}

/** Unfinished sends that a device may have: one that finds no connection for a day must not fill the disk. */
const mostUnfinished = 10_000

/** Thrown out of a unit: this message id is there already. */
class Known extends Error {}
/** Thrown out of a unit: the link is gone. */
class Unlinked extends Error {}

/** Makes sends durable, each with its message row and its intent in one unit. */
export class AcceptSend {
  readonly #parts: AcceptParts
  readonly #lastAccepted = new Map<string, number>()
  /** So many more of a device are taken before they are counted again. */
  readonly #places = new Map<string, number>()

  constructor(parts: AcceptParts) {
    this.#parts = parts
  }

  /** Nothing new is taken for older than what an earlier process left, whatever became of the clock. */
  startAfter(left: readonly WaitingSends[]): void {
    for (const { deviceId, newestAt } of left) this.#lastAccepted.set(deviceId, newestAt)
  }

  /** Resolves to the intent and what its message is, or to undefined when the chat has the message already. `begun`: the outbox works on it already; it does
   *  so while it is made durable, and nothing leaves before.
   *  @throws AppError invalid_request | rate_limited | device_not_linked | device_not_connected */
  async accept(
    request: Omit<SendRequest, 'content'>,
    made: MadeContent,
    { chat, messageId }: { readonly chat: string; readonly messageId: string },
  ): Promise<{ readonly intent: Intent; readonly view: MessageView; readonly begun: boolean } | undefined> {
    const { database, engine, sessions, messages, media, intents, audiences, chats, timers, pacing, outbox, governor } =
      this.#parts
    const { deviceId, audience, sendAt, also = [] } = request
    await this.#takePlace(deviceId)
    const timer = await timers.of(deviceId, chat)
    const file = hasFile(made) ? made.file : undefined
    const { options, mediaId } = isComposed(made) ? made : frameOf(request, made)
    const overrides = JSON.parse(options) as PacingOverrides
    const mayWait = governor.apply(deviceId)
    const asked = mayWait && request.urgent !== true && sendAt === undefined
    const hold = asked ? await governor.holdOfNew(deviceId, chat) : undefined
    const isNew = !mayWait && pacing.isInstant(overrides) && (await governor.isNew(deviceId, chat))
    const paused = sendAt === undefined ? governor.holdOfPause(deviceId) : undefined
    const atOnce =
      sendAt === undefined && mediaId === null && !mayWait && pacing.isInstant(overrides) && outbox.isClear(deviceId)
    const now = this.#nextInstant(deviceId)
    const body = isComposed(made)
      ? made.composed
      : composed(engine, contentIn(made), { ...request.context, chat, timer, now })
    const view = engine.describe(body)
    const limited = limitedBy(chat, view, request.urgent === true)
    const held = limited === 1 ? hold : limited === 2 ? paused : undefined
    const later = sendAt ?? held?.until
    const intent: Intent = {
      device_id: deviceId,
      message_id: messageId,
      chat,
      body,
      state: later !== undefined ? 'scheduled' : atOnce ? 'prepared' : 'queued',
      options,
      not_before: later ?? now,
      created_at: now,
      prepared_at: atOnce ? now : null,
      media_id: mediaId,
      limited,
      held_by: held?.reason ?? null,
      released_at: null,
      counted_on: null,
    }
    const row = this.#rowOf(intent, view)
    const first = { state: later === undefined ? 'queued' : 'scheduled', reason: intent.held_by, at: now }
    const unit = [
      ...sessions.fence(deviceId),
      whileLinked(database, deviceId, () => new Unlinked()),
      ...also,
      messages.insert(row, now, () => new Known(), first),
      ...(file?.statements ?? []),
      // Under this name links find it.
      ...(view.media ? media.insert([newMedia(deviceId, chat, messageId)], now) : []),
      intents.insert(intent),
      ...(audience ? [audiences.keep(deviceId, messageId, audience, now)] : []),
      ...(row.listed === 1 && !audience
        ? [chats.said(deviceId, chat, { id: messageId, at: row.sent_at, unread: 0 }, now)]
        : []),
      ...(atOnce && limited === 1 ? governor.beginning(deviceId, chat, isNew) : []),
    ]
    const stored = database.commit(unit, { lane: deviceId })
    // In this very turn it is still true that nothing is before it.
    const begun = atOnce && outbox.begin({ ...intent, view }, stored)
    try {
      await stored
      if (held) await governor.nowHeld(deviceId, held)
      if (atOnce && limited === 1) governor.met(deviceId, chat, isNew)
      return { intent, view, begun }
    } catch (error) {
      if (error instanceof Known) return undefined
      if (error instanceof Unlinked) throw this.#unlinked(deviceId)
      throw error
    }
  }

  /** Queues a message that did not leave once more, under its id: who got it after all gets it no second time. Its pacing is the usual one.
   *  @throws AppError message_not_retryable | rate_limited | device_not_linked | device_not_connected */
  async again(row: MessageTable): Promise<Intent> {
    const { database, engine, sessions, messages, intents, governor } = this.#parts
    const { device_id: deviceId, id: messageId, chat, body } = row
    const refused = () => new AppError('message_not_retryable')
    const view = body ? engine.describe(body) : undefined
    // A file that never came to WhatsApp is what was lost, or refused.
    if (
      !body ||
      !view ||
      row.from_me !== 1 ||
      !neverLeft.has(row.state) ||
      (view.media && view.media.sha256 === undefined)
    ) {
      throw refused()
    }
    await this.#takePlace(deviceId)
    const limited = limitedBy(chat, view, false)
    const hold = limited === 1 && governor.apply(deviceId) ? await governor.holdOfNew(deviceId, chat) : undefined
    const now = this.#nextInstant(deviceId)
    const state = hold ? 'scheduled' : 'queued'
    const intent: Intent = {
      ...{ device_id: deviceId, message_id: messageId, chat, body, state, options: '{}' },
      ...{ not_before: hold?.until ?? now, created_at: now, prepared_at: null, media_id: null },
      ...{ limited, held_by: hold?.reason ?? null, released_at: null, counted_on: null },
    }
    const step = { state, reason: intent.held_by, at: now }
    await database.commit(
      [
        ...sessions.fence(deviceId),
        whileLinked(database, deviceId, () => this.#unlinked(deviceId)),
        messages.move({ deviceId, chat, messageId, from: row.state, to: state, at: now }, refused, step),
        intents.insert(intent),
      ],
      { lane: deviceId },
    )
    if (hold) await governor.nowHeld(deviceId, hold)
    return intent
  }

  /** Composes a message for a chat, to be accepted later. @throws AppError invalid_request */
  async compose(
    request: Omit<SendRequest, 'content'>,
    made: Exclude<MadeContent, ComposedBefore>,
    chat: string,
  ): Promise<ComposedBefore> {
    const { engine, timers, clock } = this.#parts
    const timer = await timers.of(request.deviceId, chat)
    const context = { ...request.context, chat, timer, now: clock.now() }
    return { composed: composed(engine, contentIn(made), context), ...frameOf(request, made) }
  }

  /** The time now, or a millisecond after the last send of the device: after a restart the time is all that tells their order. */
  #nextInstant(deviceId: string): number {
    const now = Math.max(this.#parts.clock.now(), (this.#lastAccepted.get(deviceId) ?? 0) + 1)
    this.#lastAccepted.set(deviceId, now)
    return now
  }

  /** @throws AppError rate_limited */
  async #takePlace(deviceId: string): Promise<void> {
    let places = this.#places.get(deviceId) ?? 0
    if (places <= 0) {
      const free = mostUnfinished - (await this.#parts.intents.count(deviceId))
      if (free <= 0) {
        const words = `The device has ${mostUnfinished} sends that wait already`
        throw new AppError('rate_limited', words, { retryAfterSeconds: 30 })
      }
      // Far fewer than there are: sends that end in between are not counted here.
      places = Math.ceil(free / 10)
    }
    this.#places.set(deviceId, places - 1)
  }

  /** Which it is, the session knows; when it does not either, its row is a moment behind. */
  #unlinked(deviceId: string): AppError {
    try {
      this.#parts.sessions.requireLink(deviceId)
    } catch (error) {
      if (error instanceof AppError) return error
      throw error
    }
    return new AppError('device_not_connected', undefined, { retryAfterSeconds: 1 })
  }

  #rowOf(intent: Intent, view: MessageView): NewMessageRow {
    const { sessions } = this.#parts
    return {
      device_id: intent.device_id,
      chat: intent.chat,
      id: intent.message_id,
      sender: bareJid(sessions.account(intent.device_id)?.jid ?? ''),
      from_me: 1,
      type: view.type,
      text: view.text ?? null,
      quoted_id: view.quoted?.id ?? null,
      push_name: null,
      body: intent.body,
      state: intent.state === 'prepared' ? 'sending' : intent.state,
      state_reason: intent.held_by,
      source: 'sent',
      // What is for later was not said yet.
      listed: isSilent(view.type) || intent.state === 'scheduled' ? 0 : 1,
      target_id: view.target?.id ?? null,
      edited_at: null,
      deleted_at: null,
      deleted_by: null,
      // As coarse as WhatsApp's own times, so that a chat sorts by arrival within a second.
      sent_at: intent.state === 'scheduled' ? intent.not_before : wholeSeconds(intent.created_at),
    }
  }
}

/** States that say for certain that nobody got the message. */
const neverLeft: ReadonlySet<string> = new Set(['failed', 'expired'])

/** What it waits for. The rules are for what people read in a chat, and for the album that their pictures come in. A status, and what answers somebody at
 *  once, waits while the device is paused, and for nothing else. What changes or marks another message makes no phone ring, and waits for nothing. */
const limitedBy = (chat: string, { type }: MessageView, urgent: boolean): Intent['limited'] => {
  if (isSilent(type) && type !== 'album') return 0
  return urgent || chat === statusJid ? 2 : 1
}

const wholeSeconds = (ms: number): number => Math.floor(ms / 1000) * 1000

const overridesOf = (
  { typingSimulation, presenceSimulation }: Omit<SendRequest, 'content'>,
  content: OutgoingContent,
): PacingOverrides => ({
  ...(content.type === 'audio' && { recording: true }),
  ...(typingSimulation !== undefined && { typing: typingSimulation }),
  ...(presenceSimulation !== undefined && { presence: presenceSimulation }),
})

const contentIn = (made: Exclude<MadeContent, ComposedBefore>): OutgoingContent => (hasFile(made) ? made.content : made)

/** What is kept of a send in addition to its bytes. */
const frameOf = (
  request: Omit<SendRequest, 'content'>,
  made: Exclude<MadeContent, ComposedBefore>,
): Pick<ComposedBefore, 'options' | 'mediaId'> => ({
  options: JSON.stringify(overridesOf(request, contentIn(made))),
  mediaId: (hasFile(made) && made.file.id) || null,
})

function composed(engine: Engine, content: OutgoingContent, context: ComposeContext): Uint8Array {
  try {
    return engine.compose(content, context)
  } catch (error) {
    if (error instanceof EngineError && error.code === 'invalid_argument') {
      throw new AppError('invalid_request', error.message, { cause: error })
    }
    throw error
  }
}
