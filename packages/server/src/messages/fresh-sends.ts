import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import { deviceMemory } from '../storage/device-memory.ts'
import type { MessageFacts } from '../storage/message-reads.ts'
import { perDatabase } from '../storage/per-database.ts'

/** What a receipt needs to know of the message that it is about. */
export type ReceiptFacts = Pick<MessageFacts, 'id' | 'chat' | 'from_me' | 'state' | 'source' | 'listed' | 'sent_at'>

/** A receipt follows within seconds, or much later. */
const remembered = 2_000

/** Sends that WhatsApp took over a moment ago, and of which no receipt has come. Their first receipt need not ask the database about them; what it changes is
 *  stored only if the message is still in the state that is remembered here. */
class FreshSends {
  readonly #sends = new LRUCache<string, ReceiptFacts>({ ...atMost(remembered) })

  /** It has become durable that a message was sent. @param at WhatsApp's time, Unix ms */
  sent(deviceId: string, { id, chat, at }: { readonly id: string; readonly chat: string; readonly at: number }): void {
    const facts = { id, chat, from_me: 1, state: 'sent', source: 'sent', listed: 1, sent_at: at } as const
    this.#sends.set(`${deviceId} ${id}`, facts)
  }

  clear(): void {
    this.#sends.clear()
  }

  /** These messages of a chat, if all of them are fresh; from here on none of them is. */
  take(deviceId: string, chats: readonly string[], ids: readonly string[]): ReceiptFacts[] | undefined {
    const found: ReceiptFacts[] = []
    for (const id of ids) {
      const name = `${deviceId} ${id}`
      const facts = this.#sends.get(name)
      this.#sends.delete(name)
      if (facts && chats.includes(facts.chat)) found.push(facts)
    }
    return found.length === ids.length ? found : undefined
  }
}

export const freshSends = perDatabase((database) => deviceMemory(database).add(new FreshSends()))
