import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type ProxyOptions, proxyAgent } from '../wire/proxy-agent.ts'
import { browserHeaders } from './request.ts'

const longestAnswer = 64 * 1024

export interface HostAnswer {
  readonly status: number
  readonly body: string
}

/** Bytes to bring to a host. */
export interface PostedFile {
  readonly size: number
  bytes(): AsyncIterable<Uint8Array>
}

async function answerText(response: http.IncomingMessage): Promise<string> {
  let text = ''
  for await (const part of response.setEncoding('utf8')) {
    text += part
    if (text.length > longestAnswer) throw new Error('the media host answers too much')
  }
  return text
}

interface PostOptions {
  readonly proxy: ProxyOptions
  readonly signal: AbortSignal
  /** Nothing moves for so long: the host is given up. */
  readonly idleMs: number
}

/** Posts a file, through the proxy when there is one, and never more of it than the connection takes. */
export async function postFile(
  url: URL,
  file: PostedFile,
  { proxy, signal, idleMs }: PostOptions,
): Promise<HostAnswer> {
  const agent = await proxyAgent(proxy)
  const headers = {
    ...browserHeaders,
    'content-type': 'application/octet-stream',
    'content-length': file.size,
  }
  const { request } = url.protocol === 'http:' ? http : https
  const sent = request(url, { method: 'POST', headers, timeout: idleMs, signal, ...(agent ? { agent } : {}) })
  const { promise: answered, resolve, reject } = Promise.withResolvers<http.IncomingMessage>()
  sent.on('response', resolve)
  sent.on('timeout', () => sent.destroy(new Error('the media host does not answer')))
  sent.on('error', reject)
  answered.catch(() => undefined)
  // A host may refuse before it has read all: its answer counts then, and not that the rest could not be written.
  const written = pipeline(Readable.from(file.bytes(), { objectMode: false }), sent).catch(reject)
  const response = await answered
  try {
    return { status: response.statusCode ?? 500, body: await answerText(response) }
  } finally {
    if (!sent.writableFinished) sent.destroy()
    await written
  }
}
