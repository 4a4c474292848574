import type { ChatTimer } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import { atMost } from '../at-most.ts'
import { ChatStore } from '../storage/chat-store.ts'
import type { Database } from '../storage/database.ts'
import { deviceMemory } from '../storage/device-memory.ts'

const inMemory = 50_000
/** Two chats that turn out to be one change their timers without saying so here. */
const ttlMs = 60_000

/** How long the messages of a chat stay, for every message that goes there. */
export class ChatTimers {
  readonly #chats: ChatStore
  readonly #known: LRUCache<string, { readonly timer: ChatTimer | undefined }>

  constructor(database: Database) {
    this.#chats = new ChatStore(database)
    this.#known = deviceMemory(database).add(new LRUCache({ ...atMost(inMemory), ttl: ttlMs }))
  }

  /** Undefined when none was ever set there. */
  async of(deviceId: string, chat: string): Promise<ChatTimer | undefined> {
    const name = `${deviceId} ${chat}`
    const known = this.#known.get(name)
    if (known) return known.timer
    const entry = { timer: await this.#read(deviceId, chat) }
    this.#known.set(name, entry)
    return entry.timer
  }

  /** It was set again. */
  forget(deviceId: string, chat: string): void {
    this.#known.delete(`${deviceId} ${chat}`)
  }

  async #read(deviceId: string, chat: string): Promise<ChatTimer | undefined> {
    const row = await this.#chats.find(deviceId, chat)
    if (!row || row.expiry_seconds === null) return undefined
    const setAt = Number(row.expiry_set_at)
    return { seconds: row.expiry_seconds, ...(setAt > 0 && { setAt }) }
  }
}
