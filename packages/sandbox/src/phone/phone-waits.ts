import { patienceMs, type WorldEvent, type WorldLog } from '../world/world-log.ts'
import type { ChatEntry, ChatLog, ReceiptRecord } from './chat-log.ts'

export interface ReceiptWish {
  /** Message id; any when absent. */
  readonly id?: string
  /** delivery, read, played, sender, …; any when absent. */
  readonly type?: string
}

/** Waiting for what a phone sees. What is there already counts; nothing here sleeps. Timeouts are real time and reject with the newest events. */
export class PhoneWaits {
  readonly #log: WorldLog
  readonly #chats: ChatLog
  readonly #owner: { readonly phone: string }

  /** @param owner the person; the number may change */
  constructor(log: WorldLog, chats: ChatLog, owner: { readonly phone: string }) {
    this.#log = log
    this.#chats = chats
    this.#owner = owner
  }

  /** The first message from somebody else (or one sent by an own companion) that satisfies the predicate. */
  message(predicate: (entry: ChatEntry) => boolean, timeoutMs = patienceMs): Promise<ChatEntry> {
    const find = (): ChatEntry | undefined =>
      this.#chats.list().find((entry) => entry.status === 'received' && predicate(entry))
    return this.#seen('phone.message', find, timeoutMs)
  }

  /** The first receipt for a message of this phone. */
  receipt(wish: ReceiptWish, timeoutMs = patienceMs): Promise<ReceiptRecord> {
    const find = (): ReceiptRecord | undefined =>
      this.#chats
        .list()
        .filter((entry) => wish.id === undefined || entry.id === wish.id)
        .flatMap((entry) => entry.receipts)
        .find((receipt) => wish.type === undefined || receipt.type === wish.type)
    return this.#seen('phone.receipt', find, timeoutMs)
  }

  /** The first event of this phone, of that type, that satisfies the predicate. */
  event(
    type: string,
    predicate: (data: WorldEvent['data']) => boolean = () => true,
    timeoutMs = patienceMs,
  ): Promise<WorldEvent> {
    return this.#log.until((event) => this.#isMine(event, type) && predicate(event.data), timeoutMs)
  }

  async #seen<T>(type: string, find: () => T | undefined, timeoutMs: number): Promise<T> {
    const there = find()
    if (there !== undefined) return there
    let found: T | undefined
    const check = (event: WorldEvent): boolean => {
      if (this.#isMine(event, type)) found = find()
      return found !== undefined
    }
    await this.#log.until(check, timeoutMs, this.#log.cursor)
    return found as T
  }

  #isMine(event: WorldEvent, type: string): boolean {
    return event.type === type && event.data['phone'] === this.#owner.phone
  }
}
