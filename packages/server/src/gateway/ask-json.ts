import { get, type IncomingMessage } from 'node:http'
import { json } from 'node:stream/consumers'

/** What a server answers to a GET over http, read as JSON. Node's `fetch` would cost 15 MB of memory for it, for good.
 *  @throws what the connection fails with, and SyntaxError when the answer is no JSON */
export const askJson = async (url: string, timeoutMs: number): Promise<unknown> => {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = { agent: false, signal: AbortSignal.timeout(timeoutMs), headers: { accept: 'application/json' } }
  get(url, options, resolve).on('error', reject)
  return json(await promise)
}
