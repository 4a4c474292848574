import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import { readWhole } from '../../media/read-whole.ts'
import type { Asker, CallInput, CompatCall, NamedDevice } from '../define-call.ts'
import { given } from '../given.ts'
import { readMessage } from '../said-message.ts'
import { toChat } from './ids.ts'
import { toMessage } from './message.ts'

// Source: Evolution API v2, src/api/routes/sendMessage.router.ts, src/api/dto/sendMessage.dto.ts, src/api/dto/chat.dto.ts, read 2026-07. Version 1 has the
// content in an object of its own, and the rest in `options`.

const Key = z.object({
  id: z.string().max(200),
  remoteJid: z.string().max(200).nullish(),
  fromMe: z.boolean().nullish(),
})

const Quoted = z.object({ key: z.object({ id: z.string().max(200) }) })

const common = {
  number: z.union([z.string().max(200), z.number()]).transform(String),
  quoted: Quoted.nullish(),
  linkPreview: z.boolean().nullish(),
  mentionsEveryOne: z.boolean().nullish(),
  everyOne: z.boolean().nullish(),
  mentioned: z.array(z.string().max(200)).max(1024).nullish(),
}

type Loose = Record<string, unknown>

/** Version 1 brought to the form of version 2. */
const flat = (content: string) =>
  z.looseObject({}).transform((body): Loose => {
    const options = (body['options'] ?? {}) as Loose
    const { everyOne, mentioned } = (options['mentions'] ?? {}) as Loose
    const inner = typeof body[content] === 'object' && body[content] !== null ? (body[content] as Loose) : {}
    const mentions = given({ mentionsEveryOne: everyOne, mentioned })
    return {
      ...given({ quoted: options['quoted'], linkPreview: options['linkPreview'] }),
      ...mentions,
      ...inner,
      ...body,
    }
  })

const body = <Shape extends z.ZodRawShape>(content: string, shape: Shape) =>
  flat(content).pipe(z.object({ ...common, ...shape }))

const sentAnswer = (asker: Asker, device: NamedDevice, data: unknown, said: Record<string, unknown>) => {
  const message = readMessage({ ...(data as Loose), ...said }, true)
  const account = asker.services.sessions.account(device.id)
  const answer = toMessage(message, { account, baseUrl: asker.baseUrl, instanceId: device.id })
  const isSent = ['sent', 'delivered', 'read', 'played'].includes((data as { status: string }).status)
  return { ...answer, status: isSent ? 'SERVER_ACK' : 'PENDING' }
}

interface Sending {
  readonly operation: string
  readonly fields: Record<string, unknown>
  /** What the answer shows of it. */
  readonly shown?: Record<string, unknown>
}

const mentionsOf = ({ mentionsEveryOne, everyOne, mentioned }: CallInput['body']) =>
  mentionsEveryOne || everyOne ? 'all' : mentioned

const sends = (
  name: string,
  asks: CompatCall['asks'],
  schema: z.ZodType,
  plan: (said: CallInput['body']) => Sending,
  upload?: true,
): CompatCall => ({
  method: 'POST',
  path: `/message/${name}/{instance}`,
  asks,
  status: 201,
  body: schema,
  ...(upload && { upload }),
  async run(asker, { params, body: said }) {
    const device = await asker.device(params['instance']!)
    const { operation, fields, shown = {} } = plan(said)
    const { data } = await asker.perform(device, operation, {
      params: { chat_jid: toChat(said.number) },
      body: given({ ...fields, reply_to_message_id: said.quoted?.key.id, mentions: mentionsOf(said) }),
      idempotencyKey: asker.header('idempotency-key'),
    })
    return sentAnswer(asker, device, data, shown)
  },
})

/** A file by its address, or in base64. */
const fileIn = (media: string) => (/^https?:\/\//i.test(media) ? { url: media } : { base64: media })

const kinds = {
  image: 'messaging.sendImage',
  video: 'messaging.sendVideo',
  document: 'messaging.sendDocument',
  audio: 'messaging.sendAudio',
} as const

const SendMedia = body('mediaMessage', {
  mediatype: z.enum(['image', 'video', 'document', 'audio']),
  media: z.string(),
  caption: z.string().nullish(),
  fileName: z.string().nullish(),
})

const mediaSending = ({ mediatype, media, caption, fileName }: z.output<typeof SendMedia>): Sending => ({
  operation: kinds[mediatype],
  fields: {
    ...fileIn(media),
    ...(mediatype !== 'audio' && { caption }),
    ...(mediatype === 'document' && { filename: fileName }),
  },
  shown: given({ text: caption }),
})

const presences: Readonly<Record<string, string>> = { composing: 'composing', recording: 'recording', paused: 'paused' }

/** Bytes of a file that an answer may hold. */
const mostBytes = 32 * 1024 * 1024

export const messageCalls: readonly CompatCall[] = [
  sends('sendText', ['messaging.sendText'], body('textMessage', { text: z.string() }), ({ text, linkPreview }) => ({
    operation: 'messaging.sendText',
    fields: { text, link_preview: linkPreview },
    shown: { text },
  })),
  sends(
    'sendMedia',
    ['messaging.sendImage', 'messaging.sendVideo', 'messaging.sendDocument', 'messaging.sendAudio'],
    SendMedia,
    mediaSending,
    true,
  ),
  sends(
    'sendWhatsAppAudio',
    ['messaging.sendAudio'],
    body('audioMessage', { audio: z.string() }),
    ({ audio }) => ({ operation: 'messaging.sendAudio', fields: { ...fileIn(audio), voice_note: true } }),
    true,
  ),
  {
    method: 'POST',
    path: '/message/sendReaction/{instance}',
    asks: ['messageActions.react', 'messaging.get'],
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
        const { data } = await asker.perform(device, 'device.checkRegistered', { params: { phone: number } })
        const { is_registered: exists, jid, lid } = data as { is_registered: boolean; jid: string; lid?: string }
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
    status: 201,
    body: flat('options').pipe(z.object({ number: common.number, presence: z.string() })),
    async run(asker, { params, body: { number, presence } }) {
      const device = await asker.device(params['instance']!)
      const kind = presences[presence]
      if (!kind) throw new AppError('unsupported', 'presence: takes composing, recording or paused')
      const said = { params: { chat_jid: toChat(number) }, body: { presence_type: kind } }
      await asker.perform(device, 'presence.showInChat', said)
      return { presence }
    },
  },
  {
    method: 'POST',
    path: '/chat/getBase64FromMediaMessage/{instance}',
    asks: ['media.download', 'messaging.get'],
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
