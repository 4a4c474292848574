import { EngineError, type OpenOptions } from '@switchboard/engine'
import type { ProxyAgent } from './proxies.ts'

export type ProxyOptions = Pick<OpenOptions, 'proxyUrl' | 'proxyLookup'>

/** An agent that takes every connection through the proxy, or undefined without one. It fails with `ProxyError`. What speaks with proxies is loaded with the
 *  first: most devices have none. @throws EngineError `invalid_argument` */
export async function proxyAgent({ proxyUrl, proxyLookup }: ProxyOptions): Promise<ProxyAgent | undefined> {
  if (proxyUrl === undefined) return undefined
  const resolving = proxyLookup ? { lookup: proxyLookup } : {}
  const url = URL.parse(proxyUrl)
  const { HttpProxy, SocksProxy } = await import('./proxies.ts')
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return new HttpProxy(url.href, resolving)
  // `socks5h` leaves the look-up of names to the proxy, so that nothing of the session leaves by another way.
  if (url?.protocol === 'socks5:' || url?.protocol === 'socks5h:') {
    url.protocol = 'socks5h:'
    return new SocksProxy(url, { socketOptions: resolving })
  }
  throw new EngineError('invalid_argument', 'a proxy must be an http, https or socks5 URL')
}
