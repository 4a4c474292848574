import {
  type Contact,
  contactView,
  conversationView,
  inboxView,
  messageView,
  notFound,
  Refusal,
} from './chatwoot-data.ts'
import type { ChatwootWorld, NewMessage } from './chatwoot-world.ts'

type Fields = Record<string, unknown>

export interface ApiRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly contentType: string
  readonly body: Buffer
  /** Address of the server. */
  readonly base: string
}

const json = ({ body }: ApiRequest): Fields => (body.length === 0 ? {} : JSON.parse(body.toString()))

/** Fields of a form: Rails makes an object of `content_attributes[in_reply_to]`, and a list of `attachments[]`. */
const form = async ({ body, contentType }: ApiRequest): Promise<NewMessage> => {
  const read = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData()
  const fields: Fields = {}
  const content_attributes: Fields = {}
  const attachments = []
  for (const [name, value] of read) {
    const inner = /^content_attributes\[(\w+)\]$/.exec(name)?.[1]
    if (typeof value !== 'string') {
      const bytes = Buffer.from(await value.arrayBuffer())
      if (name !== 'attachments[]') throw new Refusal(422, { error: `no file is taken as ${name}` })
      attachments.push({ name: value.name, type: value.type, bytes })
    } else if (inner) content_attributes[inner] = value
    else fields[name] = value === 'true' ? true : value === 'false' ? false : value
  }
  return { ...fields, content_attributes, attachments } as NewMessage
}

const inboxesOf = ({ contactInboxes }: ChatwootWorld, contact: Contact) =>
  contactInboxes
    .filter((each) => each.contact === contact)
    .map(({ inbox, source_id }) => ({ source_id, inbox: inboxView(inbox) }))

type Answer = (params: readonly number[], request: ApiRequest) => object | Promise<object>

/** The part of the application API that a bridge uses, as Chatwoot documents it, below `/api/v1/accounts/{account}`. */
export const chatwootRoutes = (world: ChatwootWorld): readonly [method: string, path: RegExp, Answer][] => {
  const whole = (contact: Contact) => ({ ...contactView(contact), contact_inboxes: inboxesOf(world, contact) })
  const messageOf = (account: number, conversation: number, id: number) =>
    world.message(world.conversation(account, conversation), id)
  return [
    ['GET', /^\/inboxes$/, ([a]) => ({ payload: world.inboxes.filter(({ account }) => account === a).map(inboxView) })],
    [
      'POST',
      /^\/inboxes$/,
      ([a], request) => {
        const { name, channel } = json(request) as { name: string; channel: Fields }
        return inboxView(world.createInbox(a!, name, channel))
      },
    ],
    ['GET', /^\/inboxes\/(\d+)$/, ([a, id]) => inboxView(world.inbox(a!, id!))],
    [
      'PATCH',
      /^\/inboxes\/(\d+)$/,
      ([a, id], request) => {
        const inbox = world.inbox(a!, id!)
        const { channel = {} } = json(request) as { channel?: { webhook_url?: string } }
        if (channel.webhook_url !== undefined) inbox.webhook_url = channel.webhook_url
        return inboxView(inbox)
      },
    ],
    [
      'GET',
      /^\/contacts\/search$/,
      ([a], { query }) => {
        const found = world.search(a!, query.get('q')?.trim() ?? '')
        return { meta: { count: found.length, current_page: 1 }, payload: found.slice(0, 15).map(whole) }
      },
    ],
    [
      'POST',
      /^\/contacts$/,
      ([a], request) => {
        const { inbox_id, ...fields } = json(request)
        const contact = world.createContact(a!, fields)
        const made = inbox_id ? world.contactInbox(contact, world.inbox(a!, Number(inbox_id))) : undefined
        return { payload: { contact: whole(contact), contact_inbox: made && { source_id: made.source_id } } }
      },
    ],
    ['GET', /^\/contacts\/(\d+)$/, ([a, id]) => ({ payload: whole(world.contact(a!, id!)) })],
    [
      'PUT',
      /^\/contacts\/(\d+)$/,
      ([a, id], request) => {
        const contact = world.contact(a!, id!)
        world.updateContact(contact, json(request))
        return { payload: whole(contact) }
      },
    ],
    [
      'GET',
      /^\/contacts\/(\d+)\/conversations$/,
      ([a, id]) => {
        const contact = world.contact(a!, id!)
        const theirs = world.conversations.filter((each) => each.contactInbox.contact === contact)
        return { payload: theirs.toReversed().map(conversationView) }
      },
    ],
    [
      'POST',
      /^\/contacts\/(\d+)\/contact_inboxes$/,
      ([a, id], request) => {
        const inbox = world.inbox(a!, Number(json(request)['inbox_id']))
        const { source_id } = world.contactInbox(world.contact(a!, id!), inbox)
        return { source_id, inbox: inboxView(inbox) }
      },
    ],
    [
      'POST',
      /^\/actions\/contact_merge$/,
      ([a], request) => {
        const { base_contact_id, mergee_contact_id } = json(request)
        const base = world.contact(a!, Number(base_contact_id))
        world.merge(base, world.contact(a!, Number(mergee_contact_id)))
        return whole(base)
      },
    ],
    [
      'POST',
      /^\/conversations$/,
      ([a], request) => {
        const { inbox_id, contact_id, source_id } = json(request)
        const [inbox, contact] = [world.inbox(a!, Number(inbox_id)), world.contact(a!, Number(contact_id))]
        const made = world.contactInbox(contact, inbox, source_id as string | undefined)
        return conversationView(world.createConversation(made))
      },
    ],
    ['GET', /^\/conversations\/(\d+)$/, ([a, id]) => conversationView(world.conversation(a!, id!))],
    [
      'GET',
      /^\/conversations\/(\d+)\/messages$/,
      ([a, id], { query, base }) => {
        // Source: message_finder.rb: twenty, the newest of those before an id.
        const before = Number(query.get('before') ?? Number.POSITIVE_INFINITY)
        const { messages } = world.conversation(a!, id!)
        const found = messages.filter((message) => message.id < before).slice(-20)
        return { meta: {}, payload: found.map((message) => messageView(base, message)) }
      },
    ],
    [
      'POST',
      /^\/conversations\/(\d+)\/messages$/,
      async ([a, id], request) => {
        const conversation = world.conversation(a!, id!)
        const isForm = request.contentType.startsWith('multipart/')
        const wish = isForm ? await form(request) : (json(request) as NewMessage)
        const { contact } = conversation.contactInbox
        const sender = wish.message_type === 'incoming' ? { ...contactView(contact) } : undefined
        return messageView(request.base, world.createMessage(conversation, { ...wish, ...(sender && { sender }) }))
      },
    ],
    [
      'PATCH',
      /^\/conversations\/(\d+)\/messages\/(\d+)$/,
      ([a, conversation, id], request) => {
        const message = messageOf(a!, conversation!, id!)
        const { status, external_error } = json(request) as { status: string; external_error?: string }
        world.setMessageStatus(message, status, external_error)
        return messageView(request.base, message)
      },
    ],
    [
      'DELETE',
      /^\/conversations\/(\d+)\/messages\/(\d+)$/,
      ([a, conversation, id], { base }) => {
        const message = messageOf(a!, conversation!, id!)
        world.deleteMessage(message)
        return messageView(base, message)
      },
    ],
  ]
}

/** What the server answers to somebody who may ask. @throws Refusal */
export async function answerApi(world: ChatwootWorld, request: ApiRequest): Promise<object> {
  const [, account, rest] = /^\/api\/v1\/accounts\/(\d+)(\/.*)$/.exec(request.path) ?? []
  if (!account || !world.accounts.has(Number(account))) throw notFound()
  for (const [method, path, answer] of chatwootRoutes(world)) {
    const match = method === request.method && path.exec(rest!)
    if (match) return answer([Number(account), ...match.slice(1).map(Number)], request)
  }
  throw notFound()
}
