import type { Logger } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { Messages } from '../messages/messages.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Database } from '../storage/database.ts'
import { type DueSend, DueSendStore } from '../storage/due-send-store.ts'

interface DueSendsParts {
  readonly database: Database
  readonly messages: Pick<Messages, 'send'>
  readonly logger: Logger
}

/** Reasons for which a text will never be sent. */
const hopeless: ReadonlySet<string> = new Set(['unsupported', 'not_on_whatsapp', 'message_refused', 'invalid_request'])

/** Hands texts that a device answers by itself to the outbox. Each keeps its message id, so that one that was handed over already is not sent twice. */
export class DueSends {
  readonly #parts: DueSendsParts
  readonly #store: DueSendStore
  readonly #running = new OneByOne()

  constructor(parts: DueSendsParts) {
    this.#parts = parts
    this.#store = new DueSendStore(parts.database)
  }

  /** Something is due, or the device is connected again. Never rejects. */
  run(deviceId: string): void {
    this.#running
      .run(deviceId, () => this.#sendAll(deviceId))
      .catch((err) => this.#parts.logger.error({ device: deviceId, err }, 'an automatic answer could not be sent'))
  }

  /** The link is gone. Never rejects. */
  forget(deviceId: string): void {
    this.#store
      .forget(deviceId)
      .catch((err) => this.#parts.logger.error({ device: deviceId, err }, 'automatic answers could not be taken back'))
  }

  async #sendAll(deviceId: string): Promise<void> {
    for (const due of await this.#store.list(deviceId)) {
      await this.#send(due)
      await this.#parts.database.commit([this.#store.done(deviceId, due.message_id)], { lane: deviceId })
    }
  }

  async #send({ device_id: deviceId, message_id: messageId, chat, text }: DueSend): Promise<void> {
    try {
      await this.#parts.messages.send({
        deviceId,
        chat,
        messageId,
        content: { type: 'text', text },
        urgent: true,
        waitMs: 0,
      })
    } catch (error) {
      if (!(error instanceof AppError && hopeless.has(error.code))) throw error
    }
  }
}
