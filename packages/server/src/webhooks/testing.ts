import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly raw: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever was sent.
  readonly body: any
  readonly at: number
}

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** Decides each answer; 204 unless set. */
  answer: (request: Received, response: ServerResponse) => void
  /** Resolves once so many requests have come in all. */
  waitFor(count: number): Promise<Received[]>
  close(): Promise<void>
}

const waitMs = 60_000

/** For tests: a real HTTP server that keeps what it was sent. */
export async function openReceiver(): Promise<Receiver> {
  const waiting = new Set<() => void>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      const got = {
        path: request.url ?? '',
        headers: request.headers,
        raw,
        body: JSON.parse(raw.toString()),
        at: Date.now(),
      }
      receiver.received.push(got)
      receiver.answer(got, response)
      for (const look of waiting) look()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    answer: (_request, response) => response.writeHead(204).end(),
    waitFor: (count) => {
      const { promise, resolve, reject } = Promise.withResolvers<Received[]>()
      const look = () => receiver.received.length >= count && resolve(receiver.received)
      const timer = setTimeout(() => reject(new Error(`${receiver.received.length} of ${count} requests came`)), waitMs)
      waiting.add(look)
      look()
      return promise.finally(() => {
        clearTimeout(timer)
        waiting.delete(look)
      })
    },
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
  return receiver
}
