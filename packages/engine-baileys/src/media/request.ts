import http from 'node:http'
import https from 'node:https'
import { EngineError } from '@switchboard/engine'
import { type ProxyOptions, proxyAgent } from '../wire/proxy-agent.ts'

const timeoutMs = 60_000

/** The hosts expect a browser that shows WhatsApp Web (seen in: whatsmeow upload.go, baileys messages-media.js). */
export const browserHeaders = { origin: 'https://web.whatsapp.com', referer: 'https://web.whatsapp.com/' } as const

/** How a media host says that a link has ended, or leads nowhere (seen in: whatsmeow download.go, baileys messages-media.js). */
const gone: ReadonlySet<number | undefined> = new Set([403, 404, 410])

const unanswered = (cause?: unknown): EngineError =>
  new EngineError('timeout', 'the media host does not answer', { cause })

export interface RequestOptions {
  /** GET when absent. */
  readonly method?: 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly signal?: AbortSignal | undefined
}

/** The body of an answer, as it comes; through the proxy when there is one, and without following anything anywhere. A host that is silent for a minute in
 *  the middle of it is given up. @throws EngineError `media_gone`, `refused` with the status, `timeout`; or the reason of `signal` */
export async function request(
  url: URL,
  proxy: ProxyOptions,
  { method, headers, signal }: RequestOptions = {},
): Promise<http.IncomingMessage> {
  signal?.throwIfAborted()
  const agent = await proxyAgent(proxy)
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const { request: begin } = url.protocol === 'http:' ? http : https
  const options = {
    ...{ method, headers: { ...browserHeaders, ...headers }, timeout: timeoutMs },
    ...(agent && { agent }),
    ...(signal && { signal }),
  }
  const sent = begin(url, options, resolve).end()
  sent.on('timeout', () => sent.destroy(unanswered()))
  // Behind the head of the answer it is the stream that fails.
  sent.on('error', (error) => reject(signal?.aborted || error instanceof EngineError ? error : unanswered(error)))
  const response = await promise
  const { statusCode } = response
  if (statusCode === 200 || (method && statusCode === 204)) return response
  response.destroy()
  if (gone.has(statusCode)) throw new EngineError('media_gone', `the media host answered ${statusCode}`)
  throw new EngineError('refused', `the media host answered ${statusCode}`, { remoteCode: statusCode ?? 500 })
}

/** A body as it flows. When it breaks off, the error is the same as for every failure of a media host. @throws EngineError `timeout` */
export async function* bodyOf(response: http.IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    yield* response
  } catch (error) {
    throw error instanceof EngineError ? error : unanswered(error)
  } finally {
    response.destroy()
  }
}
