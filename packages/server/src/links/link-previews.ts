import type { LinkPreview } from '@switchboard/engine'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { AppError } from '../errors/app-error.ts'
import { refusedField } from '../errors/refused-field.ts'
import type { Converter, PreviewPicture } from '../media/convert/index.ts'
import type { Spool } from '../media/spool.ts'
import { sessionIfOpen } from '../messages/session-if-open.ts'
import type { Sessions } from '../sessions/sessions.ts'
import { createOutbound, type Outbound } from '../webhooks/outbound.ts'
import { fetchBounded } from './fetch-bounded.ts'
import type { Link } from './find-link.ts'
import type { PageCard } from './read-page.ts'

/** From the question to the preview with its picture. What is not there by then is left out. */
const wholeMs = 5_000
/** The page and its picture; what is left of the time is for the upload. */
const readMs = 4_000
const mostPageBytes = 1024 * 1024
const mostPictureBytes = 5 * 1024 * 1024
/** Pages that are asked for at once; a text that comes then goes without a preview. */
const mostAtOnce = 32
const mostAtOncePerDevice = 4
const keptMs = 10 * 60_000
const keptBytes = 8 * 1024 * 1024

interface Parts {
  readonly config: Pick<Config, 'media' | 'webhooks' | 'outboundProxy'>
  readonly spool: Spool
  readonly converter: Converter
  readonly sessions: Sessions
  readonly clock: Clock
  readonly logger: Logger
}

type Card = Omit<PageCard, 'image'> & { readonly picture?: PreviewPicture }

/** What a request says of its preview itself. */
export interface GivenCard {
  readonly title?: string | undefined
  readonly description?: string | undefined
  /** Bytes of one. */
  readonly picture?: Uint8Array | undefined
}

/** Makes the cards that phones show under links. Whatever goes wrong: there is no card then, and the text goes without. */
export class LinkPreviews {
  readonly #parts: Parts
  readonly #outbound: Outbound
  readonly #kept: LRUCache<string, Card>
  readonly #asked = new Map<string, Promise<Card | undefined>>()
  readonly #busy = new Map<string, number>()

  constructor(parts: Parts) {
    this.#parts = parts
    const { webhooks, outboundProxy } = parts.config
    this.#outbound = createOutbound({
      allowPrivateNetworks: webhooks.allowPrivateNetworks,
      connectionsPerOrigin: mostAtOncePerDevice,
      connectTimeoutMs: readMs,
      proxy: outboundProxy,
    })
    this.#kept = new LRUCache<string, Card>({
      maxSize: keptBytes,
      sizeCalculation: ({ picture }) => 2_000 + (picture ? picture.jpeg.length + picture.thumbnail.jpeg.length : 0),
      ttl: keptMs,
      perf: { now: () => parts.clock.monotonic() },
    })
  }

  close(): Promise<void> {
    return this.#outbound.close()
  }

  /** The preview of a link; what the request says itself goes before what the page says. With a title, the page is not asked.
   *  @throws AppError invalid_request for a given picture that is none */
  async of(deviceId: string, link: Link, given: GivenCard = {}): Promise<LinkPreview | undefined> {
    const until = performance.now() + wholeMs
    const own = given.picture && (await this.#given(given.picture))
    const found =
      given.title === undefined && this.#parts.config.media.linkPreviews
        ? await this.#bounded(deviceId, link, until)
        : undefined
    const title = given.title ?? found?.title
    if (title === undefined) return undefined
    const description = given.description ?? found?.description
    const picture = own ?? found?.picture
    return {
      url: link.text,
      title,
      ...(description !== undefined && { description }),
      ...(picture && { thumbnail: picture.thumbnail, ...(await this.#uploaded(deviceId, picture, until)) }),
    }
  }

  async #given(bytes: Uint8Array): Promise<PreviewPicture> {
    return this.#pictureOf([bytes]).catch((cause) => {
      throw refusedField('body.thumbnail', 'is no picture that can be shown', { cause })
    })
  }

  /** @throws AppError media_unreadable, media_kind_mismatch, media_too_large */
  async #pictureOf(bytes: Iterable<Uint8Array>): Promise<PreviewPicture> {
    const { spool, converter } = this.#parts
    const file = await spool.take(chunksOf(bytes), mostPictureBytes, tooLarge)
    try {
      return await converter.previewPicture(file.path)
    } finally {
      await file.remove()
    }
  }

  async #bounded(deviceId: string, link: Link, until: number): Promise<Card | undefined> {
    const busy = this.#busy.get(deviceId) ?? 0
    const known = this.#kept.get(link.url.href)
    if (known) return known
    if (busy >= mostAtOncePerDevice || this.#asked.size >= mostAtOnce) return undefined
    this.#busy.set(deviceId, busy + 1)
    try {
      return await atMost(this.#ask(link.url), until)
    } finally {
      const left = (this.#busy.get(deviceId) ?? 1) - 1
      if (left > 0) this.#busy.set(deviceId, left)
      else this.#busy.delete(deviceId)
    }
  }

  /** Who asks while the same page is asked for gets the same. */
  #ask(url: URL): Promise<Card | undefined> {
    const running = this.#asked.get(url.href)
    if (running) return running
    const asking = this.#read(url).finally(() => this.#asked.delete(url.href))
    this.#asked.set(url.href, asking)
    return asking
  }

  async #read(url: URL): Promise<Card | undefined> {
    const { logger } = this.#parts
    const signal = AbortSignal.timeout(readMs)
    try {
      const page = await fetchBounded(this.#outbound, url, {
        accept: 'text/html,application/xhtml+xml;q=0.9',
        mostBytes: mostPageBytes,
        isEnough: (bytes) => bytes.includes('</head>'),
        signal,
      })
      if (!/^\s*(text\/html|application\/xhtml\+xml)/i.test(page.contentType)) return undefined
      const { pageText, readPage } = await import('./read-page.ts')
      const read = readPage(pageText(page.bytes, page.contentType), page.url)
      if (!read) return undefined
      const { image, ...words } = read
      const picture = image && (await this.#picture(image, signal))
      const card: Card = { ...words, ...(picture && { picture }) }
      this.#kept.set(url.href, card)
      return card
    } catch (error) {
      logger.debug({ host: url.host, err: error }, 'a link has no preview')
      return undefined
    }
  }

  async #picture(url: URL, signal: AbortSignal): Promise<PreviewPicture | undefined> {
    const { logger } = this.#parts
    try {
      const accept = 'image/jpeg,image/png,image/webp'
      const { bytes } = await fetchBounded(this.#outbound, url, { accept, mostBytes: mostPictureBytes + 1, signal })
      return await this.#pictureOf([bytes])
    } catch (error) {
      logger.debug({ host: url.host, err: error }, 'a preview has no picture')
      return undefined
    }
  }

  /** The large picture at WhatsApp's media host, as its own clients have it. The small one goes without it when the device is not connected. */
  async #uploaded(deviceId: string, { jpeg, width, height }: PreviewPicture, until: number) {
    const { sessions, spool, logger } = this.#parts
    const session = sessionIfOpen(sessions, deviceId)
    if (!session?.can('uploads')) return {}
    const file = await spool.take(chunksOf([jpeg]), jpeg.length, tooLarge)
    const uploading = session
      .use('uploads')
      .upload({ path: file.path, kind: 'link_thumbnail' })
      .finally(() => file.remove())
    try {
      const uploaded = await atMost(uploading, until)
      return uploaded ? { picture: { uploaded, width, height } } : {}
    } catch (error) {
      logger.debug({ device: deviceId, err: error }, 'the picture of a preview could not be uploaded')
      return {}
    }
  }
}

const tooLarge = () => new AppError('media_too_large', 'The picture of a preview has at most 5 MiB')

async function* chunksOf(bytes: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* bytes
}

/** What it resolves to, or undefined when that takes too long. @param until as `performance.now()` */
async function atMost<Value>(promise: Promise<Value>, until: number): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), Math.max(0, until - performance.now()))
  })
  promise.catch(() => undefined)
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
