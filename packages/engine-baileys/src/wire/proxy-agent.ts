import type { Agent, ClientRequest } from 'node:http'
import { EngineError, type OpenOptions } from '@switchboard/engine'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'

export type ProxyOptions = Pick<OpenOptions, 'proxyUrl' | 'proxyLookup'>

/** The proxy was not reached, refused, or did not do its part: WhatsApp has not been heard. The message is for people. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError'
}

/** An agent that takes every connection through a proxy. */
export interface ProxyAgent extends Agent {
  /** It has led somewhere: whatever fails from there on is not the proxy's doing. */
  readonly reached: boolean
}

// Several addresses that all refuse make an error without words of its own.
const wordsOf = (error: unknown): string => {
  const { code, message } = (error ?? {}) as { code?: string; message?: string }
  return message || code || String(error)
}

const proxyError = (error: unknown): ProxyError =>
  error instanceof ProxyError ? error : new ProxyError(`the proxy failed: ${wordsOf(error)}`, { cause: error })

class HttpProxy extends HttpsProxyAgent<string> implements ProxyAgent {
  reached = false

  override async connect(...[request, options]: Parameters<HttpsProxyAgent<string>['connect']>) {
    let status = 200
    request.once('proxyConnect', (answer: { statusCode: number }) => {
      status = answer.statusCode
    })
    const socket = await super.connect(request, options).catch((error: unknown) => {
      throw proxyError(error)
    })
    if (status !== 200) {
      // The library would hand its answer over as if it were WhatsApp's.
      socket.destroy()
      throw new ProxyError(
        `the proxy answered with HTTP ${status}${status === 407 ? ', it wants other credentials' : ''}`,
      )
    }
    this.reached = true
    return socket
  }
}

class SocksProxy extends SocksProxyAgent implements ProxyAgent {
  reached = false

  override async connect(...[request, options]: Parameters<SocksProxyAgent['connect']>) {
    const socket = await super.connect(request as ClientRequest, options).catch((error: unknown) => {
      throw proxyError(error)
    })
    this.reached = true
    return socket
  }
}

/** An agent that takes every connection through the proxy, or undefined without one. It fails with {@link ProxyError}.
 *  @throws EngineError `invalid_argument` */
export function proxyAgent({ proxyUrl, proxyLookup }: ProxyOptions): ProxyAgent | undefined {
  if (proxyUrl === undefined) return undefined
  const resolving = proxyLookup ? { lookup: proxyLookup } : {}
  const url = URL.parse(proxyUrl)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return new HttpProxy(url.href, resolving)
  // `socks5h` leaves the look-up of names to the proxy, so that nothing of the session leaves by another way.
  if (url?.protocol === 'socks5:' || url?.protocol === 'socks5h:') {
    url.protocol = 'socks5h:'
    return new SocksProxy(url, { socketOptions: resolving })
  }
  throw new EngineError('invalid_argument', 'a proxy must be an http, https or socks5 URL')
}

/** What the protocol library is given to fetch with. We ask media hosts ourselves; what it fetched would know nothing of the session's proxy, nor of the
 *  hosts that WhatsApp names. */
export const noFetch = {
  dispatch(): never {
    throw new EngineError('unsupported', 'the protocol library fetches nothing by itself')
  },
}
