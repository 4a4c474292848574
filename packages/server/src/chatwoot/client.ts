import type { FormData as UndiciFormData } from 'undici'
import { describeFailure } from '../webhooks/describe-failure.ts'
import type { Outbound } from '../webhooks/outbound.ts'
import { parseRetryAfter } from '../webhooks/parse-retry-after.ts'
import { ChatwootError, faultOf } from './chatwoot-error.ts'
import type {
  ChatwootContact,
  ChatwootConversation,
  ChatwootInbox,
  ChatwootMessage,
  ContactFields,
  NewChatwootMessage,
} from './shapes.ts'

/** How long an answer may take; one with a file longer. */
const answerMs = 30_000
const answerWithFileMs = 5 * 60_000
const mostReadBytes = 8 * 1024 * 1024
/** Messages of one answer. Source: chatwoot/chatwoot, message_finder.rb. */
const pageOfMessages = 20

export interface ChatwootAccess {
  /** Of the server, without a slash at the end. */
  readonly url: string
  readonly accountId: number
  readonly token: string
}

/** The part of Chatwoot's application API that the bridge uses (https://developers.chatwoot.com/api-reference). Every method throws {@link ChatwootError}. */
export class ChatwootClient {
  readonly #outbound: Outbound
  readonly #access: ChatwootAccess
  readonly #stop: AbortSignal

  /** @param stop gives up what is under way */
  constructor(outbound: Outbound, access: ChatwootAccess, stop: AbortSignal) {
    this.#outbound = outbound
    this.#access = access
    this.#stop = stop
  }

  /** Whether the token is one. */
  async profile(): Promise<void> {
    await this.#ask('GET', '/api/v1/profile')
  }

  async inboxes(): Promise<ChatwootInbox[]> {
    return (await this.#account<{ payload: ChatwootInbox[] }>('GET', '/inboxes')).payload
  }

  inbox(id: number): Promise<ChatwootInbox> {
    return this.#account('GET', `/inboxes/${id}`)
  }

  createInbox(name: string, webhookUrl: string): Promise<ChatwootInbox> {
    return this.#account('POST', '/inboxes', { name, channel: { type: 'api', webhook_url: webhookUrl } })
  }

  setWebhook(inboxId: number, webhookUrl: string): Promise<ChatwootInbox> {
    return this.#account('PATCH', `/inboxes/${inboxId}`, { channel: { webhook_url: webhookUrl } })
  }

  /** Contacts that have a text somewhere in their name, number or identifier. */
  async searchContacts(text: string): Promise<ChatwootContact[]> {
    const path = `/contacts/search?${new URLSearchParams({ q: text })}`
    return (await this.#account<{ payload: ChatwootContact[] }>('GET', path)).payload
  }

  async contact(id: number): Promise<ChatwootContact> {
    return (await this.#account<{ payload: ChatwootContact }>('GET', `/contacts/${id}`)).payload
  }

  async createContact(inboxId: number, fields: ContactFields): Promise<{ id: number; sourceId: string | null }> {
    const made = await this.#account<{
      payload: { contact: ChatwootContact; contact_inbox?: { source_id?: string } }
    }>('POST', '/contacts', { inbox_id: inboxId, ...fields })
    return { id: made.payload.contact.id, sourceId: made.payload.contact_inbox?.source_id ?? null }
  }

  async updateContact(id: number, fields: Partial<ContactFields>): Promise<void> {
    await this.#account('PUT', `/contacts/${id}`, fields)
  }

  /** What belongs to `other` belongs to `base` from then on. */
  async mergeContacts(base: number, other: number): Promise<void> {
    await this.#account('POST', '/actions/contact_merge', { base_contact_id: base, mergee_contact_id: other })
  }

  /** Makes the contact known in an inbox. @returns the id that it has there */
  async joinInbox(contactId: number, inboxId: number): Promise<string> {
    const path = `/contacts/${contactId}/contact_inboxes`
    return (await this.#account<{ source_id: string }>('POST', path, { inbox_id: inboxId })).source_id
  }

  async conversationsOf(contactId: number): Promise<ChatwootConversation[]> {
    const path = `/contacts/${contactId}/conversations`
    return (await this.#account<{ payload: ChatwootConversation[] }>('GET', path)).payload
  }

  conversation(id: number): Promise<ChatwootConversation> {
    return this.#account('GET', `/conversations/${id}`)
  }

  createConversation(fields: {
    readonly inbox_id: number
    readonly contact_id: number
    readonly source_id: string
  }): Promise<ChatwootConversation> {
    return this.#account('POST', '/conversations', { ...fields, status: 'open' })
  }

  /** The newest messages of a conversation that have a source id, some pages of them at most. */
  async findBySource(conversationId: number, sourceId: string, pages: number): Promise<ChatwootMessage | undefined> {
    let before: number | undefined
    for (let page = 0; page < pages; page++) {
      const query = before === undefined ? '' : `?before=${before}`
      const path = `/conversations/${conversationId}/messages${query}`
      const { payload } = await this.#account<{ payload: ChatwootMessage[] }>('GET', path)
      const found = payload.find(({ source_id }) => source_id === sourceId)
      if (found || payload.length < pageOfMessages) return found
      before = Math.min(...payload.map(({ id }) => id))
    }
    return undefined
  }

  async createMessage(conversationId: number, message: NewChatwootMessage): Promise<ChatwootMessage> {
    const path = `/conversations/${conversationId}/messages`
    const { file, ...fields } = message
    if (!file) return this.#account('POST', path, fields)
    const { FormData } = await import('undici')
    const form = new FormData()
    const { content_attributes: about = {}, ...plain } = fields
    for (const [name, value] of Object.entries(plain)) if (value !== undefined) form.append(name, String(value))
    for (const [name, value] of Object.entries(about)) form.append(`content_attributes[${name}]`, String(value))
    form.append('attachments[]', file.blob, file.name)
    return this.#account('POST', path, form)
  }

  async setStatus(conversationId: number, messageId: number, status: string, externalError?: string): Promise<void> {
    const path = `/conversations/${conversationId}/messages/${messageId}`
    await this.#account('PATCH', path, { status, ...(externalError && { external_error: externalError }) })
  }

  async deleteMessage(conversationId: number, messageId: number): Promise<void> {
    await this.#account('DELETE', `/conversations/${conversationId}/messages/${messageId}`)
  }

  #account<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    return this.#ask(method, `/api/v1/accounts/${this.#access.accountId}${path}`, body)
  }

  async #ask<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const { fetch, FormData } = await import('undici')
    const isForm = body instanceof FormData
    const url = `${this.#access.url}${path}`
    try {
      await this.#outbound.check(url)
      const answer = await fetch(url, {
        method,
        dispatcher: await this.#outbound.dispatcher(),
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          'user-agent': 'switchboard',
          api_access_token: this.#access.token,
          ...(body && !isForm && { 'content-type': 'application/json' }),
        },
        ...(body && { body: isForm ? (body as UndiciFormData) : JSON.stringify(body) }),
        signal: AbortSignal.any([this.#stop, AbortSignal.timeout(isForm ? answerWithFileMs : answerMs)]),
      })
      const text = await readText(answer.body)
      if (!answer.ok) {
        throw faultOf(answer.status, text, parseRetryAfter(answer.headers.get('retry-after') ?? undefined, Date.now()))
      }
      return parsed<Answer>(text)
    } catch (error) {
      if (error instanceof ChatwootError) throw error
      const { error: words, sent } = describeFailure(error)
      throw new ChatwootError(`Chatwoot cannot be reached: ${words}`, { fault: 'away', isOver: !sent })
    }
  }
}

async function readText(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > mostReadBytes) throw new ChatwootError('Chatwoot answered too much', { fault: 'invalid', isOver: true })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** An answer that is no JSON does not come from Chatwoot. */
function parsed<Answer>(text: string): Answer {
  if (text === '') return {} as Answer
  try {
    return JSON.parse(text) as Answer
  } catch {
    throw new ChatwootError('What answers there is not Chatwoot', { fault: 'away', isOver: true })
  }
}
