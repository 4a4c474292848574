import { isSilent } from '@switchboard/engine'
import type { FormedEvent } from '../webhooks/delivery-format.ts'

/** A message as an event or a list tells it, as far as other products show it. */
export interface SaidMessage {
  readonly id: string
  readonly chat: string
  readonly fromMe: boolean
  /** Who wrote it; undefined: the account itself. */
  readonly author: string | undefined
  /** Unix seconds. */
  readonly at: number
  readonly type: string
  readonly text: string | undefined
  readonly pushName: string | undefined
  /** It was sent through the API. */
  readonly byApi: boolean
  readonly quoted: { readonly id: string; readonly author: string | undefined } | undefined
  readonly mentions: readonly string[] | undefined
  readonly media: SaidMedia | undefined
  readonly location: { latitude: number; longitude: number; name?: string; address?: string; url?: string } | undefined
  readonly contacts: readonly { readonly name?: string; readonly vcard?: string }[]
  readonly poll:
    | { readonly question: string; readonly options: readonly string[]; readonly selectable: number }
    | undefined
  readonly reaction: { readonly target: string; readonly emoji: string } | undefined
}

export interface SaidMedia {
  readonly mimetype?: string
  readonly size?: number
  readonly file_name?: string
  readonly seconds?: number
  readonly width?: number
  readonly height?: number
  readonly ptt?: boolean
  readonly ptv?: boolean
  readonly sha256?: string
  readonly url?: string
}

const instantSeconds = (value: unknown): number =>
  typeof value === 'number' ? value : Math.floor(Date.parse(String(value)) / 1000)

/** Reads the `data` of `message.received` or `message.sent`, or an entry of a list of messages. */
export const readMessage = (data: Readonly<Record<string, unknown>>, ofOurs = false): SaidMessage => {
  const text = (name: string) => (typeof data[name] === 'string' ? (data[name] as string) : undefined)
  const quotedId = text('quoted_message_id')
  const target = text('target_message_id')
  return {
    id: text('message_id') ?? '',
    chat: text('chat') ?? text('chat_jid') ?? '',
    fromMe: ofOurs || data['is_from_me'] === true,
    author: text('from'),
    at: instantSeconds(data['timestamp']),
    type: text('type') ?? 'unknown',
    text: text('text'),
    pushName: text('push_name'),
    byApi: ofOurs || data['source'] === 'sent',
    quoted: quotedId === undefined ? undefined : { id: quotedId, author: text('quoted_sender') },
    mentions: data['mentions'] as SaidMessage['mentions'],
    media: data['media'] as SaidMedia | undefined,
    location: data['location'] as SaidMessage['location'],
    contacts: (data['contacts'] as SaidMessage['contacts'] | undefined) ?? [],
    poll: data['poll'] as SaidMessage['poll'],
    reaction: target === undefined ? undefined : { target, emoji: text('emoji') ?? '' },
  }
}

/** The message that an event is about, where people read it. */
export const messageOf = (event: FormedEvent): SaidMessage | undefined => {
  const isSent = event.type === 'message.sent'
  if (!isSent && event.type !== 'message.received') return undefined
  return readMessage(event.data, isSent)
}

/** People read it, and its kind is known. */
export const isRead = ({ type }: SaidMessage): boolean => type !== 'unknown' && !isSilent(type)
