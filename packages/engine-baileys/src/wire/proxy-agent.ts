import type { Agent } from 'node:http'
import { EngineError } from '@switchboard/engine'
import { HttpsProxyAgent } from 'https-proxy-agent'
import { SocksProxyAgent } from 'socks-proxy-agent'

/** An agent that takes every connection through the proxy, or undefined without one. @throws EngineError `invalid_argument` */
export function proxyAgent(proxyUrl: string | undefined): Agent | undefined {
  if (proxyUrl === undefined) return undefined
  const url = URL.parse(proxyUrl)
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return new HttpsProxyAgent(url)
  // `socks5h` leaves the look-up of names to the proxy, so that nothing of the session leaves by another way.
  if (url?.protocol === 'socks5:' || url?.protocol === 'socks5h:') {
    url.protocol = 'socks5h:'
    return new SocksProxyAgent(url)
  }
  throw new EngineError('invalid_argument', 'a proxy must be an http, https or socks5 URL')
}
