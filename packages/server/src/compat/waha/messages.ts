import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { Asker, CallInput, CompatCall, NamedDevice } from '../define-call.ts'
import { given } from '../given.ts'
import { readMessage } from '../said-message.ts'
import { fromMessageId } from './ids.ts'
import { toWaMessage } from './message.ts'

// Source: https://waha.devlike.pro/docs/how-to/send-messages and WAHA, src/structures/chatting.dto.ts, read 2026-07.

const defaultSession = 'default'

const chat = {
  session: z.string().max(100).default(defaultSession),
  chatId: z.string().max(200),
  reply_to: z.string().max(200).nullish(),
  mentions: z.array(z.string().max(200)).max(1024).nullish(),
}

const file = z.object({
  mimetype: z.string().nullish(),
  filename: z.string().nullish(),
  url: z.string().nullish(),
  data: z.string().nullish(),
})

const mentionsOf = (mentions: readonly string[] | null | undefined) => (mentions?.includes('all') ? 'all' : mentions)

/** A message that was just sent, in every form in which programs look for its id. */
const sentAnswer = (asker: Asker, device: NamedDevice, data: unknown, text: string | undefined) => {
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

type Fields = (body: CallInput['body']) => Record<string, unknown>

/** One way of sending: which operation of ours, and its fields. */
const sends = (path: string, operation: string, body: z.ZodType, fields: Fields, upload?: true): CompatCall => ({
  method: 'POST',
  path,
  asks: [operation],
  status: 201,
  body,
  ...(upload && { upload }),
  async run(asker, { body: said }) {
    const device = await asker.device(said.session)
    const { data } = await asker.perform(device, operation, {
      params: { chat_jid: said.chatId },
      body: given({
        ...fields(said),
        reply_to_message_id: said.reply_to ? fromMessageId(said.reply_to).id : undefined,
        mentions: mentionsOf(said.mentions),
      }),
      idempotencyKey: asker.header('idempotency-key'),
    })
    return sentAnswer(asker, device, data, said.text ?? said.caption ?? undefined)
  },
})

const sendsFile = (path: string, operation: string, fields: Fields = () => ({})): CompatCall => {
  const body = z.object({ ...chat, file, caption: z.string().nullish(), asNote: z.boolean().nullish() })
  const from = ({ file: { url, data } }: z.output<typeof body>) => (data ? { base64: data } : { url })
  return sends(path, operation, body, (said) => ({ ...from(said), ...fields(said) }), true)
}

const SendText = z.object({ ...chat, text: z.string(), linkPreview: z.boolean().nullish() })

const text = (path: string) =>
  sends(path, 'messaging.sendText', SendText, ({ text: words, linkPreview }) => ({
    ...{ text: words, link_preview: linkPreview },
  }))

/** The chat of a message: its id in their form says it. */
const chatOf = async (asker: Asker, device: NamedDevice, messageId: string) => {
  const { id, chat: named } = fromMessageId(messageId)
  if (named !== undefined) return { id, chat: named }
  const { data } = await asker.perform(device, 'messaging.get', { params: { message_id: id } })
  return { id, chat: (data as { chat_jid: string }).chat_jid }
}

const typing = (path: string, presence: string): CompatCall => ({
  method: 'POST',
  path,
  asks: ['presence.showInChat'],
  status: 201,
  body: z.object({ session: chat.session, chatId: chat.chatId }),
  async run(asker, { body }) {
    const device = await asker.device(body.session)
    const said = { params: { chat_jid: body.chatId }, body: { presence_type: presence } }
    await asker.perform(device, 'presence.showInChat', said)
    return { result: true }
  },
})

const listed = async (asker: Asker, session: string, chatId: string, query: CallInput['query']) => {
  const device = await asker.device(session)
  const limit = Math.min(100, Math.max(1, Number(query['limit'] ?? 10) || 10))
  if (Number(query['offset'] ?? 0) > 0) throw new AppError('unsupported', 'offset is not supported')
  const said = { params: { chat_jid: chatId }, query: { limit } }
  const { data } = await asker.perform(device, 'messaging.list', said)
  const account = asker.services.sessions.account(device.id)
  const { messages } = data as { messages: Record<string, unknown>[] }
  return messages.map((message) => toWaMessage(readMessage(message), account, asker.baseUrl))
}

export const messageCalls: readonly CompatCall[] = [
  text('/api/sendText'),
  text('/api/reply'),
  sendsFile('/api/sendImage', 'messaging.sendImage', ({ caption }) => ({ caption })),
  sendsFile('/api/sendFile', 'messaging.sendDocument', ({ caption, file: { filename } }) => ({ caption, filename })),
  sendsFile('/api/sendVoice', 'messaging.sendAudio', () => ({ voice_note: true })),
  sendsFile('/api/sendVideo', 'messaging.sendVideo', ({ caption, asNote }) => ({
    ...(asNote ? { ptv: true } : { caption }),
  })),
  {
    method: 'PUT',
    path: '/api/reaction',
    asks: ['messageActions.react', 'messaging.get'],
    body: z.object({ session: chat.session, messageId: z.string().max(200), reaction: z.string() }),
    async run(asker, { body }) {
      const device = await asker.device(body.session)
      const { id, chat: chat_jid } = await chatOf(asker, device, body.messageId)
      const said = { params: { message_id: id }, body: { chat_jid, emoji: body.reaction } }
      const { data } = await asker.perform(device, 'messageActions.react', said)
      return sentAnswer(asker, device, data, undefined)
    },
  },
  {
    method: 'POST',
    path: '/api/sendSeen',
    asks: ['messaging.markRead', 'messageActions.markRead'],
    status: 201,
    body: z.object({
      ...{ session: chat.session, chatId: chat.chatId, messageId: z.string().max(200).nullish() },
      ...{ messageIds: z.array(z.string().max(200)).max(100).nullish(), participant: z.string().max(200).nullish() },
    }),
    async run(asker, { body }) {
      const device = await asker.device(body.session)
      const ids: string[] = body.messageIds ?? (body.messageId ? [body.messageId] : [])
      if (ids.length === 0) {
        const said = { params: { chat_jid: body.chatId }, body: { read: true } }
        await asker.perform(device, 'messaging.markRead', said)
      }
      for (const text of ids) {
        const { id } = fromMessageId(text)
        const named = given({ chat_jid: body.chatId, sender_jid: body.participant })
        await asker.perform(device, 'messageActions.markRead', { params: { message_id: id }, body: named })
      }
      return { success: true }
    },
  },
  typing('/api/startTyping', 'composing'),
  typing('/api/stopTyping', 'paused'),
  {
    method: 'GET',
    path: '/api/contacts/check-exists',
    asks: ['device.checkRegistered'],
    async run(asker, { query }) {
      const device = await asker.device(query['session'] ?? defaultSession)
      const { data } = await asker.perform(device, 'device.checkRegistered', {
        params: { phone: query['phone'] ?? '' },
      })
      const { is_registered, jid } = data as { is_registered: boolean; jid: string }
      return { numberExists: is_registered, ...(is_registered && { chatId: jid.replace(/@.*/, '@c.us') }) }
    },
  },
  {
    method: 'GET',
    path: '/api/{session}/chats/{chat}/messages',
    asks: ['messaging.list'],
    run: (asker, { params, query }) => listed(asker, params['session']!, params['chat']!, query),
  },
  {
    method: 'GET',
    path: '/api/messages',
    asks: ['messaging.list'],
    run: (asker, { query }) => listed(asker, query['session'] ?? defaultSession, query['chatId'] ?? '', query),
  },
]
