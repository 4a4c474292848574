import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { heardEvent } from './stories.ts'

export interface ReceivedWebhook {
  readonly headers: IncomingHttpHeaders
  /** The bytes that were signed. */
  readonly raw: string
  readonly body: {
    readonly id: string
    readonly seq: number
    readonly event_type: string
    readonly device_id: string
    readonly data: Record<string, unknown>
  }
}

/** A customer's web server on loopback. It answers 204 until told otherwise. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = []
  /** Decides the status of each answer. */
  answer: (webhook: ReceivedWebhook) => number = () => 204
  readonly #server: Server
  readonly #waiting = new Set<() => void>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer()
    const receiver = new WebhookReceiver(server)
    server.on('request', async (request, response) => {
      const raw = (await request.setEncoding('utf8').toArray()).join('')
      const webhook = { headers: request.headers, raw, body: JSON.parse(raw) }
      receiver.received.push(webhook)
      response.writeHead(receiver.answer(webhook)).end()
      for (const wake of receiver.#waiting) wake()
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  /** The first webhook, past or to come, for which this holds. */
  async until(condition: (webhook: ReceivedWebhook) => boolean, timeoutMs = 60_000): Promise<ReceivedWebhook> {
    const signal = AbortSignal.timeout(timeoutMs)
    for (;;) {
      const found = this.received.find(condition)
      if (found) {
        heardEvent(found.body.event_type)
        return found
      }
      const types = this.received.map(({ body }) => body.event_type).join(', ')
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const end = () => reject(new Error(`that webhook did not come; came: ${types}`))
      this.#waiting.add(resolve)
      signal.addEventListener('abort', end)
      await promise
      this.#waiting.delete(resolve)
      signal.removeEventListener('abort', end)
    }
  }

  async stop(): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await once(this.#server, 'close').catch(() => {})
  }
}
