import type { Agent } from 'node:http'
import { EngineError, type OpenOptions } from '@switchboard/engine'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'

export type ProxyOptions = Pick<OpenOptions, 'proxyUrl' | 'proxyLookup'>

/** An agent that takes every connection through the proxy, or undefined without one. @throws EngineError `invalid_argument` */
export function proxyAgent({ proxyUrl, proxyLookup }: ProxyOptions): Agent | undefined {
  if (proxyUrl === undefined) return undefined
  const resolving = proxyLookup ? { lookup: proxyLookup } : {}
  const url = URL.parse(proxyUrl)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return new HttpsProxyAgent(url, resolving)
  // `socks5h` leaves the look-up of names to the proxy, so that nothing of the session leaves by another way.
  if (url?.protocol === 'socks5:' || url?.protocol === 'socks5h:') {
    url.protocol = 'socks5h:'
    return new SocksProxyAgent(url, { socketOptions: resolving })
  }
  throw new EngineError('invalid_argument', 'a proxy must be an http, https or socks5 URL')
}
