import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type Server } from 'node:http'

export interface ReceivedWebhook {
  readonly id: string
  readonly seq: number
  readonly type: string
  readonly body: Record<string, unknown>
  readonly at: number
  readonly signaturesHold: boolean
}

/** A customer's web server. It checks both signature families with code of its own. */
export class WebhookReceiver {
  readonly received: ReceivedWebhook[] = []
  readonly #server: Server
  #secret = ''
  #listeners = new Set<() => void>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(): Promise<WebhookReceiver> {
    const server = createServer()
    const receiver = new WebhookReceiver(server)
    server.on('request', (request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        receiver.#take(Buffer.concat(chunks), request.headers as Record<string, string>)
        response.writeHead(204).end()
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return receiver
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('not listening')
    return `http://127.0.0.1:${address.port}/hook`
  }

  useSecret(secret: string): void {
    this.#secret = secret
  }

  #take(raw: Buffer, headers: Record<string, string>): void {
    const body = JSON.parse(raw.toString('utf8'))
    this.received.push({
      id: body.id,
      seq: body.seq,
      type: body.event_type,
      body,
      at: Date.now(),
      signaturesHold: this.#contractSignature(raw, headers) && this.#standardSignature(raw, headers),
    })
    for (const listener of this.#listeners) listener()
  }

  #contractSignature(raw: Buffer, headers: Record<string, string>): boolean {
    const expected = `sha256=${createHmac('sha256', this.#secret).update(raw).digest('hex')}`
    return headers['x-webhook-signature'] === expected && headers['x-hub-signature-256'] === expected
  }

  #standardSignature(raw: Buffer, headers: Record<string, string>): boolean {
    const key = Buffer.from(this.#secret.replace(/^whsec_/, ''), 'base64')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${raw.toString('utf8')}`
    const expected = createHmac('sha256', key).update(signed).digest()
    return (headers['webhook-signature'] ?? '').split(' ').some((part) => {
      const given = Buffer.from(part.replace(/^v1,/, ''), 'base64')
      return given.length === expected.length && timingSafeEqual(given, expected)
    })
  }

  async until(condition: (received: readonly ReceivedWebhook[]) => boolean, timeoutMs: number): Promise<void> {
    if (condition(this.received)) return
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(
        () => finish(() => reject(new Error(`webhooks: condition not met, ${this.received.length} received`))),
        timeoutMs,
      )
      const check = () => condition(this.received) && finish(resolve)
      const finish = (end: () => void) => {
        clearTimeout(timer)
        this.#listeners.delete(check)
        end()
      }
      this.#listeners.add(check)
    })
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }
}
