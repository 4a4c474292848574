import { z } from 'zod'
import type { Asker, CallInput, CompatCall, FieldNames, NamedDevice } from '../define-call.ts'
import { given } from '../given.ts'
import { answering } from '../in-field.ts'
import { readMessage } from '../said-message.ts'
import { fromMessageId } from './ids.ts'
import { toWaMessage } from './message.ts'

// Source: https://waha.devlike.pro/docs/how-to/send-messages and WAHA, src/structures/chatting.dto.ts, read 2026-07.

/** The session of a call that names none. */
export const defaultSession = 'default'

/** Fields of everything that is sent to a chat. */
export const chat = {
  session: z.string().max(100).default(defaultSession),
  chatId: z.string().max(200),
  reply_to: z.string().max(200).nullish(),
  mentions: z.array(z.string().max(200)).max(1024).nullish(),
}

const file = z
  .object({
    mimetype: z.string().nullish(),
    filename: z.string().nullish(),
    url: z.string().nullish(),
    data: z.string().nullish(),
  })
  .refine(({ url, data }) => url || data, 'needs url or data')

const mentionsOf = (mentions: readonly string[] | null | undefined) => (mentions?.includes('all') ? 'all' : mentions)

/** A message that was just sent, in every form in which programs look for its id. */
export const sentAnswer = (asker: Asker, device: NamedDevice, data: unknown, text: string | undefined) => {
  const sent = data as { message_id: string; chat_jid: string; timestamp: number; type?: string }
  const message = readMessage({ ...sent, text }, true)
  const answer = toWaMessage(message, asker.services.sessions.account(device.id), asker.baseUrl)
  const remote = answer.to
  return {
    ...answer,
    key: { remoteJid: sent.chat_jid, fromMe: true, id: sent.message_id },
    _data: { ...answer._data, id: { fromMe: true, remote, id: sent.message_id, _serialized: answer.id } },
  }
}

/** Of what is sent to a chat. */
export const chatNames = { 'path.chat_jid': 'chatId', 'body.reply_to_message_id': 'reply_to' }

interface Sending {
  readonly path: string
  readonly operation: string
  readonly body: z.ZodType
  /** The fields of the operation. */
  fields(body: CallInput['body']): Record<string, unknown>
  /** What the caller calls those that are not called the same. */
  readonly names?: FieldNames
  readonly upload?: true
}

/** One way of sending. */
const sends = ({ path, operation, body, fields, names, upload }: Sending): CompatCall => ({
  method: 'POST',
  path,
  asks: [operation],
  status: 201,
  body,
  names: { ...chatNames, ...names },
  ...(upload && { upload }),
  async run(asker, { body: said }) {
    const device = await asker.device(said.session)
    const sending = asker.perform(device, operation, {
      params: { chat_jid: said.chatId },
      body: given({
        ...fields(said),
        reply_to_message_id: said.reply_to ? fromMessageId(said.reply_to, 'reply_to').id : undefined,
        mentions: mentionsOf(said.mentions),
      }),
      idempotencyKey: asker.header('idempotency-key'),
    })
    const { data } = await answering('reply_to', sending)
    return sentAnswer(asker, device, data, said.text ?? said.caption ?? undefined)
  },
})

const sendsFile = (path: string, operation: string, fields: Sending['fields'] = () => ({})): CompatCall => {
  const body = z.object({ ...chat, file, caption: z.string().nullish(), asNote: z.boolean().nullish() })
  const from = ({ file: { url, data } }: z.output<typeof body>) => (data ? { base64: data } : { url })
  return sends({
    ...{ path, operation, body, upload: true },
    fields: (said) => ({ ...from(said), ...fields(said) }),
    names: { 'body.base64': 'file.data', 'body.url': 'file.url', 'body.filename': 'file.filename' },
  })
}

const text = (path: string) =>
  sends({
    ...{ path, operation: 'messaging.sendText' },
    body: z.object({ ...chat, text: z.string(), linkPreview: z.boolean().nullish() }),
    fields: ({ text: words, linkPreview }) => ({ text: words, link_preview: linkPreview }),
    names: { 'body.link_preview': 'linkPreview' },
  })

const Contact = z.object({
  fullName: z.string().nullish(),
  phoneNumber: z.string().nullish(),
  whatsappId: z.string().nullish(),
  organization: z.string().nullish(),
  vcard: z.string().nullish(),
})

const cardOf = ({ vcard, fullName, whatsappId, phoneNumber, organization }: z.output<typeof Contact>) =>
  vcard ? { vcard } : given({ name: fullName, phone: whatsappId || phoneNumber, organization })

/** Calls that send something to a chat. */
export const sendCalls: readonly CompatCall[] = [
  text('/api/sendText'),
  text('/api/reply'),
  sendsFile('/api/sendImage', 'messaging.sendImage', ({ caption }) => ({ caption })),
  sendsFile('/api/sendFile', 'messaging.sendDocument', ({ caption, file: { filename } }) => ({ caption, filename })),
  sendsFile('/api/sendVoice', 'messaging.sendAudio', () => ({ voice_note: true })),
  sendsFile('/api/sendVideo', 'messaging.sendVideo', ({ caption, asNote }) => ({
    ...(asNote ? { ptv: true } : { caption }),
  })),
  sends({
    ...{ path: '/api/sendLocation', operation: 'messaging.sendLocation' },
    body: z.object({ ...chat, latitude: z.number(), longitude: z.number(), title: z.string().nullish() }),
    fields: ({ latitude, longitude, title }) => ({ latitude, longitude, name: title }),
    names: { 'body.name': 'title' },
  }),
  sends({
    ...{ path: '/api/sendPoll', operation: 'polls.create' },
    body: z.object({
      ...chat,
      poll: z.object({ name: z.string(), options: z.array(z.string()), multipleAnswers: z.boolean().nullish() }),
    }),
    fields: ({ poll: { name, options, multipleAnswers } }) => ({
      ...{ question: name, options, multi_answer: multipleAnswers },
    }),
    names: {
      'body.question': 'poll.name',
      'body.options': 'poll.options',
      'body.multi_answer': 'poll.multipleAnswers',
    },
  }),
  sends({
    ...{ path: '/api/sendContactVcard', operation: 'messaging.sendContacts' },
    body: z.object({ ...chat, contacts: z.array(Contact).min(1).max(100) }),
    fields: ({ contacts }) => ({ contacts: contacts.map(cardOf) }),
    names: { 'body.contacts.*.name': 'contacts.*.fullName', 'body.contacts.*.phone': 'contacts.*.phoneNumber' },
  }),
]
