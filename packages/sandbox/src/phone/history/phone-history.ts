import { formatJid } from '../../wire/jid.ts'
import { type HistorySync, HistorySyncType } from '../../wire/proto/index.ts'
import type { Account, Device } from '../../world/account.ts'
import { accountJid } from '../../world/address.ts'
import { historyNonce } from '../../world/media/history-handle.ts'
import type { ChatEntry } from '../chat-log.ts'
import { timerOf } from '../chat-timers.ts'
import { authorJid } from '../content/message-keys.ts'
import {
  conversation,
  type HistoryChat,
  type HistoryChunk,
  type HistoryContact,
  historyChunk,
  mapping,
  onDemandHistory,
  webMessage,
} from '../history-payload.ts'
import type { PhoneContext } from '../phone-context.ts'
import {
  generatedChat,
  generatedContact,
  generatedMessages,
  type HistoryPlan,
  maxChats,
  maxMessages,
  placeOf,
} from './generated-history.ts'

export interface HistoryWish {
  /** Chats with made-up people; up to 4000. */
  readonly chats: number
  /** Messages in each; 50 when absent. */
  readonly messages?: number
  /** How many of them a companion gets when it links; all when absent. */
  readonly recent?: number
  readonly seed?: number
}

/** Made-up chats that go with the first part of the history, at most. */
const bootstrapChats = 40
/** Made-up chats in each further part, at most; fewer where they are long: making a part up stops the world for a moment. */
const chunkChats = 250
const chunkMessages = 5000
/** Values of `rank`. Seen in: baileys WAProto GroupParticipant.Rank. */
const ranks = { member: 0, admin: 1, superadmin: 2 } as const
const statusLifeMs = 24 * 60 * 60 * 1000

/** The past as companions get it: what this phone really sent and received, and a past that it was given. */
export class PhoneHistory {
  readonly #ctx: PhoneContext
  #plan: HistoryPlan | undefined

  constructor(ctx: PhoneContext) {
    this.#ctx = ctx
    for (const [, text] of ctx.storage.entries('history-plan')) this.#plan = JSON.parse(text) as HistoryPlan
  }

  /** Gives the phone a past: companions that link from now on get it, in as many parts as it takes.
   *  @throws Error for more than 4000 chats or 1000 messages a chat */
  seed({ chats, messages = 50, recent = messages, seed = 1 }: HistoryWish): void {
    const fits = (value: number, max: number): boolean => Number.isInteger(value) && value >= 0 && value <= max
    if (!fits(chats, maxChats) || !fits(messages, maxMessages) || !fits(recent, messages)) {
      throw new Error(`history holds up to ${maxChats} chats of ${maxMessages} messages`)
    }
    this.#plan = { chats, messages, recent, seed, until: this.#ctx.world.clock.now() }
    this.#ctx.storage.write('history-plan', JSON.stringify(this.#plan))
    this.#ctx.note('phone.history_seeded', { chats, messages, recent })
  }

  /** What a companion gets when it links, one part after the other. The first three kinds are always there: some clients call themselves
   *  synchronised only after all of them. */
  *parts(companion: Device): Generator<HistoryChunk> {
    const plan = this.#plan
    const first = Math.min(plan?.chats ?? 0, bootstrapChats, this.#chunkSize(HistorySyncType.recent))
    const chats = [...this.#realChats(), ...this.#generated(0, first)]
    const contacts = [...chats.flatMap(({ contact }) => contact ?? []), this.#contact(this.#ctx.account)]
    const phoneNumberToLidMappings = contacts.map(mapping)
    const conversations = chats.map(conversation)
    const { contactSalt } = this.#ctx.account.person
    const salt = contactSalt ? { nctSalt: contactSalt } : {}
    const companionMetaNonce = historyNonce(this.#ctx.account)
    const also = { companionMetaNonce, ...salt }
    yield historyChunk(HistorySyncType.initialBootstrap, { conversations, phoneNumberToLidMappings, ...also })
    const statuses = this.#statuses()
    if (statuses.length > 0) yield historyChunk(HistorySyncType.initialStatusV3, { statusV3Messages: statuses })
    yield historyChunk(HistorySyncType.pushName, this.#pushNames(contacts))
    yield* this.#series(HistorySyncType.recent, first, { phoneNumberToLidMappings })
    if (plan) yield historyChunk(HistorySyncType.nonBlockingData, { phoneNumberToLidMappings, pastParticipants: [] })
    if (plan && companion.wantsFullHistory && plan.recent < plan.messages) yield* this.#series(HistorySyncType.full, 0)
  }

  /** Older messages of a chat than that one. */
  before(jid: string, oldestId: string | undefined, count: number): HistoryChunk {
    return onDemandHistory(this.#realBefore(jid, oldestId, count) ?? this.#generatedBefore(jid, oldestId, count))
  }

  /** The rest of the made-up chats, `recent`, or what is older than that, `full`. There is at least one part, which says 100 %. */
  *#series(syncType: number, from: number, also: HistorySync = {}): Generator<HistoryChunk> {
    const total = this.#plan?.chats ?? 0
    const size = this.#chunkSize(syncType)
    const parts = Math.max(1, Math.ceil((total - from) / size))
    for (let part = 0; part < parts; part++) {
      const start = from + part * size
      const range = [start, Math.min(total, start + size)] as const
      const chats = syncType === HistorySyncType.full ? this.#older(...range) : this.#generated(...range)
      const mappings = chats.flatMap(({ contact }) => (contact ? [mapping(contact)] : []))
      yield historyChunk(
        syncType,
        {
          conversations: chats.map(conversation),
          phoneNumberToLidMappings: [...(also.phoneNumberToLidMappings ?? []), ...mappings],
        },
        { chunkOrder: part + 1, progress: Math.round(((part + 1) / parts) * 100) },
      )
    }
  }

  #chunkSize(syncType: number): number {
    const { messages, recent } = this.#plan ?? { messages: 0, recent: 0 }
    const each = syncType === HistorySyncType.full ? messages - recent : recent
    return Math.min(chunkChats, Math.max(1, Math.floor(chunkMessages / Math.max(1, each))))
  }

  #pushNames(contacts: readonly HistoryContact[]): HistorySync {
    const plan = this.#plan
    const rest = Array.from({ length: plan?.chats ?? 0 }, (_, chat) => generatedContact(plan!, chat))
    const known = new Map([...contacts, ...rest].map(({ pn, name }) => [pn, name]))
    return { pushnames: [...known].map(([id, pushname]) => ({ id, pushname })) }
  }

  #generated(from: number, to: number): HistoryChat[] {
    const plan = this.#plan
    if (!plan) return []
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => ({
      contact: generatedContact(plan, from + index),
      messages: generatedMessages(plan, from + index, plan.messages - plan.recent, plan.messages),
      more: plan.recent < plan.messages,
      unread: (from + index) % 7 === 0 ? 1 : 0,
    }))
  }

  #older(from: number, to: number): HistoryChat[] {
    const plan = this.#plan
    if (!plan) return []
    return Array.from({ length: Math.max(0, to - from) }, (_, index) => ({
      contact: generatedContact(plan, from + index),
      messages: generatedMessages(plan, from + index, 0, plan.messages - plan.recent),
    }))
  }

  #generatedBefore(jid: string, oldestId: string | undefined, count: number): HistoryChat | undefined {
    const plan = this.#plan
    const chat = plan && generatedChat(plan, jid)
    if (!plan || chat === undefined) return undefined
    const end = (oldestId === undefined ? undefined : placeOf(plan, chat, oldestId)) ?? plan.messages - plan.recent
    const start = Math.max(0, end - count)
    const messages = generatedMessages(plan, chat, start, end)
    return { contact: generatedContact(plan, chat), messages, more: start > 0 }
  }

  #realChats(): HistoryChat[] {
    const byChat = Map.groupBy(this.#ctx.chats.list(), ({ chatLid }) => chatLid)
    // Groups are chats even before anybody has written there. A community itself is none: it is its announcement group that people see.
    for (const { id, community } of this.#ctx.world.groups.of(this.#ctx.account)) {
      if (!community && !byChat.has(`${id}@g.us`)) byChat.set(`${id}@g.us`, [])
    }
    return [...byChat].flatMap(([jid, entries]) => this.#realChat(jid, entries) ?? [])
  }

  #realChat(jid: string, entries: readonly ChatEntry[], more = false): HistoryChat | undefined {
    const { world } = this.#ctx
    const messages = entries.toReversed().map((entry) => webMessage(entry, jid, this.#authorIn(jid, entry)))
    const account = world.account(jid)
    if (account) return { contact: this.#contact(account), messages, more, timer: timerOf(this.#ctx, jid) }
    const group = jid.endsWith('@g.us') ? world.groups.get({ user: jid.replace(/@.*/, ''), server: 'g.us' }) : undefined
    if (!group) return undefined
    const members = [...group.participants].map(([lid, { role }]) => ({ userJid: `${lid}@lid`, rank: ranks[role] }))
    const { subject, createdAt, settings } = group
    const seconds = settings.ephemeralSeconds
    const timer = seconds > 0 ? { seconds, since: Math.floor(createdAt / 1000) } : undefined
    return { group: { jid, subject: subject.text, createdAt, members }, messages, more, timer }
  }

  #authorIn(jid: string, entry: ChatEntry): string | undefined {
    return jid.endsWith('@g.us') ? authorJid(this.#ctx, entry) : undefined
  }

  #realBefore(jid: string, oldestId: string | undefined, count: number): HistoryChat | undefined {
    const account = this.#ctx.world.account(jid)
    const chat = account ? formatJid(accountJid(account, 'lid')) : jid
    const entries = this.#ctx.chats.list(chat)
    if (entries.length === 0) return undefined
    const index = entries.findIndex((entry) => entry.id === oldestId)
    const older = index < 0 ? entries : entries.slice(0, index)
    return this.#realChat(chat, older.slice(-count), older.length > count)
  }

  /** Status posts that have not run out. */
  #statuses() {
    const since = this.#ctx.world.clock.now() - statusLifeMs
    return this.#ctx.chats
      .list('status@broadcast')
      .filter(({ at, revoked }) => at > since && !revoked)
      .map((entry) => webMessage(entry, 'status@broadcast', authorJid(this.#ctx, entry)))
  }

  #tokenOf(account: Account): Pick<HistoryContact, 'token'> {
    const own = this.#ctx.account
    const given = account === own ? undefined : account.person.tokensGiven[own.lid]
    const sentAt = own.person.tokensGiven[account.lid]?.t
    return given ? { token: { ...given, ...(sentAt === undefined ? {} : { sentAt }) } } : {}
  }

  #contact(account: Account): HistoryContact {
    const [pn, lid] = [formatJid(accountJid(account, 'pn')), formatJid(accountJid(account, 'lid'))]
    const username = account.username ? { username: account.username.name } : {}
    return { pn, lid, name: account.pushName || account.phone, ...username, ...this.#tokenOf(account) }
  }
}
