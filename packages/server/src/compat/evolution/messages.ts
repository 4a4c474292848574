import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { readWhole } from '../../media/read-whole.ts'
import type { Asker, CompatCall, FieldNames, NamedDevice } from '../define-call.ts'
import { readMessage } from '../said-message.ts'
import { toChat } from './ids.ts'
import { toMessage } from './message.ts'
import { common, flat, Key, type Loose, sentAnswer } from './sends.ts'

/** What the fields of a key are called here. */
const ofKey = (at: string): FieldNames => ({
  ...{ 'path.message_id': `${at}id`, 'body.chat_jid': `${at}remoteJid`, 'body.sender_jid': `${at}participant` },
})

const inChat = ['composing', 'recording', 'paused'] as const
const ofAll = ['available', 'unavailable'] as const
const isOfAll = (presence: string): boolean => (ofAll as readonly string[]).includes(presence)

interface Found {
  readonly is_registered: boolean
  readonly jid: string
  readonly lid?: string
}

/** Among many, what is no number is one that nobody has. */
const registered = async (asker: Asker, device: NamedDevice, phone: string): Promise<Found> => {
  try {
    return (await asker.perform(device, 'device.checkRegistered', { params: { phone } })).data as Found
  } catch (error) {
    if (error instanceof AppError && error.code === 'invalid_phone') return { is_registered: false, jid: '' }
    throw error
  }
}

/** Bytes of a file that an answer may hold. */
const mostBytes = 32 * 1024 * 1024

/** Calls about messages that are there, and about people. */
export const messageCalls: readonly CompatCall[] = [
  {
    method: 'POST',
    path: '/chat/updateMessage/{instance}',
    asks: ['messageActions.edit'],
    names: ofKey('key.'),
    body: z.object({ number: common.number.nullish(), key: Key, text: z.string() }),
    async run(asker, { params, body: { number, key, text } }) {
      const device = await asker.device(params['instance']!)
      const said = { params: { message_id: key.id }, body: { chat_jid: key.remoteJid ?? toChat(number ?? ''), text } }
      const { data } = await asker.perform(device, 'messageActions.edit', said)
      return sentAnswer(asker, device, data, { text })
    },
  },
  {
    method: 'DELETE',
    path: '/chat/deleteMessageForEveryone/{instance}',
    asks: ['messageActions.delete'],
    names: ofKey(''),
    status: 201,
    body: Key,
    async run(asker, { params, body: { id, remoteJid } }) {
      const device = await asker.device(params['instance']!)
      const said = { params: { message_id: id }, body: { chat_jid: remoteJid ?? '' } }
      const { data } = await asker.perform(device, 'messageActions.delete', said)
      return {
        ...sentAnswer(asker, device, data, {}),
        message: { protocolMessage: { key: { id, remoteJid }, type: 'REVOKE' } },
      }
    },
  },
  {
    method: 'POST',
    path: '/message/sendReaction/{instance}',
    asks: ['messageActions.react'],
    mayAsk: ['messaging.get'],
    names: { ...ofKey('key.'), 'body.emoji': 'reaction' },
    status: 201,
    body: flat('reactionMessage').pipe(z.object({ key: Key, reaction: z.string() })),
    async run(asker, { params, body: { key, reaction } }) {
      const device = await asker.device(params['instance']!)
      const known = key.remoteJid
        ? { chat_jid: key.remoteJid }
        : ((await asker.perform(device, 'messaging.get', { params: { message_id: key.id } })).data as {
            chat_jid: string
          })
      const { data } = await asker.perform(device, 'messageActions.react', {
        params: { message_id: key.id },
        body: { chat_jid: known.chat_jid, emoji: reaction },
      })
      return sentAnswer(asker, device, data, { type: 'reaction', target_message_id: key.id, emoji: reaction })
    },
  },
  {
    method: 'POST',
    path: '/chat/whatsappNumbers/{instance}',
    asks: ['device.checkRegistered'],
    body: z.object({ numbers: z.array(z.string().max(200)).min(1).max(50) }),
    async run(asker, { params, body: { numbers } }) {
      const device = await asker.device(params['instance']!)
      const found: unknown[] = []
      for (const number of numbers) {
        const { is_registered: exists, jid, lid } = await registered(asker, device, number)
        found.push({
          exists,
          jid: jid || `${number.replaceAll(/\D/g, '')}@s.whatsapp.net`,
          number,
          ...(lid && { lid }),
        })
      }
      return found
    },
  },
  {
    method: 'POST',
    path: '/chat/markMessageAsRead/{instance}',
    asks: ['messageActions.markRead'],
    names: ofKey('readMessages.'),
    status: 201,
    body: z.object({ readMessages: z.array(Key).max(100).nullish(), read_messages: z.array(Key).max(100).nullish() }),
    async run(asker, { params, body: { readMessages, read_messages } }) {
      const device = await asker.device(params['instance']!)
      for (const { id, remoteJid } of (readMessages ?? read_messages ?? []) as z.output<typeof Key>[]) {
        const said = { params: { message_id: id }, body: { chat_jid: remoteJid ?? '' } }
        await asker.perform(device, 'messageActions.markRead', said)
      }
      return { message: 'Read messages', read: 'success' }
    },
  },
  {
    method: 'POST',
    path: '/chat/sendPresence/{instance}',
    asks: ['presence.showInChat'],
    mayAsk: ['presence.setStatus'],
    status: 201,
    names: { 'path.chat_jid': 'number' },
    body: flat('options').pipe(z.object({ number: common.number, presence: z.enum([...inChat, ...ofAll]) })),
    async run(asker, { params, body: { number, presence } }) {
      const device = await asker.device(params['instance']!)
      const said = { params: { chat_jid: toChat(number) }, body: { presence_type: presence } }
      // Whether somebody is online is shown to everybody.
      if (isOfAll(presence)) await asker.perform(device, 'presence.setStatus', { body: { status: presence } })
      else await asker.perform(device, 'presence.showInChat', said)
      return { presence }
    },
  },
  {
    method: 'POST',
    path: '/chat/getBase64FromMediaMessage/{instance}',
    asks: ['media.download', 'messaging.get'],
    names: ofKey('message.key.'),
    status: 201,
    body: z.object({ message: z.object({ key: z.object({ id: z.string().max(200) }) }) }),
    async run(asker, { params, body: said }) {
      const device = await asker.device(params['instance']!)
      const message_id = said.message.key.id
      const { data } = await asker.perform(device, 'messaging.get', { params: { message_id } })
      const { file } = await asker.perform(device, 'media.download', { params: { message_id } })
      const bytes = await readWhole(file!, mostBytes)
      const { media, text } = readMessage(data as Loose)
      const { messageType } = toMessage(readMessage(data as Loose), { account: undefined, baseUrl: '', instanceId: '' })
      return {
        ...{ mediaType: messageType, fileName: media?.file_name ?? file!.fileName ?? message_id, caption: text ?? '' },
        size: { fileLength: String(bytes.length), height: media?.height, width: media?.width },
        ...{ mimetype: file!.mimetype, base64: bytes.toString('base64'), buffer: null },
      }
    },
  },
]
