import type { Clock } from '../clock.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Database } from '../storage/database.ts'
import type { MessageStore } from '../storage/message-store.ts'
import type { MarkReadOptions } from './messages.ts'

interface ReadMarkParts {
  readonly database: Database
  readonly sessions: Sessions
  readonly messages: MessageStore
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
      await this.store(deviceId, messageIds)
    }
    return unread.length
  }

  /** Notes that incoming messages were read. */
  async store(deviceId: string, messageIds: readonly string[]): Promise<void> {
    const { database, sessions, messages, clock } = this.#parts
    const at = clock.now()
    const steps = messageIds.flatMap((messageId) =>
      messages.advance({ deviceId, messageId, state: 'read', actor: '', reason: null, at }, 0),
    )
    if (steps.length > 0) await database.commit([...sessions.fence(deviceId), ...steps], { lane: deviceId })
  }
}
