import { isGroupJid, isLidJid, isPersonJid } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { errorCatalogue } from '../errors/catalogue.ts'
import { targetOf } from '../messages/check-target.ts'
import type { Link } from '../storage/chatwoot-link-store.ts'
import type { AgentSend } from '../storage/chatwoot-store.ts'
import type { BridgeParts, Settings } from './bridge-parts.ts'
import { type Contacts, unlessMissing } from './contacts.ts'
import { fileContent } from './content-of.ts'
import { fromMarkdown } from './markdown.ts'
import { type AgentMessage, partsOf } from './plan-webhook.ts'

const sendsAtOnce = 100
/** Waits after the first, second, … failure, ms; the last one repeats. */
const waitsMs = [1_000, 5_000, 15_000, 60_000]
/** A file that cannot be fetched so often never will be. */
const mostFetches = 8
/** What could not be sent for a day is not what anybody wants to read now. */
const mostAgeMs = 24 * 60 * 60_000

/** How long other conversations wait at most for a file to be uploaded. */
const uploadMs = 2_000
const underWay: ReadonlySet<string> = new Set(['queued', 'sending'])

/** What comes after it has to wait. */
class StillUnderWay extends Error {}

/** Sends what agents wrote, in order for each conversation. Each message keeps the ids that were chosen when it came, so that a repetition meets the same message. */
export class ToWhatsApp {
  readonly #parts: BridgeParts
  readonly #contacts: Contacts

  constructor(parts: BridgeParts, contacts: Contacts) {
    this.#parts = parts
    this.#contacts = contacts
  }

  /** Does what is due. @returns after how long something else is, ms; undefined when nothing waits. @throws ChatwootError */
  async step(settings: Settings): Promise<number | undefined> {
    const { store, clock } = this.#parts
    const sends = await store.waiting(settings.bridge.deviceId, sendsAtOnce)
    const blocked = new Set<number>()
    let next: number | undefined
    for (const send of sends) {
      if (blocked.has(send.conversationId)) continue
      const now = clock.now()
      const wait = send.dueAt > now ? send.dueAt - now : await this.#one(settings, send)
      if (wait === undefined) continue
      // What was written after it must not come before it.
      blocked.add(send.conversationId)
      next = Math.min(next ?? wait, wait)
    }
    // Behind a full page there may be more, as soon as something of it is done.
    return sends.length === sendsAtOnce && blocked.size < sends.length ? 0 : next
  }

  /** @returns how long it has to wait, ms; undefined when it is done */
  async #one(settings: Settings, send: AgentSend): Promise<number | undefined> {
    if (send.state === 'failing') return this.#tellFailure(settings, send)
    try {
      const isSent = send.kind === 'message' ? await this.#message(settings, send) : await this.#delete(settings, send)
      await this.#done(settings, send, isSent)
      return undefined
    } catch (error) {
      return this.#failed(settings, send, error)
    }
  }

  /** @returns whether it was sent, and not taken back before */
  async #message(settings: Settings, send: AgentSend): Promise<boolean> {
    const { messages, links, database } = this.#parts
    const { bridge, options } = settings
    const { deviceId } = bridge
    const parts = await links.parts(deviceId, send.chatwootId)
    if (parts.some(({ state }) => state === 'deleted')) return false
    const message = JSON.parse(send.payload) as AgentMessage
    const named = await this.#chatOf(deviceId, send, message)
    const chat = await messages.reachChat(deviceId, named)
    const { contact } = message
    if (contact.id !== undefined) {
      const party = { jid: chat, ...(isLidJid(named) && { lid: named }) }
      await this.#contacts.noted(party, contact.id, contact.sourceId ?? null, send.conversationId)
    }
    for (const [part, messageId] of message.messageIds.entries()) {
      const link = parts.find((each) => each.part === part)
      if (link && link.chat !== chat)
        await database.commit([links.change(deviceId, link, { chat })], { lane: deviceId })
      const quoted = part === 0 ? await this.#quoted(deviceId, chat, message.inReplyTo) : undefined
      const isFile = part >= message.messageIds.length - message.attachments.length
      const { state } = await messages.send({
        ...{ deviceId, chat, messageId, waitMs: isFile ? uploadMs : 0, context: { quoted } },
        content: () => this.#content(settings, message, part),
      })
      // A text would overtake a file that is still uploaded.
      if (isFile && underWay.has(state)) throw new StillUnderWay()
    }
    // What agents answer they have read. That it is not told to WhatsApp keeps nobody from anything.
    if (options.markRead) await messages.markRead(deviceId, chat, {}).catch(() => 0)
    return true
  }

  async #content({ bridge, options }: Settings, message: AgentMessage, part: number) {
    const { content, attachments } = message
    const words = this.#words(message, options.signMessages)
    const isSeparate = partsOf(message) > attachments.length
    if (isSeparate && part === 0) return { type: 'text', text: words } as const
    const place = isSeparate ? part - 1 : part
    const caption = content !== '' && !isSeparate && place === 0 ? words : ''
    const file = { ...attachments[place]!, caption, voiceNotes: options.voiceNotes }
    return fileContent(this.#parts.outgoingFiles, bridge.deviceId, file)
  }

  #words({ content, agent }: AgentMessage, isSigned: boolean): string {
    const words = fromMarkdown(content)
    return isSigned && agent ? `*${agent.replaceAll('*', '')}:*\n${words}` : words
  }

  /** The chat of a conversation: as it is known here, or as its contact says. @throws AppError invalid_jid */
  async #chatOf(deviceId: string, { conversationId }: AgentSend, { contact }: AgentMessage): Promise<string> {
    const known = await this.#parts.store.chatOf(deviceId, { conversationId, contactId: contact.id })
    if (known) return known.jid
    const { identifier, phone } = contact
    const isAddress = identifier && (isPersonJid(identifier) || isGroupJid(identifier))
    if (isAddress) return identifier
    const digits = phone?.replace(/\D/g, '')
    if (digits) return digits
    throw new AppError('invalid_jid', 'The contact has no phone number')
  }

  async #quoted(deviceId: string, chat: string, inReplyTo: number | undefined) {
    if (inReplyTo === undefined) return undefined
    const [link] = await this.#parts.links.parts(deviceId, inReplyTo)
    return link && this.#parts.messages.quotable(deviceId, link.messageId, chat)
  }

  /** Takes a message back that an agent deleted. */
  async #delete({ bridge }: Settings, send: AgentSend): Promise<boolean> {
    const { deviceId } = bridge
    const { links } = this.#parts
    const ids = JSON.parse(send.payload) as string[]
    const parts = (await links.parts(deviceId, send.chatwootId)).filter(({ chat, fromMe }) => fromMe && chat !== '')
    for (const [place, link] of parts.entries()) await this.#takeBack(deviceId, link, ids[place]!)
    return false
  }

  async #takeBack(deviceId: string, { messageId: target, chat }: Link, messageId: string): Promise<void> {
    const { messages } = this.#parts
    const found = await messages.get(deviceId, target, await messages.resolveChat(deviceId, chat))
    if (!found || found.message.deleted) return
    const content = { type: 'revoke', target: targetOf(found.message) } as const
    await messages.send({ ...{ deviceId, chat, messageId, content, waitMs: 0 }, typingSimulation: false })
  }

  async #done({ bridge }: Settings, send: AgentSend, isSent: boolean): Promise<void> {
    const { database, store, clock } = this.#parts
    const unit = [
      store.changeSend(bridge.deviceId, send, { state: 'done', payload: '' }),
      store.progress(bridge, { toWhatsApp: isSent ? 1 : 0 }, clock.now()),
    ]
    await database.commit(unit, { lane: bridge.deviceId })
  }

  async #failed({ bridge }: Settings, send: AgentSend, error: unknown): Promise<number | undefined> {
    const { database, store, clock, logger } = this.#parts
    const { deviceId } = bridge
    if (error instanceof StillUnderWay) return uploadMs
    const attempts = send.attempts + 1
    if (isPassing(error, attempts) && clock.now() - send.createdAt < mostAgeMs) {
      const wait = waitsMs[Math.min(attempts, waitsMs.length) - 1]!
      const later = store.changeSend(deviceId, send, { attempts, dueAt: clock.now() + wait })
      await database.commit([later], { lane: deviceId })
      return wait
    }
    if (!(error instanceof AppError))
      logger.error({ device: deviceId, err: error }, 'a message of an agent could not be sent')
    const reason = error instanceof AppError ? `${error.code}: ${error.message}` : 'internal'
    const unit = [
      store.changeSend(deviceId, send, { state: 'failing', reason, payload: '', attempts: 0 }),
      store.progress(bridge, { failed: 1, error: reason }, clock.now()),
    ]
    await database.commit(unit, { lane: deviceId })
    return 0
  }

  /** The agent sees that it failed, and why. @throws ChatwootError */
  async #tellFailure({ bridge, client }: Settings, send: AgentSend): Promise<undefined> {
    const { database, store } = this.#parts
    if (send.kind === 'message') {
      const { conversationId, chatwootId, reason } = send
      await client.setStatus(conversationId, chatwootId, 'failed', reason ?? undefined).catch(unlessMissing)
    }
    await database.commit([store.changeSend(bridge.deviceId, send, { state: 'done' })], { lane: bridge.deviceId })
    return undefined
  }
}

/** Whether it may go well later. Without a link there is no later. */
function isPassing(error: unknown, attempts: number): boolean {
  if (!(error instanceof AppError)) return attempts < mostFetches
  if (error.code === 'media_fetch_failed') return attempts < mostFetches
  return errorCatalogue[error.code].retryable
}
