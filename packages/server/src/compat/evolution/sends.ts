import { z } from 'zod'
import type { Asker, CallInput, CompatCall, NamedDevice } from '../define-call.ts'
import { given } from '../given.ts'
import { readMessage } from '../said-message.ts'
import { toChat } from './ids.ts'
import { toMessage } from './message.ts'

// Source: Evolution API v2, src/api/routes/sendMessage.router.ts, src/api/dto/sendMessage.dto.ts, src/api/dto/chat.dto.ts, read 2026-07. Version 1 has the
// content in an object of its own, and the rest in `options`.

/** Names a message. */
export const Key = z.object({
  id: z.string().max(200),
  remoteJid: z.string().max(200).nullish(),
  fromMe: z.boolean().nullish(),
})

const Quoted = z.object({ key: z.object({ id: z.string().max(200) }) })

/** Fields of everything that is sent. */
export const common = {
  number: z.union([z.string().max(200), z.number()]).transform(String),
  quoted: Quoted.nullish(),
  linkPreview: z.boolean().nullish(),
  mentionsEveryOne: z.boolean().nullish(),
  everyOne: z.boolean().nullish(),
  mentioned: z.array(z.string().max(200)).max(1024).nullish(),
}

export type Loose = Record<string, unknown>

/** Version 1 brought to the form of version 2. */
export const flat = (content: string) =>
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

/** A message that was just sent, in the form of their answers. */
export const sentAnswer = (asker: Asker, device: NamedDevice, data: unknown, said: Record<string, unknown>) => {
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

const SendContact = body('contactMessage', {
  contact: z
    .array(
      z.object({
        fullName: z.string(),
        phoneNumber: z.string(),
        wuid: z.string().nullish(),
        organization: z.string().nullish(),
        email: z.string().nullish(),
        url: z.string().nullish(),
      }),
    )
    .min(1)
    .max(100),
})

const cardOf = (contact: z.output<typeof SendContact>['contact'][number]) => {
  const { fullName: name, phoneNumber, wuid, organization, email, url } = contact
  return given({ name, phone: wuid ?? phoneNumber, organization, email, url })
}

/** Calls that send something to a chat. */
export const sendCalls: readonly CompatCall[] = [
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
  sends(
    'sendSticker',
    ['messaging.sendSticker'],
    body('stickerMessage', { sticker: z.string() }),
    ({ sticker }) => ({ operation: 'messaging.sendSticker', fields: fileIn(sticker) }),
    true,
  ),
  sends(
    'sendLocation',
    ['messaging.sendLocation'],
    body('locationMessage', {
      ...{ latitude: z.number(), longitude: z.number(), name: z.string().nullish(), address: z.string().nullish() },
    }),
    ({ latitude, longitude, name, address }) => ({
      operation: 'messaging.sendLocation',
      fields: { latitude, longitude, name, address },
      shown: { location: { latitude, longitude, name, address } },
    }),
  ),
  sends(
    'sendPoll',
    ['polls.create'],
    body('pollMessage', { name: z.string(), values: z.array(z.string()), selectableCount: z.int().nullish() }),
    ({ name, values, selectableCount }) => ({
      operation: 'polls.create',
      fields: {
        question: name,
        options: values,
        ...(selectableCount ? { selectable_options: selectableCount } : { multi_answer: true }),
      },
      shown: { poll: { question: name, options: values, selectable: selectableCount ?? 0 } },
    }),
  ),
  sends('sendContact', ['messaging.sendContacts'], SendContact, ({ contact }) => ({
    operation: 'messaging.sendContacts',
    fields: { contacts: contact.map(cardOf) },
  })),
]
