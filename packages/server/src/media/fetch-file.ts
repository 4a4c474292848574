import type { Readable } from 'node:stream'
import { AppError } from '../errors/app-error.ts'
import type { Outbound } from '../webhooks/outbound.ts'
import { AddressRefusedError } from '../webhooks/public-lookup.ts'
import type { Spool, SpooledFile } from './spool.ts'

const mostRedirects = 5
const headersMs = 15_000
/** So long may pass between two parts of a file. */
const idleMs = 15_000
const wholeMs = 10 * 60_000
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export interface FetchedFile {
  readonly file: SpooledFile
  /** Where it was in the end. */
  readonly url: string
}

interface FetchParts {
  readonly outbound: Outbound
  readonly spool: Spool
}

const failed = (words: string, details: Readonly<Record<string, unknown>> = {}, cause?: unknown): AppError =>
  new AppError('media_fetch_failed', words, { details, ...(cause !== undefined && { cause }) })

const refused = (error: unknown): boolean =>
  error instanceof AddressRefusedError || (error instanceof Error && error.cause !== undefined && refused(error.cause))

/** An address that strangers may make this server ask. @throws AppError media_fetch_failed */
function addressOf(text: string, base?: URL): URL {
  const url = URL.parse(text, base?.href)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw failed('The address is not one of http or https', { reason: 'not_allowed' })
  }
  if (url.username || url.password) throw failed('The address holds credentials', { reason: 'not_allowed' })
  return url
}

/** Reads no more of an answer. */
function leave(body: Readable): void {
  // It tells that it was left; nobody needs to hear that.
  body.on('error', () => {}).destroy()
}

async function* counted(body: AsyncIterable<Uint8Array>, announced: number | undefined): AsyncGenerator<Uint8Array> {
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    yield chunk
  }
  if (announced !== undefined && bytes !== announced) throw failed('The file ended early', { reason: 'cut_off' })
}

/**
 * Fetches a file from an address that a stranger named, into the spool. Each host on the way is judged, also where a redirect leads; what the server there
 * says of length and type is not believed. @throws AppError media_fetch_failed, what `tooLarge` makes, not_ready
 */
export async function fetchFile(
  { outbound, spool }: FetchParts,
  address: string,
  maxBytes: number,
  tooLarge: () => AppError,
  given?: AbortSignal,
): Promise<FetchedFile> {
  const signal = AbortSignal.any([AbortSignal.timeout(wholeMs), ...(given ? [given] : [])])
  let url = addressOf(address)
  const { request } = await import('undici')
  try {
    for (let hop = 0; hop <= mostRedirects; hop++) {
      await outbound.check(url)
      const answer = await request(url, {
        dispatcher: await outbound.dispatcher(),
        // What is compressed has another length than the file.
        headers: { accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'switchboard' },
        headersTimeout: headersMs,
        bodyTimeout: idleMs,
        signal,
      })
      const { statusCode: status, headers, body } = answer
      const location = headers['location']
      if (redirects.has(status) && typeof location === 'string') {
        await body.dump({ limit: 64 * 1024, signal }).catch(() => undefined)
        url = addressOf(location, url)
        continue
      }
      if (status !== 200) {
        leave(body)
        throw failed(`The server there answered ${status}`, { reason: 'status', status })
      }
      const length = Number(headers['content-length'] ?? Number.NaN)
      const announced = Number.isInteger(length) && headers['content-encoding'] === undefined ? length : undefined
      if (announced !== undefined && announced > maxBytes) {
        leave(body)
        throw tooLarge()
      }
      // No more than allowed is read: nobody waits for an answer at the other end.
      return { file: await spool.take(counted(body, announced), maxBytes, tooLarge, maxBytes), url: url.href }
    }
    throw failed(`The address leads on more than ${mostRedirects} times`, { reason: 'redirects' })
  } catch (error) {
    if (error instanceof AppError) throw error
    if (given?.aborted) throw error
    if (refused(error))
      throw failed('The address leads to a network that is not public', { reason: 'not_allowed' }, error)
    throw failed('The file could not be fetched', { reason: 'connection' }, error)
  }
}
