import { type Endpoints, type Engine, EngineError, type WebVersion } from '@switchboard/engine'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import { keepSchedule } from '../keep-schedule.ts'

/** How long one look at the page may take, ms. */
const lookMs = 15_000

interface WebVersionParts {
  readonly engine: Pick<Engine, 'webVersion' | 'newestWebVersion'>
  readonly endpoints: Endpoints
  readonly config: Pick<Config['whatsapp'], 'version' | 'versionRefresh' | 'proxyUrl'>
  readonly clock: Clock
  readonly logger: Logger
}

const sameVersion = (one: WebVersion, other: WebVersion): boolean => one.join('.') === other.join('.')

const errorOf = (error: unknown): AppError => {
  const timedOut = error instanceof EngineError && error.code === 'timeout'
  const unsupported = error instanceof EngineError && error.code === 'unsupported'
  const code = timedOut ? 'whatsapp_timeout' : unsupported ? 'unsupported' : 'whatsapp_error'
  return new AppError(code, (error as Error).message, { cause: error })
}

/** The WhatsApp Web version that every new connection presents, and how it is kept new. It lives in memory: after a restart, the version that comes
 *  with the gateway counts until the first look, and WhatsApp's word that it is too old leads to one. */
export class CurrentWebVersion {
  readonly #parts: WebVersionParts
  #version: WebVersion
  #lookedAt: { readonly time: number; readonly monotonic: number } | undefined
  #lastError = ''
  #looking: Promise<void> | undefined
  #endSchedule: (() => void) | undefined

  constructor(parts: WebVersionParts) {
    this.#parts = parts
    this.#version = parts.config.version ?? parts.engine.webVersion
  }

  get version(): WebVersion {
    return this.#version
  }

  /** The settings say which version is presented; no look changes it. */
  get fixed(): boolean {
    return this.#parts.config.version !== undefined
  }

  /** When the page was last asked, Unix ms, and with what error; a look that failed counts. */
  get lastLook(): { readonly at: number | undefined; readonly error: string } {
    return { at: this.#lookedAt?.time, error: this.#lastError }
  }

  /** Looks on the schedule of the settings until `stop`. */
  start(): void {
    const { enabled, schedule, force } = this.#parts.config.versionRefresh
    if (!enabled || this.fixed) return
    this.#endSchedule = keepSchedule(schedule, async () => {
      // The refresh reports its own failure, and the next one comes by the schedule.
      await this.refresh({ force }).catch(() => undefined)
    })
  }

  stop(): void {
    this.#endSchedule?.()
  }

  /** Looks for the newest version. Looks at the same time are one. False: too soon after the last one, or the version is fixed by settings.
   *  @throws AppError `whatsapp_error` | `whatsapp_timeout` | `unsupported`; the version stays as it was */
  async refresh({ force }: { readonly force: boolean }): Promise<boolean> {
    if (this.fixed) return false
    const { clock, config } = this.#parts
    const last = this.#lookedAt
    const soon = last !== undefined && clock.monotonic() - last.monotonic < config.versionRefresh.minIntervalMs
    if (soon && !force && !this.#looking) return false
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
    await this.#looking
    return true
  }

  /** Whether there is another version than the one that WhatsApp called too old. Never throws. */
  async replaces(outdated: WebVersion): Promise<boolean> {
    if (sameVersion(this.#version, outdated)) await this.refresh({ force: true }).catch(() => undefined)
    return !sameVersion(this.#version, outdated)
  }

  async #look(): Promise<void> {
    const { engine, endpoints, config, clock, logger } = this.#parts
    const { proxyUrl } = config
    this.#lookedAt = { time: clock.now(), monotonic: clock.monotonic() }
    try {
      const signal = AbortSignal.timeout(lookMs)
      const newest = await engine.newestWebVersion({ endpoints, signal, ...(proxyUrl !== undefined && { proxyUrl }) })
      this.#lastError = ''
      if (sameVersion(newest, this.#version)) return
      logger.info({ from: this.#version.join('.'), to: newest.join('.') }, 'a newer WhatsApp Web version is in use')
      this.#version = newest
    } catch (error) {
      this.#lastError = (error as Error).message
      logger.warn({ err: error }, 'the newest WhatsApp Web version could not be read; the current one stays in use')
      throw errorOf(error)
    }
  }
}
