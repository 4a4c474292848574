import http from 'node:http'
import https from 'node:https'
import { buffer } from 'node:stream/consumers'
import { EngineError, type VersionSource, type WebVersion } from '@switchboard/engine'
import { proxyAgent } from '../wire/proxy-agent.ts'

/** The service worker of the web client is a few hundred KiB. */
const mostBytes = 4 * 1024 * 1024

/** The page is a script that holds its settings as JSON, or as JSON in a string. (Seen in: baileys generics.ts `fetchLatestWaWebVersion`; whatsmeow
 *  update.go reads the same field from the first page.) */
const revisionPattern = /\\?"client_revision\\?":\s*(\d{1,12})\b/

/** A browser's, as WhatsApp serves its page to browsers only. */
const headers = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36',
  'sec-fetch-site': 'none',
  accept: '*/*',
}

/** The first two parts have been 2.3000 since 2024; only the revision moves. */
const versionOf = (revision: number): WebVersion => [2, 3000, revision]

const bounded = async function* (body: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > mostBytes) throw new EngineError('refused', 'the page of WhatsApp Web is too large to be the right one')
    yield chunk
  }
}

const ask = async ({ proxyUrl, signal }: VersionSource, url: URL): Promise<http.IncomingMessage> => {
  const agent = await proxyAgent({ ...(proxyUrl !== undefined && { proxyUrl }) })
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  const get = url.protocol === 'http:' ? http.get : https.get
  get(url, { headers, signal, ...(agent && { agent }) }, resolve).on('error', reject)
  return promise
}

/** @throws EngineError `unsupported`, `refused`, `timeout`, `closed` */
export async function newestWebVersion(source: VersionSource): Promise<WebVersion> {
  const { webOrigin } = source.endpoints
  if (webOrigin === undefined) throw new EngineError('unsupported', 'no page is known that shows the version')
  try {
    const response = await ask(source, new URL(`${webOrigin.replace(/\/$/, '')}/sw.js`))
    if (response.statusCode !== 200) {
      response.destroy()
      throw new EngineError('refused', `the page of WhatsApp Web answered with HTTP ${response.statusCode}`)
    }
    const page = await buffer(bounded(response))
    const revision = Number(revisionPattern.exec(page.toString('latin1'))?.[1])
    if (!revision) throw new EngineError('refused', 'the page of WhatsApp Web names no version')
    return versionOf(revision)
  } catch (cause) {
    if (cause instanceof EngineError) throw cause
    if (source.signal.aborted) throw new EngineError('timeout', 'the page of WhatsApp Web did not come in time')
    throw new EngineError('closed', `the page of WhatsApp Web was not reached: ${(cause as Error).message}`, { cause })
  }
}
