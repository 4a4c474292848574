import { z } from 'zod'
import { AppError } from '../../errors/app-error.ts'
import type { Asker, CallInput, CompatCall, NamedDevice } from '../define-call.ts'
import { given } from '../given.ts'
import { readMessage } from '../said-message.ts'
import { fromMessageId } from './ids.ts'
import { toWaMessage } from './message.ts'
import { chat, chatNames, defaultSession, sentAnswer } from './sends.ts'

const ofMessage = { 'path.message_id': 'messageId', 'body.chat_jid': 'chatId' }

/** The chat of a message: its id in their form says it. */
const chatOf = async (asker: Asker, device: NamedDevice, messageId: string) => {
  const { id, chat: named } = fromMessageId(messageId, 'messageId')
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
  names: chatNames,
  async run(asker, { body }) {
    const device = await asker.device(body.session)
    const said = { params: { chat_jid: body.chatId }, body: { presence_type: presence } }
    await asker.perform(device, 'presence.showInChat', said)
    return { result: true }
  },
})

/** The most messages of one list. */
const mostListed = 500

/** How many are wanted. What cannot be followed is refused: a list of others would be taken for the right one. @throws AppError */
const limitIn = (query: CallInput['query']): number => {
  const unfollowed = Object.keys(query).filter((name) => name.startsWith('filter.') && query[name])
  if (Number(query['offset'] || 0) !== 0) unfollowed.push('offset')
  if (query['sortOrder'] && query['sortOrder'] !== 'desc') unfollowed.push('sortOrder')
  if (query['sortBy'] && !/^(messageTimestamp|timestamp)$/.test(query['sortBy'])) unfollowed.push('sortBy')
  if (unfollowed.length > 0) throw new AppError('unsupported', `${unfollowed.join(', ')}: is not supported here`)
  const limit = Number(query['limit'] || 10)
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostListed) return limit
  throw new AppError('invalid_request', `limit: takes 1 to ${mostListed}`)
}

const listed = async (asker: Asker, session: string, chatId: string, query: CallInput['query']) => {
  const limit = limitIn(query)
  const device = await asker.device(session)
  const account = asker.services.sessions.account(device.id)
  const found: Record<string, unknown>[] = []
  // A page ends early when it is large.
  for (let cursor: string | undefined; ; ) {
    const said = { params: { chat_jid: chatId }, query: { limit: limit - found.length, cursor } }
    const { data } = await asker.perform(device, 'messaging.list', said)
    const { messages, next_cursor } = data as { messages: Record<string, unknown>[]; next_cursor?: string }
    found.push(...messages)
    cursor = next_cursor
    if (found.length >= limit || cursor === undefined) break
  }
  return found.map((message) => toWaMessage(readMessage(message), account, asker.baseUrl))
}

/** Calls about messages that are there, and about people. */
export const messageCalls: readonly CompatCall[] = [
  {
    method: 'PUT',
    path: '/api/reaction',
    asks: ['messageActions.react'],
    mayAsk: ['messaging.get'],
    names: { ...ofMessage, 'body.chat_jid': 'messageId', 'body.emoji': 'reaction' },
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
    names: { ...chatNames, ...ofMessage, 'body.sender_jid': 'participant' },
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
        const { id } = fromMessageId(text, body.messageIds ? 'messageIds' : 'messageId')
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
    names: { 'path.phone': 'phone' },
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
    method: 'PUT',
    path: '/api/{session}/chats/{chat}/messages/{message}',
    asks: ['messageActions.edit'],
    names: ofMessage,
    body: z.object({ text: z.string() }),
    async run(asker, { params, body: { text } }) {
      const device = await asker.device(params['session']!)
      const said = {
        params: { message_id: fromMessageId(params['message']!, 'messageId').id },
        body: { chat_jid: params['chat'], text },
      }
      return sentAnswer(asker, device, (await asker.perform(device, 'messageActions.edit', said)).data, text)
    },
  },
  {
    method: 'DELETE',
    path: '/api/{session}/chats/{chat}/messages/{message}',
    asks: ['messageActions.delete'],
    names: ofMessage,
    async run(asker, { params }) {
      const device = await asker.device(params['session']!)
      const { id: message_id } = fromMessageId(params['message']!, 'messageId')
      const said = { params: { message_id }, body: { chat_jid: params['chat'] } }
      await asker.perform(device, 'messageActions.delete', said)
      return { success: true }
    },
  },
  {
    method: 'GET',
    path: '/api/{session}/chats/{chat}/messages',
    asks: ['messaging.list'],
    names: chatNames,
    run: (asker, { params, query }) => listed(asker, params['session']!, params['chat']!, query),
  },
  {
    method: 'GET',
    path: '/api/messages',
    asks: ['messaging.list'],
    names: chatNames,
    run: (asker, { query }) => listed(asker, query['session'] ?? defaultSession, query['chatId'] ?? '', query),
  },
]
