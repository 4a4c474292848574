import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from '../../testing/until.ts'
import { answerApi } from './chatwoot-api.ts'
import { type Conversation, conversationView, type Message, messageWebhook, Refusal } from './chatwoot-data.ts'
import { ChatwootWorld, type NewMessage } from './chatwoot-world.ts'

/** What happens to a request: it is answered with that status and nothing is done, or it is done and its answer is lost. */
export type Fault = number | 'answer_lost' | undefined

interface Called {
  readonly event: string
  readonly id: number
  /** Undefined: no answer in time. */
  readonly status: number | undefined
}

/** Source: lib/webhooks/trigger.rb, `timeout: 5`. */
const webhookTimeoutMs = 5_000

/**
 * A Chatwoot server on loopback: the application API that it documents, and its webhooks as it sends them: 5 s time-out, no retry, a failed one marks the message as
 * failed (lib/webhooks/trigger.rb), and the same event more than once when it is busy (chatwoot/chatwoot issue 11901). Facts are from the repository chatwoot/chatwoot.
 */
export class ChatwootDouble {
  readonly world = new ChatwootWorld()
  readonly tokens = new Set(['agent-token'])
  /** Webhooks that were sent, and how they were answered. */
  readonly called: Called[] = []
  /** Requests to the API, `POST /api/v1/…`. */
  readonly asked: string[] = []
  /** How often each webhook is sent, at once. */
  copies = 1
  /** Webhooks are not sent, as when its workers are down. */
  isMute = false
  fault: (request: { readonly method: string; readonly path: string }) => Fault = () => undefined
  #server: Server | undefined
  #port = 0
  #webhooks: Promise<unknown> = Promise.resolve()

  static async start(): Promise<ChatwootDouble> {
    const double = new ChatwootDouble()
    double.world.changed = (event, of) => double.#changed(event, of)
    await double.listen()
    return double
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Starts it, or starts it again with all that it had, at the same address. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response))
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
  }

  /** Ends it as a crash does: connections break, and what it keeps stays. */
  async stop(): Promise<void> {
    const server = this.#server
    this.#server = undefined
    if (!server) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }

  /** Resolves when every webhook so far has ended. */
  async settled(): Promise<void> {
    await this.#webhooks
  }

  /** An agent writes in a conversation. */
  says(conversation: Conversation, wish: NewMessage | string): Message {
    const message = typeof wish === 'string' ? { content: wish } : wish
    return this.world.createMessage(conversation, { sender: { id: 7, name: 'Ada', type: 'user' }, ...message })
  }

  /** All messages of an account that people see, oldest first. */
  messages(account = 1): Message[] {
    const ofAccount = this.world.conversations.filter((each) => each.contactInbox.inbox.account === account)
    return ofAccount.flatMap(({ messages }) => messages).sort((a, b) => a.id - b.id)
  }

  /** The first message, past or to come, for which this holds. */
  until(what: string, holds: (message: Message) => boolean, account = 1): Promise<Message> {
    return until(`Chatwoot has ${what}`, () => this.messages(account).find(holds))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray().catch(() => []))
    const url = new URL(request.url ?? '/', this.url)
    const method = request.method ?? 'GET'
    const fault = this.fault({ method, path: url.pathname })
    if (url.pathname.startsWith('/rails/')) {
      return typeof fault === 'number' ? void response.writeHead(fault).end() : this.#file(url.pathname, response)
    }
    this.asked.push(`${method} ${url.pathname}`)
    const answered = await this.#json(fault, request, { method, url, body })
    if (fault === 'answer_lost') return void request.socket.destroy()
    response.writeHead(answered.status, { 'content-type': 'application/json' }).end(JSON.stringify(answered.body))
  }

  async #json(
    fault: Fault,
    request: IncomingMessage,
    { method, url, body }: { method: string; url: URL; body: Buffer },
  ): Promise<{ status: number; body: object }> {
    if (typeof fault === 'number') return { status: fault, body: { error: 'of the test' } }
    try {
      // Source: access_token_auth_helper.rb
      if (!this.tokens.has(String(request.headers['api_access_token']))) {
        throw new Refusal(401, { error: 'Invalid Access Token' })
      }
      if (url.pathname === '/api/v1/profile') return { status: 200, body: { id: 1, name: 'Bridge', type: 'user' } }
      const contentType = request.headers['content-type'] ?? ''
      const asked = { method, path: url.pathname, query: url.searchParams, contentType, body, base: this.url }
      return { status: 200, body: await answerApi(this.world, asked) }
    } catch (error) {
      if (error instanceof Refusal) return error
      return { status: 500, body: { error: String(error) } }
    }
  }

  /** Files are handed out by a redirect to where they are stored. */
  #file(path: string, response: ServerResponse): void {
    const id = Number(/\/(\d+)\//.exec(path)?.[1])
    const file = this.world.files.get(id)
    if (!file) return void response.writeHead(404).end()
    if (path.includes('/redirect/')) {
      return void response.writeHead(302, { location: `${this.url}/rails/disk/${id}/${file.name}` }).end()
    }
    response.writeHead(200, { 'content-type': file.type, 'content-length': file.bytes.length }).end(file.bytes)
  }

  #changed(event: string, of: Message | Conversation): void {
    const isMessage = 'conversation' in of
    const { inbox } = isMessage ? of.conversation.contactInbox : of.contactInbox
    const { webhook_url } = inbox
    if (!webhook_url || this.isMute) return
    const payload = isMessage ? messageWebhook(this.url, event, of) : { ...conversationView(of), event }
    const body = JSON.stringify(payload)
    this.#webhooks = this.#webhooks.then(() =>
      Promise.all(Array.from({ length: this.copies }, () => this.call(webhook_url, body, isMessage ? of : undefined))),
    )
  }

  /** Sends a webhook, once. */
  async call(url: string, body: string, message?: Message): Promise<void> {
    const { event, id } = JSON.parse(body)
    const answer = await fetch(url, {
      ...{ method: 'POST', body, signal: AbortSignal.timeout(webhookTimeoutMs) },
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    }).catch(() => undefined)
    await answer?.arrayBuffer().catch(() => undefined)
    this.called.push({ event, id, status: answer?.status })
    if (!answer?.ok && message) {
      message.status = 'failed'
      message.content_attributes = { ...message.content_attributes, external_error: `webhook ${answer?.status}` }
    }
  }
}
