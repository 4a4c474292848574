import http from 'node:http'
import https from 'node:https'
import { type ProxyOptions, proxyAgent } from '../wire/proxy-agent.ts'

const timeoutMs = 60_000

/** The hosts expect a browser that shows WhatsApp Web (seen in: whatsmeow upload.go, baileys messages-media.js). */
export const browserHeaders = { origin: 'https://web.whatsapp.com', referer: 'https://web.whatsapp.com/' } as const

/** The body of a GET, through the proxy when there is one. Refuses bodies above `maxBytes` and anything but 200. */
export function request(url: URL, proxy: ProxyOptions, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const agent = proxyAgent(proxy)
  const get = url.protocol === 'http:' ? http.get : https.get
  const sent = get(url, { headers: browserHeaders, timeout: timeoutMs, ...(agent ? { agent } : {}) }, (response) => {
    if (response.statusCode !== 200) {
      response.destroy()
      reject(new Error(`the media host answered ${response.statusCode}`))
      return
    }
    const parts: Buffer[] = []
    let size = 0
    response.on('data', (part: Buffer) => {
      size += part.length
      if (size > maxBytes) sent.destroy(new Error('a blob beyond the limit'))
      else parts.push(part)
    })
    response.on('end', () => resolve(Buffer.concat(parts)))
    response.on('error', reject)
  })
  sent.on('timeout', () => sent.destroy(new Error('the media host does not answer')))
  sent.on('error', reject)
  return promise
}
