import { formatJid, parseJid } from '../../wire/jid.ts'
import type { SyncActionMessageRange } from '../../wire/proto/index.ts'
import type { Account } from '../../world/account.ts'
import { accountJid, addressingOf } from '../../world/address.ts'
import type { ChatEntry } from '../chat-log.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'
import { type AppStateAction, actions } from './app-state-actions.ts'
import type { AppStateBook } from './app-state-book.ts'
import type { AppStateRecord } from './app-state-record.ts'
import * as view from './app-state-view.ts'

/** What a person does with chats, messages, labels, contacts and settings, and what companions did: all devices of the account share it.
 *  Chats are named by JID of either kind, or phone number. Every change resolves once the server took it, and throws when it does not. */
export class PhoneAppState {
  readonly #ctx: PhoneContext
  readonly #book: AppStateBook

  constructor(ctx: PhoneContext, book: AppStateBook) {
    this.#ctx = ctx
    this.#book = book
  }

  /** @param until world time (ms), `'forever'`, or undefined to unmute */
  async mute(chat: string, until: number | 'forever' | undefined): Promise<void> {
    return this.#do(actions.mute(this.#chat(chat), until === 'forever' ? -1 : until))
  }

  async pin(chat: string, pinned = true): Promise<void> {
    return this.#do(actions.pin(this.#chat(chat), pinned))
  }

  /** Archiving also unpins. */
  async archive(chat: string, archived = true): Promise<void> {
    const jid = this.#chat(chat)
    const change = actions.archive(jid, archived, this.#range(chat))
    return archived ? this.#do(change, actions.pin(jid, false)) : this.#do(change)
  }

  /** Marks a chat as read or, by hand, as unread. Sends no receipts. */
  async markRead(chat: string, read = true): Promise<void> {
    return this.#do(actions.markRead(this.#chat(chat), read, this.#range(chat)))
  }

  async lock(chat: string, locked = true): Promise<void> {
    return this.#do(actions.lock(this.#chat(chat), locked))
  }

  /** Removes what a chat holds so far. */
  async clear(chat: string, how: { keepStarred?: boolean; deleteMedia?: boolean } = {}): Promise<void> {
    const { keepStarred = false, deleteMedia = false } = how
    return this.#do(actions.clear(this.#chat(chat), { keepStarred, deleteMedia }, this.#range(chat)))
  }

  async delete(chat: string, deleteMedia = false): Promise<void> {
    return this.#do(actions.deleteChat(this.#chat(chat), deleteMedia, this.#range(chat)))
  }

  /** @throws Error for a message that this phone does not have */
  async star(chat: string, messageId: string, starred = true): Promise<void> {
    return this.#do(actions.star(this.#chat(chat), named(this.#message(chat, messageId)), starred))
  }

  /** @throws Error for a message that this phone does not have */
  async deleteForMe(chat: string, messageId: string, deleteMedia = false): Promise<void> {
    const entry = this.#message(chat, messageId)
    return this.#do(actions.deleteForMe(this.#chat(chat), named(entry), deleteMedia, seconds(entry.at)))
  }

  async editLabel(id: string, label: { name: string; color?: number; deleted?: boolean }): Promise<void> {
    return this.#do(actions.editLabel(id, { color: 0, deleted: false, ...label }))
  }

  async labelChat(id: string, chat: string, labeled = true): Promise<void> {
    return this.#do(actions.labelChat(id, this.#chat(chat), labeled))
  }

  async labelMessage(id: string, chat: string, messageId: string, labeled = true): Promise<void> {
    return this.#do(actions.labelMessage(id, this.#chat(chat), messageId, labeled))
  }

  async saveContact(who: string, name: { fullName: string; firstName?: string }): Promise<void> {
    const account = this.#person(who)
    const lidJid = formatJid(accountJid(account, 'lid'))
    const { fullName, firstName = fullName.split(' ')[0] ?? fullName } = name
    const username = account.username && { username: account.username.name }
    return this.#do(actions.contact(formatJid(accountJid(account, 'pn')), { fullName, firstName, lidJid, ...username }))
  }

  async removeContact(who: string): Promise<void> {
    return this.#do(actions.removeContact(formatJid(accountJid(this.#person(who), 'pn'))))
  }

  /** Hides somebody's status posts, or shows them again. */
  async muteStatus(who: string, muted = true): Promise<void> {
    return this.#do(actions.muteStatus(formatJid(accountJid(this.#person(who), 'lid')), muted))
  }

  async setUnarchiveChats(on: boolean): Promise<void> {
    return this.#do(actions.unarchiveChats(on))
  }

  async setLocale(locale: string): Promise<void> {
    return this.#do(actions.locale(locale))
  }

  async setTimeFormat(twentyFourHours: boolean): Promise<void> {
    return this.#do(actions.timeFormat(twentyFourHours))
  }

  async setLinkPreviews(on: boolean): Promise<void> {
    return this.#do(actions.disableLinkPreviews(!on))
  }

  async quickReply(id: string, reply: { shortcut: string; message: string; deleted?: boolean }): Promise<void> {
    return this.#do(actions.quickReply(id, { deleted: false, ...reply }))
  }

  /** Makes a salt, with which companions derive tokens for people who gave them none; false takes it away. */
  async renewContactSalt(on = true): Promise<void> {
    const { account, world } = this.#ctx
    account.person.contactSalt = on ? Uint8Array.from(world.random.bytes(32)) : undefined
    return this.#do(actions.contactSalt(account.person.contactSalt))
  }

  /** Tells companions which phone number is behind a hidden id. */
  async tellNumber(who: string): Promise<void> {
    const account = this.#person(who)
    return this.#do(actions.pnForLid(formatJid(accountJid(account, 'lid')), formatJid(accountJid(account, 'pn'))))
  }

  /** Any other change. The time of the value is filled in when it is missing. */
  async publish(...changes: readonly AppStateAction[]): Promise<void> {
    return this.#do(...changes)
  }

  /** How this phone shows a chat. */
  chat(chat: string): view.ChatSettings {
    return view.chatSettings(this.#book.records(), this.#isChat(chat))
  }

  message(chat: string, messageId: string): ReturnType<typeof view.messageMarks> {
    const isChat = this.#isChat(chat)
    return view.messageMarks(this.#book.records(), (jid, id) => id === messageId && isChat(jid))
  }

  labels(): view.Label[] {
    return view.labels(this.#book.records())
  }

  contacts(): view.SavedContact[] {
    return view.savedContacts(this.#book.records())
  }

  isStatusMuted(who: string): boolean {
    return view.isStatusMuted(this.#book.records(), this.#isChat(who))
  }

  settings(): view.AccountSettings {
    return view.accountSettings(this.#book.records())
  }

  /** Every record, for those who look for what has no view. */
  records(): AppStateRecord[] {
    return this.#book.records()
  }

  versionOf(collection: string): number {
    return this.#book.versionOf(collection)
  }

  /** Whether a message has gone from this phone's sight. */
  isHidden(entry: ChatEntry): boolean {
    return view.isHidden(this.#book.records(), entry, this.#isChat(entry.chatLid))
  }

  /** Fetches the collection as a newly linked client does and checks it whole. @throws Error naming what does not hold */
  async checkSnapshot(collection: string): Promise<{ version: number; records: number }> {
    return this.#book.checkSnapshot(collection)
  }

  async #do(...changes: readonly AppStateAction[]): Promise<void> {
    for (const [collection, together] of Map.groupBy(changes, (change) => change.collection)) {
      await this.#book.publish(collection, ...together.map(({ collection: _, ...change }) => change))
    }
  }

  #person(who: string): Account {
    const account = this.#ctx.world.account(who.replace(/^\+/, ''))
    if (!account) throw new NotThere(`nobody in this world is ${who}`)
    return account
  }

  /** How an index names a chat: people by their hidden id, as the history that companions get does. */
  #chat(chat: string): string {
    const jid = parseJid(chat)
    if (jid && !addressingOf(jid)) return formatJid(jid)
    return formatJid(accountJid(this.#person(chat), 'lid'))
  }

  /** Companions may name people by either address. */
  #isChat(chat: string): (jid: string) => boolean {
    const wanted = this.#chat(chat)
    return (jid) => {
      if (jid === wanted) return true
      const account = this.#ctx.world.account(jid)
      return account !== undefined && formatJid(accountJid(account, 'lid')) === wanted
    }
  }

  #message(chat: string, id: string): ChatEntry {
    const jid = this.#chat(chat)
    const entry = this.#ctx.chats.find(jid, false, id) ?? this.#ctx.chats.find(jid, true, id)
    if (!entry) throw new NotThere(`there is no message ${id} in ${chat}`)
    return entry
  }

  /** Up to the newest message that this phone has. */
  #range(chat: string): SyncActionMessageRange {
    const newest = this.#ctx.chats.list(this.#chat(chat)).at(-1)
    if (!newest) return { lastMessageTimestamp: this.#ctx.world.seconds() }
    const { id, fromMe, participant } = named(newest)
    const key = { remoteJid: newest.chatLid, fromMe, id, ...(participant ? { participant } : {}) }
    return {
      lastMessageTimestamp: seconds(newest.at),
      messages: [{ key, timestamp: seconds(newest.at) }],
    }
  }
}

/** Only where a chat has several authors does an index name them. */
function named(entry: ChatEntry): { id: string; fromMe: boolean; participant?: string } {
  const { id, fromMe, chatLid, sender } = entry
  const several = !fromMe && (chatLid.endsWith('@g.us') || chatLid.endsWith('@broadcast'))
  return { id, fromMe, ...(several ? { participant: bare(sender) } : {}) }
}

function bare(jid: string): string {
  return jid.replace(/:\d+@/, '@')
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
