import { createHmac } from 'node:crypto'
import type { Account } from '@switchboard/engine'
import { version } from '../../process/version.ts'
import type { DeliveryFormat, FormedEvent } from '../../webhooks/delivery-format.ts'
import { ownJid, ownLid } from '../own-address.ts'
import { isRead, messageOf } from '../said-message.ts'
import { toChatId, toMessageId } from './ids.ts'
import { type Ignored, isIgnored } from './ignored-chats.ts'
import { ackFields, toMe, toWaMessage } from './message.ts'

/** What a webhook of a session needs to know of its registration. */
export interface WahaOptions {
  readonly session: string
  /** Their names of events, of this webhook alone. */
  readonly events: readonly string[]
  readonly metadata: Readonly<Record<string, string>> | undefined
  readonly headers: Readonly<Record<string, string>>
  /** Whether the registration named a key: without one nothing is signed. */
  readonly signed: boolean
  /** Address of this API as it was registered by. */
  readonly baseUrl: string
  /** The registration as it is shown again, without what is hidden. */
  readonly shown: {
    readonly url: string
    readonly [more: string]: unknown
  }
  /** Which of the webhooks of the session this is, or is a part of. */
  readonly place?: number
  /** Chats of which no event comes. */
  readonly ignore?: Ignored
}

/** What an event of ours is to them. */
interface Meaning {
  readonly event: string
  readonly payload: unknown
}

interface Known {
  readonly options: Pick<WahaOptions, 'session' | 'baseUrl'>
  readonly account: Account | undefined
}

type Means = (event: FormedEvent, known: Known) => Meaning | undefined

const text = (event: FormedEvent, name: string): string => String(event.data[name] ?? '')

const said: Means = (event, { account, options }) => {
  const message = messageOf(event)
  if (!message || !isRead(message)) return undefined
  return { event: 'message.any', payload: toWaMessage(message, account, options.baseUrl) }
}

const heard: Means = (event, known) => {
  const meaning = event.data['is_from_me'] === true ? undefined : said(event, known)
  return meaning && { ...meaning, event: 'message' }
}

const acked =
  (name: Parameters<typeof ackFields>[0]): Means =>
  (event, { account }) => {
    const [chat, sender] = [text(event, 'chat'), text(event, 'sender')]
    const inGroup = chat.endsWith('@g.us')
    // What the account itself has read elsewhere is a message of somebody else.
    if (sender !== '' && (inGroup ? [ownJid(account), ownLid(account)].includes(sender) : sender !== chat))
      return undefined
    const participant = inGroup ? toChatId(sender) : null
    const id = toMessageId({ id: text(event, 'message_id'), chat, fromMe: true, author: ownJid(account) })
    const payload = { id, from: toChatId(chat), to: toChatId(chat), participant, fromMe: true, ...ackFields(name) }
    return { event: inGroup && sender !== '' ? 'message.ack.group' : 'message.ack', payload }
  }

const about = (event: FormedEvent, id: string, { account }: Known) => {
  const fromMe = event.data['is_from_me'] === true
  const [chat, author] = [text(event, 'chat'), text(event, 'from')]
  const me = toChatId(ownJid(account) ?? '')
  return {
    id: toMessageId({ id, chat, fromMe, author }),
    timestamp: Number(event.data['timestamp']),
    from: fromMe ? me : toChatId(chat),
    fromMe,
    to: fromMe ? toChatId(chat) : me,
    participant: toChatId(author),
    source: 'app',
  }
}

const reacted: Means = (event, known) => {
  const author = text(event, 'message_from')
  const target = { id: text(event, 'message_id'), chat: text(event, 'chat'), author }
  const fromMe = author !== '' && [ownJid(known.account), ownLid(known.account)].includes(author)
  const reaction = { text: text(event, 'emoji'), messageId: toMessageId({ ...target, fromMe }) }
  return { event: 'message.reaction', payload: { ...about(event, text(event, 'reaction_id'), known), reaction } }
}

const edited: Means = (event, known) => {
  const id = text(event, 'message_id')
  const payload = { ...about(event, id, known), editedMessageId: id, body: text(event, 'text') }
  return { event: 'message.edited', payload }
}

const revoked: Means = (event, known) => {
  const id = text(event, 'message_id')
  return { event: 'message.revoked', payload: { after: about(event, id, known), revokedMessageId: id, before: null } }
}

const voted: Means = (event, known) => {
  const [chat, voter] = [text(event, 'chat'), text(event, 'voter')]
  const fromMe = event.data['is_from_me'] === true
  const me = toChatId(ownJid(known.account) ?? '')
  const vote = {
    id: toMessageId({ id: text(event, 'message_id'), chat, fromMe, author: voter }),
    ...{ to: toChatId(chat), from: toChatId(voter), fromMe },
    ...{ selectedOptions: event.data['selected_options'], timestamp: Number(event.data['timestamp']) },
  }
  // Who asked is not said: in these programs it is the account.
  const poll = { id: toMessageId({ id: text(event, 'poll_id'), chat, fromMe: true, author: me }), to: toChatId(chat) }
  return { event: 'poll.vote', payload: { vote, poll: { ...poll, from: me, fromMe: true } } }
}

const status =
  (name: string): Means =>
  ({ createdAt }, { options }) => ({
    event: 'session.status',
    payload: { name: options.session, status: name, statuses: [{ status: name, timestamp: createdAt }], data: null },
  })

/** What each event of ours may be to them, by their name. */
const meanings: Readonly<Record<string, Readonly<Record<string, Means>>>> = {
  'message.received': { message: heard, 'message.any': said },
  'message.sent': { 'message.ack': acked('server'), 'message.any': said },
  'message.failed': { 'message.ack': acked('error') },
  'message.delivered': { 'message.ack': acked('device'), 'message.ack.group': acked('device') },
  'message.read': { 'message.ack': acked('read'), 'message.ack.group': acked('read') },
  'message.played': { 'message.ack': acked('played'), 'message.ack.group': acked('played') },
  'message.reaction': { 'message.reaction': reacted },
  'message.edited': { 'message.edited': edited },
  'message.deleted': { 'message.revoked': revoked },
  'poll.vote_decrypted': { 'poll.vote': voted },
  'connection.connected': { 'session.status': status('WORKING') },
  'connection.disconnected': { 'session.status': status('STARTING') },
  'connection.qr': { 'session.status': status('SCAN_QR_CODE') },
  'connection.logged_out': { 'session.status': status('FAILED') },
  'connection.stream_replaced': { 'session.status': status('FAILED') },
  'connection.temporary_ban': { 'session.status': status('FAILED') },
}

/** Their events that are delivered. */
export const wahaEvents: ReadonlySet<string> = new Set(Object.values(meanings).flatMap((each) => Object.keys(each)))

/** Events of ours that some of theirs come from. */
export const ourEventsFor = (names: readonly string[]): string[] =>
  Object.entries(meanings).flatMap(([ours, theirs]) => (names.some((name) => name in theirs) ? [ours] : []))

const meaningOf = (event: FormedEvent, options: WahaOptions, account: Account | undefined): Meaning | undefined => {
  if (event.type === 'test.ping') return { event: 'test.ping', payload: event.data }
  if (options.ignore && isIgnored(text(event, 'chat'), options.ignore)) return undefined
  const wanted = Object.entries(meanings[event.type] ?? {}).filter(([name]) => options.events.includes(name))
  for (const [name, means] of wanted) {
    const meaning = means(event, { options, account })
    if (meaning?.event === name) return meaning
  }
  return undefined
}

const environment = { version, engine: 'NOWEB', tier: 'CORE', browser: null }

/** The form in which WAHA posts events. Source: https://waha.devlike.pro/docs/how-to/events (webhooks, headers, HMAC), read 2026-07. */
export const wahaFormat: DeliveryFormat<WahaOptions> = {
  wants: (event, options, account) => meaningOf(event, options, account) !== undefined,
  form(event, { options, account, secret, now }) {
    const { session, metadata, headers, signed } = options
    // The account may have been loaded since somebody asked.
    const { event: name, payload } = meaningOf(event, options, account) ?? meaningOf(event, options, undefined)!
    // One event of ours may be two of theirs, and receivers drop what has an id that they know.
    const id = `${event.id}.${name}`
    const body = {
      ...{ id, timestamp: event.createdAt, event: name, session },
      ...(metadata && { metadata }),
      ...{ me: toMe(account) ?? undefined, payload, engine: environment.engine, environment },
    }
    const hmac = (bytes: Buffer) => createHmac('sha512', secret).update(bytes).digest('hex')
    return {
      body,
      headers: (bytes) => ({
        ...headers,
        'x-webhook-request-id': id,
        'x-webhook-timestamp': String(now),
        ...(signed && { 'x-webhook-hmac': hmac(bytes), 'x-webhook-hmac-algorithm': 'sha512' }),
      }),
    }
  },
}
