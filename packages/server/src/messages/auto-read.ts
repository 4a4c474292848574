import type { Session } from '@switchboard/engine'
import type { Config } from '../config/config.ts'
import type { FiledMessage } from '../inbound/effect.ts'

interface AutoReadParts {
  readonly config: Config['pacing']
  readonly random: () => number
  readonly session: (deviceId: string) => Session | undefined
  /** Stores that a message was read. */
  readonly markStored: (deviceId: string, chat: string, messageId: string) => Promise<void>
  readonly onError: (deviceId: string, error: unknown) => void
}

/** Reads incoming messages by itself, each after a moment, when WHATSAPP_AUTO_MARK_READ is on. */
export class AutoRead {
  readonly #parts: AutoReadParts
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(parts: AutoReadParts) {
    this.#parts = parts
  }

  stored(deviceId: string, { row }: FiledMessage): void {
    const { config, random, onError } = this.#parts
    if (!config.autoMarkRead || row.state !== 'received' || row.listed === 0) return
    if (row.chat.endsWith('@broadcast') || row.chat.endsWith('@newsletter')) return
    const { minMs, maxMs } = config.readReceiptDelay
    const waitMs = config.readReceiptJitter ? minMs + random() * (maxMs - minMs) : 0
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#read(deviceId, row.chat, row.sender, row.id).catch((error) => onError(deviceId, error))
    }, waitMs).unref()
    this.#timers.add(timer)
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }

  async #read(deviceId: string, chat: string, sender: string, id: string): Promise<void> {
    const session = this.#parts.session(deviceId)
    if (!session) return
    await session.use('messaging').markRead({ chat, sender, messageIds: [id] })
    await this.#parts.markStored(deviceId, chat, id)
  }
}
