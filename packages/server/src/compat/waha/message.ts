import type { Account } from '@switchboard/engine'
import { absoluteUrl, ownJid } from '../own-address.ts'
import type { SaidMessage } from '../said-message.ts'
import { toChatId, toMessageId } from './ids.ts'

/** Numbers and names of how far a message is. Source: https://waha.devlike.pro/docs/how-to/events (message.ack). */
export const acks = {
  error: [-1, 'ERROR'],
  pending: [0, 'PENDING'],
  server: [1, 'SERVER'],
  device: [2, 'DEVICE'],
  read: [3, 'READ'],
  played: [4, 'PLAYED'],
} as const

export const ackFields = (name: keyof typeof acks) => ({ ack: acks[name][0], ackName: acks[name][1] })

const mediaOf = ({ media }: SaidMessage, baseUrl: string) =>
  media?.url === undefined
    ? null
    : {
        url: absoluteUrl(media.url, baseUrl),
        mimetype: media.mimetype ?? null,
        filename: media.file_name ?? null,
        s3: null,
        error: null,
      }

const replyOf = ({ quoted }: SaidMessage) =>
  quoted && { id: quoted.id, participant: quoted.author && toChatId(quoted.author), body: null }

/** A message in the form of WAMessage. Source: WAHA, src/structures/responses.dto.ts, and the page on events. */
export const toWaMessage = (message: SaidMessage, account: Account | undefined, baseUrl: string) => {
  const me = toChatId(ownJid(account) ?? '')
  const chat = toChatId(message.chat)
  const inGroup = message.chat.endsWith('@g.us')
  const author = toChatId(message.author ?? me)
  const media = mediaOf(message, baseUrl)
  const location = message.location
  return {
    id: toMessageId({ ...message, author }),
    timestamp: message.at,
    from: message.fromMe ? me : chat,
    fromMe: message.fromMe,
    source: message.byApi ? 'api' : 'app',
    to: message.fromMe ? chat : me,
    participant: inGroup ? author : null,
    author: inGroup ? author : null,
    body: message.text ?? '',
    hasMedia: message.media !== undefined,
    media,
    mediaUrl: media?.url ?? null,
    ...ackFields(message.fromMe ? 'server' : 'device'),
    location: location && {
      description: location.name ?? location.address ?? null,
      latitude: String(location.latitude),
      longitude: String(location.longitude),
    },
    vCards: message.contacts.flatMap(({ vcard }) => vcard ?? []),
    replyTo: replyOf(message) ?? null,
    _data: { notifyName: message.pushName ?? null, pushName: message.pushName ?? null, type: message.type },
  }
}

/** The account of a session. */
export const toMe = (account: Account | undefined) => {
  const jid = ownJid(account)
  return jid === undefined ? null : { id: toChatId(jid), pushName: account?.pushName ?? '' }
}
