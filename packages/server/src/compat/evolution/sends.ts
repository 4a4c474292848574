import { z } from 'zod'
import type { Asker, CallInput, CompatCall, FieldNames, NamedDevice } from '../define-call.ts'
import { given } from '../given.ts'
import { answering } from '../in-field.ts'
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

/** What their fields are called here, where that differs. */
const ofAny = { 'path.chat_jid': 'number', 'body.reply_to_message_id': 'quoted.key.id', 'body.mentions': 'mentioned' }

/** The same of a file that comes in one field. */
const ofFile = (field: string): FieldNames => ({ 'body.base64': field, 'body.url': field, 'body.filename': 'fileName' })

interface SendCall {
  readonly name: string
  readonly asks: CompatCall['asks']
  readonly body: z.ZodType
  plan(said: CallInput['body']): Sending
  readonly names?: FieldNames
  readonly upload?: true
}

const sends = ({ name, asks, body: schema, plan, names, upload }: SendCall): CompatCall => ({
  method: 'POST',
  path: `/message/${name}/{instance}`,
  asks,
  status: 201,
  body: schema,
  names: { ...ofAny, ...names },
  ...(upload && { upload }),
  async run(asker, { params, body: said }) {
    const device = await asker.device(params['instance']!)
    const { operation, fields, shown = {} } = plan(said)
    const sending = asker.perform(device, operation, {
      params: { chat_jid: toChat(said.number) },
      body: given({ ...fields, reply_to_message_id: said.quoted?.key.id || undefined, mentions: mentionsOf(said) }),
      idempotencyKey: asker.header('idempotency-key'),
    })
    const { data } = await answering('quoted.key.id', sending)
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
  return given({ name, phone: wuid || phoneNumber, organization, email, url })
}

/** Calls that send something to a chat. */
export const sendCalls: readonly CompatCall[] = [
  sends({
    ...{ name: 'sendText', asks: ['messaging.sendText'], body: body('textMessage', { text: z.string() }) },
    plan: ({ text, linkPreview }) => ({
      ...{ operation: 'messaging.sendText', fields: { text, link_preview: linkPreview }, shown: { text } },
    }),
    names: { 'body.link_preview': 'linkPreview' },
  }),
  sends({
    ...{ name: 'sendMedia', asks: Object.values(kinds) as [string, ...string[]], body: SendMedia, plan: mediaSending },
    ...{ names: ofFile('media'), upload: true },
  }),
  sends({
    ...{ name: 'sendWhatsAppAudio', asks: ['messaging.sendAudio'], body: body('audioMessage', { audio: z.string() }) },
    plan: ({ audio }) => ({ operation: 'messaging.sendAudio', fields: { ...fileIn(audio), voice_note: true } }),
    ...{ names: ofFile('audio'), upload: true },
  }),
  sends({
    ...{ name: 'sendSticker', asks: ['messaging.sendSticker'], body: body('stickerMessage', { sticker: z.string() }) },
    plan: ({ sticker }) => ({ operation: 'messaging.sendSticker', fields: fileIn(sticker) }),
    ...{ names: ofFile('sticker'), upload: true },
  }),
  sends({
    ...{ name: 'sendLocation', asks: ['messaging.sendLocation'] },
    body: body('locationMessage', {
      ...{ latitude: z.number(), longitude: z.number(), name: z.string().nullish(), address: z.string().nullish() },
    }),
    plan: ({ latitude, longitude, name, address }) => ({
      operation: 'messaging.sendLocation',
      fields: { latitude, longitude, name, address },
      shown: { location: { latitude, longitude, name, address } },
    }),
  }),
  sends({
    ...{ name: 'sendPoll', asks: ['polls.create'] },
    body: body('pollMessage', { name: z.string(), values: z.array(z.string()), selectableCount: z.int().nullish() }),
    plan: ({ name, values, selectableCount }) => ({
      operation: 'polls.create',
      fields: {
        question: name,
        options: values,
        ...(selectableCount ? { selectable_options: selectableCount } : { multi_answer: true }),
      },
      shown: { poll: { question: name, options: values, selectable: selectableCount ?? 0 } },
    }),
    names: { 'body.question': 'name', 'body.options': 'values', 'body.selectable_options': 'selectableCount' },
  }),
  sends({
    ...{ name: 'sendContact', asks: ['messaging.sendContacts'], body: SendContact },
    plan: ({ contact }) => ({ operation: 'messaging.sendContacts', fields: { contacts: contact.map(cardOf) } }),
    names: {
      'body.contacts': 'contact',
      'body.contacts.*.name': 'contact.*.fullName',
      'body.contacts.*.phone': 'contact.*.phoneNumber',
    },
  }),
]
