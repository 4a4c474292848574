import type { Outbound } from '../webhooks/outbound.ts'

const mostRedirects = 5
const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

/** What can be had of an address. */
export interface Fetched {
  readonly bytes: Buffer
  /** Where it was in the end. */
  readonly url: URL
  readonly contentType: string
}

interface Bounds {
  readonly accept: string
  /** More of it is not read. */
  readonly mostBytes: number
  /** Whether what came so far is enough. */
  readonly isEnough?: (bytes: Buffer) => boolean
  readonly signal: AbortSignal
}

/** Thrown for what cannot be had, with a cause when there is one. */
export class NotFetched extends Error {
  override readonly name = 'NotFetched'
}

/** Asks an address that a stranger named. Each host on the way is judged, also where a redirect leads. What is compressed counts as what it becomes.
 *  @throws NotFetched; what the connection fails with; the reason of the signal */
export async function fetchBounded(outbound: Outbound, from: URL, bounds: Bounds): Promise<Fetched> {
  const { fetch } = await import('undici')
  let url = from
  for (let hop = 0; hop <= mostRedirects; hop++) {
    await outbound.check(url)
    const answer = await fetch(url, {
      dispatcher: await outbound.dispatcher(),
      redirect: 'manual',
      headers: { accept: bounds.accept, 'user-agent': 'Mozilla/5.0 (compatible; switchboard; link preview)' },
      signal: bounds.signal,
    })
    const location = answer.headers.get('location')
    if (redirects.has(answer.status) && location !== null) {
      await answer.body?.cancel()
      url = nextOf(location, url)
      continue
    }
    if (!answer.ok || !answer.body) {
      await answer.body?.cancel()
      throw new NotFetched(`the server there answered ${answer.status}`)
    }
    const bytes = await readBounded(answer.body, bounds)
    return { bytes, url, contentType: answer.headers.get('content-type') ?? '' }
  }
  throw new NotFetched(`the address leads on more than ${mostRedirects} times`)
}

function nextOf(location: string, base: URL): URL {
  const url = URL.parse(location, base.href)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.username || url.password) {
    throw new NotFetched('the address leads to what is no address of http or https')
  }
  return url
}

async function readBounded(body: AsyncIterable<Uint8Array>, { mostBytes, isEnough }: Bounds): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= mostBytes || isEnough?.(Buffer.concat(chunks))) break
  }
  return Buffer.concat(chunks).subarray(0, mostBytes)
}
