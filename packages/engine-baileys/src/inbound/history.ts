import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import { bareJid } from '@switchboard/engine'
import type { HistorySync, HistorySyncNotification } from '../generated/messages.ts'
import { downloadBlob } from '../media/download-blob.ts'
import { codec } from '../proto/codec.ts'
import type { SessionContext } from '../session/session-context.ts'
import type { TaskQueue } from '../shared/task-queue.ts'
import { historyItem, historyPairs } from './history-item.ts'
import { ownAccount } from './message-envelope.ts'

const inflateAsync = promisify(inflate)
const maxHistoryBytes = 256 * 1024 * 1024
const kind = 'history'
const historyCodec = codec('HistorySync')
const notificationCodec = codec('HistorySyncNotification')

/**
 * History from the phone. A notification is noted durably with the ratchet step that revealed it; the note goes away in the very
 * transaction that takes the content over, so that no crash in between loses history.
 */
export class History {
  readonly #context: SessionContext
  readonly #lane: TaskQueue
  readonly #downloads: TaskQueue
  /** What is being taken in this connection: a note may be found again while it is. */
  readonly #taking = new Set<string>()

  constructor(context: SessionContext, lane: TaskQueue, downloads: TaskQueue) {
    this.#context = context
    this.#lane = lane
    this.#downloads = downloads
  }

  /** The note that makes a notification survive; store it before acknowledging. */
  note(id: string, notification: HistorySyncNotification) {
    return { kind, key: id, value: notificationCodec.encode(notification) }
  }

  /** Fetches and hands over one noted chunk, behind those before it. */
  take(id: string, notification: HistorySyncNotification): void {
    if (this.#taking.has(id)) return
    this.#taking.add(id)
    void this.#downloads.add(() => this.#fetch(id, notification)).finally(() => this.#taking.delete(id))
  }

  /** Continues with what an earlier connection noted and did not finish. */
  async resume(): Promise<void> {
    for (const [id, bytes] of await this.#context.store.loadAll(kind)) {
      this.take(id, notificationCodec.decode(bytes))
    }
  }

  async #fetch(id: string, notification: HistorySyncNotification): Promise<void> {
    const sync = await this.#content(notification)
    await this.#lane.add(() => this.#handOver(id, sync))
  }

  async #content(notification: HistorySyncNotification): Promise<HistorySync> {
    const inline = notification.initialHistBootstrapInlinePayload
    const packed = inline?.length
      ? inline
      : await downloadBlob(notification, 'WhatsApp History Keys', this.#context.options)
    return historyCodec.decode(await inflateAsync(packed, { maxOutputLength: maxHistoryBytes }))
  }

  async #handOver(id: string, sync: HistorySync): Promise<void> {
    const { creds, host, signal, store, wire } = this.#context
    const me = creds.me?.id ?? ''
    const writes = [{ kind, key: id, value: undefined }]
    const learned = await Promise.all(historyPairs(sync).map(({ phone, lid }) => signal.book.learn(phone, lid)))
    const reader = { book: signal.book, own: ownAccount(creds.me), ownJid: bareJid(me), at: Date.now() }
    await store.guard(host.receive(await historyItem(sync, reader), [...writes, ...learned.flat()]))
    // Everything is stored: a confirmation that gets lost changes nothing here.
    await wire.send({ tag: 'receipt', attrs: { id, to: bareJid(me), type: 'hist_sync' } }).catch(() => {})
  }
}
