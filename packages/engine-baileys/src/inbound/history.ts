import { bareJid } from '@switchboard/engine'
import type { HistorySyncNotification } from '../generated/messages.ts'
import { downloadBlob } from '../media/download-blob.ts'
import type { PrivacyTokens } from '../outbound/privacy-tokens.ts'
import { codec } from '../proto/codec.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { TaskQueue } from '../shared/task-queue.ts'
import {
  decodePast,
  encodePast,
  groupHistoryItem,
  openPast,
  pastKind,
  pastLifeMs,
  type SharedPast,
} from './group-history.ts'
import type { HistoryFiles } from './history-files.ts'
import { historyItem, historyPairs } from './history-item.ts'
import type { HistoryReader } from './history-message.ts'
import { type HistoryPart, historyParts } from './history-parts.ts'
import { ownAccount } from './message-envelope.ts'

/** Kind of the notes of chunks that are still to be taken in, by the id of the message that announced them. */
export const noteKind = 'history'
const notificationCodec = codec('HistorySyncNotification')

interface HistoryParts {
  readonly context: SessionContext
  readonly tokens: PrivacyTokens
  readonly files: HistoryFiles
  /** In which everything that comes in is handed over. */
  readonly lane: TaskQueue
  readonly downloads: TaskQueue
}

/**
 * History from the phone. A notification is noted durably with the ratchet step that revealed it; the note goes away in the very
 * transaction that takes the last part of the content over, so that no crash in between loses history. A chunk that was taken over in part is handed over
 * again from its beginning. Between two parts whatever else comes in has its turn.
 */
export class History {
  readonly #context: SessionContext
  readonly #tokens: PrivacyTokens
  readonly #files: HistoryFiles
  readonly #lane: TaskQueue
  readonly #downloads: TaskQueue
  /** What is being taken in this connection: a note may be found again while it is. */
  readonly #taking = new Set<string>()

  constructor({ context, tokens, files, lane, downloads }: HistoryParts) {
    this.#context = context
    this.#tokens = tokens
    this.#files = files
    this.#lane = lane
    this.#downloads = downloads
  }

  /** The note that makes a notification survive; store it before acknowledging. */
  note(id: string, notification: HistorySyncNotification) {
    return { kind: noteKind, key: id, value: notificationCodec.encode(notification) }
  }

  /** Fetches and hands over one noted chunk, behind those before it. */
  take(id: string, notification: HistorySyncNotification): void {
    this.#take(id, () => this.#fetch(id, notification))
  }

  /** The same for the past of a group that one of its members shares. */
  noteShared(past: SharedPast) {
    return { kind: pastKind, key: past.id, value: encodePast(past) }
  }

  takeShared(past: SharedPast): void {
    this.#take(past.id, () => this.#fetchShared(past))
  }

  /** Continues with what an earlier connection noted and did not finish. */
  async resume(): Promise<void> {
    const found = await this.#context.store.loadKinds([noteKind, pastKind])
    for (const [id, bytes] of found.get(noteKind) ?? []) this.take(id, notificationCodec.decode(bytes))
    for (const bytes of found.get(pastKind)?.values() ?? []) this.takeShared(decodePast(bytes))
  }

  #take(id: string, fetch: () => Promise<void>): void {
    if (this.#taking.has(id)) return
    this.#taking.add(id)
    void this.#downloads.add(fetch).finally(() => this.#taking.delete(id))
  }

  async #fetch(id: string, notification: HistorySyncNotification): Promise<void> {
    const complete = { conversations: 0, messages: 0 }
    for await (const part of historyParts(await this.#packed(notification))) {
      // The session ends, or could not store it: the next connection begins again with this chunk.
      if (!(await this.#lane.add(() => this.#handOver(id, part, complete)))) return
    }
    // Everything is stored: a confirmation that gets lost changes nothing here.
    const attrs = { id, to: this.#ownJid(), type: 'hist_sync' }
    await this.#context.wire.send({ tag: 'receipt', attrs }).catch(() => {})
    this.#files.remove(notification)
  }

  async #fetchShared(past: SharedPast): Promise<void> {
    const { host, options, store, clock } = this.#context
    const done = [{ kind: pastKind, key: past.id, value: undefined }]
    try {
      const item = await groupHistoryItem(await openPast(past, options), past, this.#reader())
      await this.#lane.add(() => store.guard(host.receive(item, done)))
    } catch (error) {
      // Nobody keeps such a file for longer.
      if (clock.now() - past.at > pastLifeMs) await store.save(done)
      throw error
    }
  }

  async #packed(notification: HistorySyncNotification): Promise<Uint8Array> {
    const inline = notification.initialHistBootstrapInlinePayload
    return inline?.length
      ? inline
      : downloadBlob(notification, { info: 'WhatsApp History Keys' }, this.#context.options)
  }

  /** @param complete what the parts of the chunk held so far; counts this one */
  async #handOver(id: string, part: HistoryPart, complete: { conversations: number; messages: number }): Promise<void> {
    const { host, signal, store } = this.#context
    const learned = await signal.book.learnAll(historyPairs(part))
    learned.push(...(await this.#tokens.learn(part.conversations)))
    if (part.companionMetaNonce) learned.push(this.#files.learn(part.companionMetaNonce))
    if (part.nctSalt) learned.push(...this.#tokens.learnSalt(part.nctSalt))
    const item = await historyItem(part, this.#reader())
    for (const { continued, messages } of item.conversations) {
      if (!continued) complete.conversations += 1
      complete.messages += messages.length
    }
    const [told, writes] = part.isLast
      ? [{ ...item, complete }, [{ kind: noteKind, key: id, value: undefined }, ...learned]]
      : [item, learned]
    await store.guard(host.receive(told, writes))
  }

  #reader(): HistoryReader {
    const { creds, signal, clock } = this.#context
    return { book: signal.book, own: ownAccount(creds.me), ownJid: this.#ownJid(), at: clock.now() }
  }

  #ownJid(): string {
    return bareJid(this.#context.creds.me?.id ?? '')
  }
}
