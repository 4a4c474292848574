import http from 'node:http'
import https from 'node:https'
import { type Endpoints, EngineError } from '@switchboard/engine'
import { type ProxyOptions, proxyAgent } from '../wire/proxy-agent.ts'
import { mediaHost } from './media-host.ts'

/** The request that Node's fetch (undici 7) hands to a dispatcher, as far as a GET goes. */
interface DispatchOptions {
  readonly origin: string | URL
  readonly path: string
  readonly method: string
  readonly headers?: Record<string, string>
}

/** The callbacks by which it wants the answer. */
interface DispatchHandler {
  onConnect(abort: (reason?: Error) => void): void
  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void, statusText: string): boolean
  onData(chunk: Buffer): boolean
  onComplete(trailers: string[]): void
  onError(error: Error): void
}

const timeoutMs = 60_000

/**
 * What makes the library's own fetches (app-state snapshots) go to the media host of these endpoints, through the session's proxy.
 * Node's fetch knows nothing of agents, so without it they would leave directly.
 */
export function fetchDispatcher(endpoints: Endpoints, proxy: ProxyOptions) {
  const agent = proxyAgent(proxy)
  return {
    dispatch(options: DispatchOptions, handler: DispatchHandler): boolean {
      if (options.method !== 'GET') {
        handler.onError(new EngineError('unsupported', 'only downloads are fetched'))
        return true
      }
      const named = new URL(options.path, options.origin)
      const url = mediaHost(named.href, endpoints, named.hostname)
      const get = url.protocol === 'http:' ? http.get : https.get
      const { 'accept-encoding': _, ...headers } = options.headers ?? {}
      const request = get(url, { headers, timeout: timeoutMs, ...(agent ? { agent } : {}) }, (response) =>
        relay(response, handler),
      )
      handler.onConnect((reason) => request.destroy(reason))
      request.on('timeout', () => request.destroy(new Error('the media host does not answer')))
      request.on('error', (error) => handler.onError(error))
      return true
    },
  }
}

function relay(response: http.IncomingMessage, handler: DispatchHandler): void {
  const raw = response.rawHeaders.map((text) => Buffer.from(text, 'latin1'))
  handler.onHeaders(response.statusCode ?? 500, raw, () => response.resume(), response.statusMessage ?? '')
  response.on('data', (chunk: Buffer) => {
    if (!handler.onData(chunk)) response.pause()
  })
  response.on('end', () => handler.onComplete([]))
  response.on('error', (error) => handler.onError(error))
}
