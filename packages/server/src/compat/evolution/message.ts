import type { Account } from '@switchboard/engine'
import { absoluteUrl, ownJid } from '../own-address.ts'
import type { SaidMessage } from '../said-message.ts'
import type { MessageKey } from './ids.ts'

// Source of the form: Evolution API v2, src/api/integrations/channel/whatsapp/whatsapp.baileys.service.ts (prepareMessage) and Baileys' message fields,
// read 2026-07.

type Content = Readonly<Record<string, unknown>>

const fileOf = ({ media, text }: SaidMessage) => ({
  ...(media?.url !== undefined && { url: media.url }),
  ...(media?.mimetype !== undefined && { mimetype: media.mimetype }),
  ...(media?.size !== undefined && { fileLength: String(media.size) }),
  ...(media?.sha256 !== undefined && { fileSha256: Buffer.from(media.sha256, 'hex').toString('base64') }),
  ...(media?.width !== undefined && { width: media.width }),
  ...(media?.height !== undefined && { height: media.height }),
  ...(media?.seconds !== undefined && { seconds: media.seconds }),
  ...(text !== undefined && { caption: text }),
})

const cardOf = ({ name, vcard }: SaidMessage['contacts'][number]) => ({ displayName: name ?? '', vcard: vcard ?? '' })

/** How each type of ours is called there, and what it holds. */
const contents: Readonly<Record<string, (message: SaidMessage) => readonly [type: string, content: unknown]>> = {
  image: (message) => ['imageMessage', fileOf(message)],
  video: (message) => [message.media?.ptv ? 'ptvMessage' : 'videoMessage', fileOf(message)],
  audio: (message) => ['audioMessage', { ...fileOf(message), ptt: message.media?.ptt ?? false }],
  document: (message) => {
    const fileName = message.media?.file_name ?? ''
    return ['documentMessage', { ...fileOf(message), fileName, title: fileName }]
  },
  sticker: (message) => ['stickerMessage', fileOf(message)],
  location: ({ location }) => {
    const { latitude, longitude, name, address } = location ?? { latitude: 0, longitude: 0 }
    return ['locationMessage', { degreesLatitude: latitude, degreesLongitude: longitude, name, address }]
  },
  contact: ({ contacts }) => ['contactMessage', cardOf(contacts[0] ?? {})],
  contacts: ({ contacts }) => ['contactsArrayMessage', { contacts: contacts.map(cardOf) }],
  poll: ({ poll }) => [
    'pollCreationMessageV3',
    {
      name: poll?.question ?? '',
      options: (poll?.options ?? []).map((optionName) => ({ optionName })),
      selectableOptionsCount: poll?.selectable ?? 0,
    },
  ],
  reaction: ({ chat, reaction }) => [
    'reactionMessage',
    { key: { remoteJid: chat, id: reaction?.target }, text: reaction?.emoji ?? '' },
  ],
}

const contentOf = (message: SaidMessage): readonly [type: string, content: unknown] =>
  contents[message.type]?.(message) ?? ['conversation', message.text ?? '']

const contextOf = ({ quoted, mentions }: SaidMessage): Content | null => {
  if (!quoted && !mentions) return null
  return {
    ...(quoted && { stanzaId: quoted.id, participant: quoted.author }),
    ...(mentions && { mentionedJid: mentions }),
  }
}

export const keyOf = ({ chat, fromMe, id, author }: SaidMessage): MessageKey => ({
  ...{ remoteJid: chat, fromMe, id },
  ...(chat.endsWith('@g.us') && author !== undefined && { participant: author }),
})

/** A message in the form of their events and answers. */
export const toMessage = (
  message: SaidMessage,
  { account, baseUrl, instanceId }: { account: Account | undefined; baseUrl: string; instanceId: string },
) => {
  const media = message.media && { ...message.media }
  const url = absoluteUrl(media?.url, baseUrl)
  const withUrl = media ? { ...message, media: { ...media, ...(url !== undefined && { url }) } } : message
  const [messageType, content] = contentOf(withUrl)
  return {
    key: keyOf({ ...message, author: message.author ?? ownJid(account) }),
    pushName: message.pushName ?? (message.fromMe ? (account?.pushName ?? '') : ''),
    status: message.fromMe ? 'SERVER_ACK' : 'DELIVERY_ACK',
    message: { [messageType]: content, ...(url !== undefined && { mediaUrl: url }) } as Record<string, unknown>,
    contextInfo: contextOf(message),
    messageType,
    messageTimestamp: message.at,
    instanceId,
    source: 'unknown',
  }
}
