import { EngineError } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { EventSource } from '../events/event-source.ts'
import { planEvents } from '../events/plan-events.ts'
import type { AskPhone } from './ask-phone.ts'
import { linkTo } from './media-context.ts'
import { type MediaParts, type MessageFile, placeOf } from './media-parts.ts'
import { reasons } from './reasons.ts'
import type { ScratchFile } from './store/scratch.ts'

export interface DownloadOptions {
  readonly signal: AbortSignal
  /** How long the phone may take to store the file again, when WhatsApp has it no longer. */
  readonly waitMs: number
}

/** Files of one device that may be on their way from WhatsApp at once. */
const atOnce = 16

/** Fetches files from WhatsApp, and keeps them as far as there is room. */
export class DownloadFile {
  readonly #parts: MediaParts
  readonly #phone: AskPhone
  readonly #running = new Map<string, number>()

  constructor(parts: MediaParts, phone: AskPhone) {
    this.#parts = parts
    this.#phone = phone
  }

  /** The file, as it comes. A reader who takes all of it has the file that the message announced, and then it is kept here too.
   *  @throws AppError media_deleted | media_not_ready | media_flawed | media_not_found | rate_limited | whatsapp_error | whatsapp_timeout | device_not_… */
  async open(file: MessageFile, options: DownloadOptions): Promise<AsyncIterable<Uint8Array>> {
    const leave = this.#takeSeat(file.deviceId)
    try {
      // What is wrong with a small file is known before the first byte of an answer.
      const source = await begun(await this.#fetch(file, options))
      return this.#kept(file, source, leave)
    } catch (error) {
      leave()
      await this.#noteFlaw(file, error)
      throw error
    }
  }

  /** Fetches it to keep it. `failed`: it came, and could not be kept now. @throws as {@link open} */
  async store(file: MessageFile, options: DownloadOptions): Promise<'stored' | 'no_room' | 'failed'> {
    if (!(await this.#hasRoom(file))) return 'no_room'
    for await (const _ of await this.open(file, options));
    const [known] = await this.#parts.media.find(file.deviceId, [file.message.chat], [file.message.id])
    if (known?.state === 'stored') return 'stored'
    return known?.reason === reasons.quota ? 'no_room' : 'failed'
  }

  async #fetch(file: MessageFile, { signal, waitMs }: DownloadOptions): Promise<AsyncIterable<Uint8Array>> {
    const source = file.files.file
    if (!source) throw new AppError('media_not_found')
    const downloads = this.#parts.sessions.require(file.deviceId).use('downloads')
    try {
      return await downloads.fetch({ ...source, path: file.known?.path ?? source.path }, { signal })
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'media_gone') throw error
    }
    const answer = await this.#phone.ask(file, waitMs)
    if (!answer) throw new AppError('media_not_ready')
    if (answer.result !== 'stored') {
      const reason = answer.result === 'not_found' ? reasons.notOnPhone : reasons.phoneRefused
      throw new AppError('media_deleted', undefined, { details: { reason } })
    }
    return downloads.fetch({ ...source, path: answer.path }, { signal })
  }

  async *#kept(file: MessageFile, source: AsyncIterable<Uint8Array>, leave: () => void): AsyncGenerator<Uint8Array> {
    let copy: ScratchFile | undefined
    let bytes = 0
    try {
      copy = (await this.#hasRoom(file)) ? await this.#copy() : undefined
      for await (const chunk of source) {
        bytes += chunk.length
        copy = copy && (await this.#written(copy, chunk))
        yield chunk
      }
      await this.#came(file, copy, bytes)
    } catch (error) {
      await this.#noteFlaw(file, error)
      throw error
    } finally {
      leave()
      await copy?.close().catch(() => {})
      await copy?.remove()
    }
  }

  async #hasRoom({ deviceId, files }: MessageFile): Promise<boolean> {
    return this.#parts.files.hasRoom(deviceId, files.file?.size ?? 0)
  }

  /** A disk that takes no more does not keep anybody from the file itself. */
  async #copy(): Promise<ScratchFile | undefined> {
    return this.#parts.scratch.create().catch((error: unknown) => this.#notKept(error))
  }

  async #written(copy: ScratchFile, chunk: Uint8Array): Promise<ScratchFile | undefined> {
    try {
      await copy.write(chunk)
      return copy
    } catch (error) {
      await copy.close().catch(() => {})
      await copy.remove()
      return this.#notKept(error)
    }
  }

  #notKept(error: unknown): undefined {
    this.#parts.logger.warn({ err: error }, 'a file could not be kept; it is fetched again when it is asked for')
  }

  /** All of it is here and right. That it could not be kept is no reason to break off an answer. */
  async #came(file: MessageFile, copy: ScratchFile | undefined, size: number): Promise<void> {
    const { media, eventLog, files, clock, sessions, database } = this.#parts
    const { deviceId, message, files: source } = file
    try {
      const [known] = await media.find(deviceId, [message.chat], [message.id])
      if (known?.state === 'stored') return
      const now = clock.now()
      const sha256 = Buffer.from(source.file?.sha256 ?? []).toString('hex')
      const done = { reason: null, due_at: null, attempts: 0 } as const
      const change = copy
        ? ({ ...done, state: 'stored', sha256, size, stored_at: now } as const)
        : ({ ...done, state: 'remote', reason: reasons.quota } as const)
      const events = await this.#told(file, change.state, now)
      const unit = [
        ...sessions.fence(deviceId),
        ...media.change(placeOf(file), change, now),
        ...eventLog.statements(deviceId, events),
      ]
      if (!copy) return void (await database.commit(unit, { lane: deviceId }))
      await copy.close()
      await files.keep(deviceId, { path: copy.path, sha256, size }, unit)
    } catch (error) {
      this.#notKept(error)
    }
  }

  async #told({ deviceId, id, message, view }: MessageFile, state: 'stored' | 'remote', at: number) {
    const { addresses, sessions, links } = this.#parts
    const account = sessions.account(deviceId)
    const both = await addresses.lookUp(deviceId, [message.chat], account)
    const source: EventSource = {
      ...{ kind: 'media_downloaded', messageId: message.id, chat: both(message.chat), fromMe: message.from_me === 1 },
      ...{ at, view, media: { id, state, ...linkTo(links, deviceId, id) } },
    }
    return planEvents({ account, address: both }, source)
  }

  /** What is not the announced file today will not be it tomorrow, unless the phone stores it again. */
  async #noteFlaw(file: MessageFile, error: unknown): Promise<void> {
    if (!(error instanceof EngineError) || error.code !== 'media_flawed') return
    const { database, media, clock } = this.#parts
    const change = { state: 'failed', reason: reasons.flawed, due_at: null } as const
    await database
      .commit(media.change(placeOf(file), change, clock.now()), { lane: file.deviceId })
      .catch((failure) => this.#notKept(failure))
  }

  /** @throws AppError rate_limited */
  #takeSeat(deviceId: string): () => void {
    const running = this.#running.get(deviceId) ?? 0
    if (running >= atOnce) {
      const words = `A device fetches at most ${atOnce} files at once`
      throw new AppError('rate_limited', words, { retryAfterSeconds: 5 })
    }
    this.#running.set(deviceId, running + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      const others = this.#running.get(deviceId)! - 1
      if (others > 0) this.#running.set(deviceId, others)
      else this.#running.delete(deviceId)
    }
  }
}

/** The same stream, of which the first chunk is here. */
async function begun(source: AsyncIterable<Uint8Array>): Promise<AsyncIterable<Uint8Array>> {
  const iterator = source[Symbol.asyncIterator]()
  const first = await iterator.next()
  return (async function* () {
    try {
      if (first.done) return
      yield first.value
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value
    } finally {
      await iterator.return?.()
    }
  })()
}
