import type { Clock } from '../clock.ts'
import { outdated, PlanOutdated } from '../sessions/plan-outdated.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { ChatStore } from '../storage/chat-store.ts'
import type { Database } from '../storage/database.ts'
import { type MessageStore, mayBecome } from '../storage/message-store.ts'
import type { MarkReadOptions } from './messages.ts'

interface ReadMarkParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly messages: MessageStore
  readonly chats: ChatStore
  readonly clock: Clock
}

/** A chat with more unread messages is read in several requests. */
const receiptsAtOnce = 1000

/** Tells senders that their messages were read, and remembers it. */
export class ReadMarks {
  readonly #parts: ReadMarkParts

  constructor(parts: ReadMarkParts) {
    this.#parts = parts
  }

  /** @param chat the address under which the chat is stored. @returns how many messages. @throws AppError device_not_connected */
  async send(
    deviceId: string,
    chat: string,
    { only, until = Number.MAX_SAFE_INTEGER }: MarkReadOptions,
  ): Promise<number> {
    const { sessions, messages } = this.#parts
    const session = sessions.require(deviceId)
    const unread = only ?? (await messages.unread(deviceId, chat, until, receiptsAtOnce))
    for (const [sender, read] of Map.groupBy(unread, (message) => message.sender)) {
      const messageIds = read.map(({ id }) => id)
      await session.use('messaging').markRead({ chat, sender, messageIds })
      await this.store(deviceId, chat, messageIds)
    }
    return unread.length
  }

  /** Notes that incoming messages were read. @param chat the address under which their chat is stored */
  async store(deviceId: string, chat: string, messageIds: readonly string[]): Promise<void> {
    for (;;) {
      try {
        return await this.#note(deviceId, chat, messageIds)
      } catch (error) {
        // The phone read some of them at the same moment.
        if (!(error instanceof PlanOutdated)) throw error
      }
    }
  }

  async #note(deviceId: string, chat: string, messageIds: readonly string[]): Promise<void> {
    const { database, sessions, messages, chats, clock } = this.#parts
    const now = clock.now()
    const stored = await messages.facts(deviceId, [chat], messageIds)
    const read = stored.filter(({ from_me, state }) => from_me === 0 && mayBecome('read', state))
    const step = { state: 'read', reason: null, at: now }
    const steps = read.map(({ id: messageId, state: from }) =>
      messages.move({ deviceId, chat, messageId, from, to: 'read', at: now }, outdated, step),
    )
    const count = read.filter(({ listed, state }) => listed === 1 && state === 'received').length
    const unit = [...sessions.fence(deviceId), ...steps, chats.read(deviceId, chat, count, now)]
    await database.commit(unit, { lane: deviceId })
  }
}
