import { bareJid, type MediaRetryAnswer } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import { within } from '../sessions/within.ts'
import { type MediaParts, type MessageFile, placeOf } from './media-parts.ts'

const keyOf = (deviceId: string, chat: string, messageId: string): string => `${deviceId} ${chat} ${messageId}`

/** Asks phones for files that WhatsApp has no longer. Their answers come as items, whenever the phones are there. */
export class AskPhone {
  readonly #parts: MediaParts
  readonly #waiting = new Map<string, Set<(answer: MediaRetryAnswer) => void>>()

  constructor(parts: MediaParts) {
    this.#parts = parts
  }

  /** Asks, and waits for the answer for a while. @returns undefined when none came. @throws AppError media_deleted when nobody can be asked,
   *  device_not_connected | device_not_linked */
  async ask(file: MessageFile, waitMs: number): Promise<MediaRetryAnswer | undefined> {
    const { deviceId, message } = file
    const key = keyOf(deviceId, message.chat, message.id)
    const { promise, resolve } = Promise.withResolvers<MediaRetryAnswer>()
    const waiting = this.#waiting.get(key) ?? new Set()
    this.#waiting.set(key, waiting.add(resolve))
    try {
      let answer: MediaRetryAnswer | undefined
      const answered = promise.then((value) => {
        answer = value
      })
      await this.request(file)
      await within(answered, waitMs)
      return answer
    } finally {
      waiting.delete(resolve)
      if (waiting.size === 0) this.#waiting.delete(key)
    }
  }

  /** Asks. @throws AppError media_deleted when nobody can be asked, device_not_connected | device_not_linked */
  async request(asking: MessageFile): Promise<void> {
    const {
      deviceId,
      message,
      files: { file },
    } = asking
    const { sessions, media, database, clock } = this.#parts
    if (!file) throw new AppError('media_not_found')
    if (!file.key) throw new AppError('media_deleted', undefined, { details: { reason: 'gone' } })
    const asked = { id: message.id, chat: message.chat, fromMe: message.from_me === 1, key: file.key }
    const downloads = sessions.require(deviceId).use('downloads')
    const now = clock.now()
    const change = { state: 'expired', reason: null, asked_at: now } as const
    await database.commit(media.change(placeOf(asking), change, now), { lane: deviceId })
    await downloads.askAgain({ ...asked, sender: bareJid(message.sender) })
  }

  /** An answer is stored. */
  answered(deviceId: string, chat: string, messageId: string, answer: MediaRetryAnswer): void {
    for (const resolve of this.#waiting.get(keyOf(deviceId, chat, messageId)) ?? []) resolve(answer)
  }
}
