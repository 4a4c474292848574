import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from '../../testing/until.ts'

export interface Hooked {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly raw: Buffer
  // biome-ignore lint/suspicious/noExplicitAny: a bot reads what the other product documents.
  readonly body: any
}

/** A program as people write it for another product: it calls with fetch, and has a web server for its webhooks. */
export class Bot {
  /** What it has taken. */
  readonly hooks: Hooked[] = []
  /** The same, and what it has refused. */
  readonly attempts: Hooked[] = []
  /** What it does with each webhook before it answers. */
  hear: (hook: Hooked) => Promise<void> = async () => {}
  /** Status of its answers. */
  answers = 200
  readonly #url: string
  readonly #headers: Readonly<Record<string, string>>
  readonly #server = createServer(async (request, response) => {
    const raw = Buffer.concat(await request.toArray())
    const hook = { path: request.url ?? '', headers: request.headers, raw, body: JSON.parse(raw.toString()) }
    this.attempts.push(hook)
    if (this.answers === 200) {
      this.hooks.push(hook)
      await this.hear(hook)
    }
    response.writeHead(this.answers).end()
  })

  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = url
    this.#headers = headers
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    return fetch(`${this.#url}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...this.#headers, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  }

  /** A call that succeeds. */
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  async ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<any> {
    const response = await this.call(method, path, body, headers)
    const text = await response.text()
    assert.ok(response.ok, `${method} ${path} answered ${response.status} ${text}`)
    return text === '' ? undefined : JSON.parse(text)
  }

  /** A webhook, past or to come, for which this holds. */
  hooked(what: string, holds: (hook: Hooked) => boolean): Promise<Hooked> {
    return until(`the bot hears of ${what}`, () => this.hooks.find(holds))
  }
}
