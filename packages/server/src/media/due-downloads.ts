import { EngineError } from '@switchboard/engine'
import { AppError } from '../errors/app-error.ts'
import type { MediaChange, MessageMediaRow } from '../storage/message-media-store.ts'
import type { DownloadFile } from './download-file.ts'
import { findFile } from './find-file.ts'
import type { MediaParts } from './media-parts.ts'
import { reasons } from './reasons.ts'

/** Files that are fetched by themselves at the same time, of all devices together. */
const workers = 4
/** How often it is looked whether one is due again. */
const lookMs = 15_000
/** Waits after failures in a row, ms; after the last of them it waits until somebody asks for it. */
const waits = [15_000, 60_000, 10 * 60_000, 60 * 60_000, 6 * 60 * 60_000]

/** Files that devices want without asking for each. What is due stands in the database: it continues after whatever ended the process. */
export class DueDownloads {
  readonly #parts: MediaParts
  readonly #download: DownloadFile
  readonly #stopping = new AbortController()
  /** Devices with files to look at, in their turn. */
  readonly #devices = new Set<string>()
  /** Files that are being fetched, by their ids. */
  readonly #running = new Map<string, Promise<void>>()
  #timer: NodeJS.Timeout | undefined

  constructor(parts: MediaParts, download: DownloadFile) {
    this.#parts = parts
    this.#download = download
  }

  start(): void {
    this.#timer = setInterval(() => void this.#look(), lookMs).unref()
    void this.#look()
  }

  /** Something of a device may be due, and it may be connected. */
  wake(deviceId: string): void {
    this.#devices.add(deviceId)
    void this.#work()
  }

  /** Resolves when nothing is under way; what was continues after the next start. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    this.#stopping.abort()
    await Promise.allSettled(this.#running.values())
  }

  async #look(): Promise<void> {
    try {
      for (const deviceId of await this.#parts.media.devicesWithDue(this.#parts.clock.now()))
        this.#devices.add(deviceId)
    } catch (error) {
      this.#parts.logger.warn({ err: error }, 'it could not be looked which files are due')
    }
    await this.#work()
  }

  /** Fills the free places, one file of each device after the other. */
  async #work(): Promise<void> {
    while (this.#running.size < workers && !this.#stopping.signal.aborted) {
      const [deviceId] = this.#devices
      if (deviceId === undefined) return
      this.#devices.delete(deviceId)
      const row = this.#isOpen(deviceId) ? await this.#next(deviceId) : undefined
      if (!row) continue
      // To the end of the line.
      this.#devices.add(deviceId)
      if (this.#running.size < workers && !this.#running.has(row.id)) this.#begin(row)
    }
  }

  #begin(row: MessageMediaRow): void {
    const run = this.#fetch(row).finally(() => {
      this.#running.delete(row.id)
      void this.#work()
    })
    this.#running.set(row.id, run)
  }

  #isOpen(deviceId: string): boolean {
    return this.#parts.sessions.status(deviceId).connected
  }

  async #next(deviceId: string): Promise<MessageMediaRow | undefined> {
    const { media, clock, logger } = this.#parts
    const rows = await media.due(deviceId, clock.now(), workers + 1).catch((error: unknown) => {
      logger.warn({ device: deviceId, err: error }, 'files that are due could not be read')
      return []
    })
    return rows.find(({ id }) => !this.#running.has(id))
  }

  async #fetch(row: MessageMediaRow): Promise<void> {
    const { device_id: deviceId, chat, message_id: messageId } = row
    try {
      const file = await findFile(this.#parts, deviceId, messageId, [chat])
      const stored = await this.#download.store(file, { signal: this.#stopping.signal, waitMs: 0 })
      if (stored === 'no_room') await this.#settle(row, { due_at: null, reason: reasons.quota })
      // The disk or the bucket takes nothing now. To fetch it at once again would not help.
      if (stored === 'failed') await this.#failed(row, new Error('the file could not be kept'))
    } catch (error) {
      await this.#failed(row, error).catch((failure: unknown) => {
        this.#parts.logger.warn({ device: deviceId, err: failure }, 'that a file was not fetched could not be stored')
      })
    }
  }

  async #failed(row: MessageMediaRow, error: unknown): Promise<void> {
    if (this.#stopping.signal.aborted) return
    const { logger, clock } = this.#parts
    const code = error instanceof AppError || error instanceof EngineError ? error.code : 'internal'
    // The message was taken back, its file is not the announced one, or nobody has it: that is known by now.
    if (code === 'media_not_found' || code === 'media_flawed' || code === 'media_deleted') {
      return this.#settle(row, { due_at: null })
    }
    // It connects again by itself, and is woken then.
    if (code === 'device_not_connected' || code === 'device_not_linked') return void this.#devices.delete(row.device_id)
    const wait = waits[row.attempts]
    logger.info({ device: row.device_id, message: row.message_id, code, wait }, 'a file was not fetched')
    const attempts = row.attempts + 1
    if (wait === undefined) return this.#settle(row, { due_at: null, attempts, reason: reasons.givenUp })
    await this.#settle(row, { due_at: clock.now() + wait, attempts })
  }

  /** A newer outcome counts more. */
  async #settle(row: MessageMediaRow, change: MediaChange): Promise<void> {
    const { database, media, clock } = this.#parts
    await database.commit([media.settle(row, change, clock.now())], { lane: row.device_id })
  }
}
