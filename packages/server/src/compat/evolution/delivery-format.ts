import { createHmac } from 'node:crypto'
import type { Account } from '@switchboard/engine'
import type { DeliveryFormat, FormedEvent, FormFacts } from '../../webhooks/delivery-format.ts'
import { ownJid, ownLid } from '../own-address.ts'
import { isRead, messageOf } from '../said-message.ts'
import { toMessage } from './message.ts'

/** What the webhook of an instance needs to know of its registration. */
export interface EvolutionOptions {
  readonly instance: string
  /** Their names of events, as registrations write them: `MESSAGES_UPSERT`. */
  readonly events: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  /** Each event has a path of its own. */
  readonly byEvents: boolean
  /** Files come with the message. */
  readonly base64: boolean
  /** No event of a group comes. */
  readonly groupsIgnore?: true
  /** Address of this API as it was registered by. */
  readonly baseUrl: string
}

interface Known {
  readonly options: EvolutionOptions
  readonly account: Account | undefined
}

type Means = (event: FormedEvent, known: Known) => unknown

const text = (event: FormedEvent, name: string): string => String(event.data[name] ?? '')

const said: Means = (event, { account, options: { baseUrl } }) => {
  const message = messageOf(event)
  if (!message || !(isRead(message) || message.type === 'reaction')) return undefined
  return toMessage(message, { account, baseUrl, instanceId: event.deviceId })
}

const updated =
  (status: string): Means =>
  (event, { account }) => {
    const [chat, sender] = [text(event, 'chat'), text(event, 'sender')]
    const inGroup = chat.endsWith('@g.us')
    // What the account itself has read elsewhere is a message of somebody else.
    if (sender !== '' && (inGroup ? [ownJid(account), ownLid(account)].includes(sender) : sender !== chat))
      return undefined
    const id = text(event, 'message_id')
    const key = { remoteJid: chat, fromMe: true, id, ...(inGroup && { participant: sender }) }
    return { keyId: id, ...key, messageId: id, status, instanceId: event.deviceId, key }
  }

const keyOf = (event: FormedEvent) => {
  const chat = text(event, 'chat')
  const participant = chat.endsWith('@g.us') ? { participant: text(event, 'from') } : {}
  return { remoteJid: chat, fromMe: event.data['is_from_me'] === true, id: text(event, 'message_id'), ...participant }
}

const edited: Means = (event) => ({
  key: keyOf(event),
  editedMessage: { conversation: text(event, 'text') },
  timestampMs: String(Number(event.data['timestamp']) * 1000),
  type: 14,
})

const connection =
  (state: string, statusReason: number): Means =>
  (_event, { options, account }) => ({
    ...{ instance: options.instance, state, statusReason, wuid: ownJid(account) },
    ...{ profileName: account?.pushName ?? null, profilePictureUrl: null },
  })

const qr: Means = (event, { options }) => {
  const [code] = event.data['codes'] as string[]
  return { qrcode: { instance: options.instance, pairingCode: null, code } }
}

/** What each event of ours may be to them, in the order in which that is looked for. */
const meanings: Readonly<Record<string, Readonly<Record<string, Means>>>> = {
  'message.received': { MESSAGES_UPSERT: said },
  'message.sent': { SEND_MESSAGE: said, MESSAGES_UPDATE: updated('SERVER_ACK') },
  'message.failed': { MESSAGES_UPDATE: updated('ERROR') },
  'message.delivered': { MESSAGES_UPDATE: updated('DELIVERY_ACK') },
  'message.read': { MESSAGES_UPDATE: updated('READ') },
  'message.played': { MESSAGES_UPDATE: updated('PLAYED') },
  'message.edited': { MESSAGES_EDITED: edited },
  'message.deleted': { MESSAGES_DELETE: keyOf },
  'connection.connected': { CONNECTION_UPDATE: connection('open', 200) },
  'connection.disconnected': { CONNECTION_UPDATE: connection('connecting', 200) },
  'connection.qr': { QRCODE_UPDATED: qr, CONNECTION_UPDATE: connection('connecting', 200) },
  'connection.logged_out': { CONNECTION_UPDATE: connection('close', 401) },
  'connection.stream_replaced': { CONNECTION_UPDATE: connection('close', 440) },
  'connection.temporary_ban': { CONNECTION_UPDATE: connection('close', 403) },
}

/** Their events that are delivered. */
export const evolutionEvents: ReadonlySet<string> = new Set(
  Object.values(meanings).flatMap((each) => Object.keys(each)),
)

/** Events of ours that some of theirs come from. */
export const ourEventsFor = (names: readonly string[]): string[] =>
  Object.entries(meanings).flatMap(([ours, theirs]) => (names.some((name) => name in theirs) ? [ours] : []))

const meaningOf = (event: FormedEvent, known: Known): { readonly name: string; readonly data: unknown } | undefined => {
  if (event.type === 'test.ping') return { name: 'TEST_PING', data: event.data }
  if (known.options.groupsIgnore && text(event, 'chat').endsWith('@g.us')) return undefined
  for (const [name, means] of Object.entries(meanings[event.type] ?? {})) {
    const data = known.options.events.includes(name) ? means(event, known) : undefined
    if (data !== undefined) return { name, data }
  }
  return undefined
}

/** As `messages.upsert`: their names on the wire. */
const onTheWire = (name: string): string => name.toLowerCase().replaceAll('_', '.')

/** A picture of the code, in the size that theirs has. */
const withPicture = async (data: { qrcode: { code: string } }) => {
  const { default: QRCode } = await import('qrcode')
  const base64 = await QRCode.toDataURL(data.qrcode.code, { margin: 3, scale: 4, errorCorrectionLevel: 'H' })
  return { qrcode: { ...data.qrcode, base64 } }
}

/** The file of a message, where the registration asks for files. */
const withFile = async (data: ReturnType<typeof toMessage>, file: FormFacts<unknown>['file']) => {
  if (data.message['mediaUrl'] === undefined) return data
  const base64 = (await file(data.key.id, data.key.remoteJid))?.toString('base64')
  return base64 === undefined ? data : { ...data, message: { ...data.message, base64 } }
}

const complete = (name: string, data: unknown, { options, file }: FormFacts<EvolutionOptions>): unknown => {
  if (name === 'QRCODE_UPDATED') return withPicture(data as { qrcode: { code: string } })
  const isMessage = name === 'MESSAGES_UPSERT' || name === 'SEND_MESSAGE'
  return isMessage && options.base64 ? withFile(data as ReturnType<typeof toMessage>, file) : data
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** The bearer token that a registration with `jwt_key` gets, for ten minutes. Source: Evolution API v2, webhook.controller.ts (generateJwtToken). */
const jwt = (key: string, now: number): string => {
  const iat = Math.floor(now / 1000)
  const claims = { iat, exp: iat + 600, app: 'evolution', action: 'webhook' }
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

const headersAt = ({ jwt_key: key, ...headers }: Readonly<Record<string, string>>, now: number) =>
  key === undefined ? headers : { ...headers, authorization: `Bearer ${jwt(key, now)}` }

/** The form in which Evolution API posts events. Source: Evolution API v2, src/api/integrations/event/webhook/webhook.controller.ts, read 2026-07. */
export const evolutionFormat: DeliveryFormat<EvolutionOptions> = {
  wants: (event, options, account) => meaningOf(event, { options, account }) !== undefined,
  async form(event, facts) {
    const { options, account, url, now } = facts
    // The account may have been loaded since somebody asked.
    const meaning = meaningOf(event, { options, account }) ?? meaningOf(event, { options, account: undefined })!
    const name = onTheWire(meaning.name)
    return {
      body: {
        ...{ event: name, instance: options.instance, data: await complete(meaning.name, meaning.data, facts) },
        ...{ destination: url, date_time: new Date(event.createdAt).toISOString(), sender: ownJid(account) },
        ...{ server_url: options.baseUrl, apikey: null },
      },
      ...(options.byEvents && { suffix: `/${name.replaceAll('.', '-')}` }),
      headers: () => headersAt(options.headers, now),
    }
  },
}
