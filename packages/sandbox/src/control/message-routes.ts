import { z } from 'zod'
import type { ChatEntry } from '../phone/chat-log.ts'
import type { Phone } from '../phone/phone.ts'
import { ControlError } from './control-error.ts'
import { messageWish, toOutgoing } from './message-wish.ts'
import { orRefused } from './phone-refusals.ts'
import { person, phoneOf } from './request-parts.ts'
import { type ControlRequest, type Route, routeWithBody } from './route.ts'
import { messageView } from './views.ts'

/** Room for the largest file in base64. */
const maxJsonBytes = 140 * 1024 * 1024
const expire = z.strictObject({ status: z.union([z.literal(403), z.literal(404), z.literal(410)]).default(410) })

/** What phones say and see. */
export const messageRoutes: readonly Route[] = [
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/messages',
    summary: 'Sends a message of any kind to a person or a group',
    body: messageWish,
    maxJsonBytes,
    answer: '`{message_id, status, error?}`; `status` is `sent`, `failed`, or `waiting` while the phone is off',
    run: async (request) => {
      const { to, ...wish } = request.body
      person(request, to)
      const what = await toOutgoing(wish)
      const entry = await orRefused(() => phoneOf(request).send(to, what))
      return { message_id: entry.id, status: entry.status, error: entry.error }
    },
  }),
  {
    method: 'GET',
    path: '/phones/{id}/messages',
    summary: 'Lists what the phone has sent and decrypted, oldest first',
    query: { chat: 'JID or phone number; every chat when absent' },
    answer: 'messages with kind, text, details of the kind, receipts, reactions, votes, star, labels',
    run: (request) => {
      const chat = request.query.get('chat') ?? undefined
      if (chat !== undefined) person(request, chat)
      const phone = phoneOf(request)
      return phone.messages(chat).map((entry) => withMarks(phone, entry))
    },
  },
  {
    method: 'GET',
    path: '/phones/{id}/messages/{mid}',
    summary: 'Shows one message as the phone has it',
    run: (request) => withMarks(phoneOf(request), entryOf(request)),
  },
  {
    method: 'GET',
    path: '/phones/{id}/messages/{mid}/media',
    summary: 'Downloads the file of a message, decrypted and checked',
    answer: 'the bytes, with the MIME type that the message says',
    run: sendFile,
  },
  {
    method: 'DELETE',
    path: '/phones/{id}/messages/{mid}/media',
    summary: 'Removes the file from this phone: it can no longer store it again for its companions',
    answer: '`{deleted}`',
    run: (request) => {
      phoneOf(request).media.delete(carrying(request).id)
      return { deleted: true }
    },
  },
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/messages/{mid}/media/expire',
    summary: 'Ends every link to the file of a message: who has not downloaded it must ask the phone for it',
    body: expire,
    answer: '`{links}`, how many ended',
    run: (request) => ({ links: phoneOf(request).media.expire(carrying(request).id, request.body.status) }),
  }),
]

/** A message, with what the person's devices share about it. */
function withMarks({ appState }: Phone, entry: ChatEntry): Record<string, unknown> {
  const { starred, labels } = appState.message(entry.chatLid, entry.id)
  return { ...messageView(entry), starred, labels }
}

function sendFile(request: ControlRequest): void {
  const { id, media } = carrying(request)
  const phone = phoneOf(request)
  if (media !== 'here') throw new ControlError(404, 'media_not_found', `the file of message ${id} is ${media}`)
  const bytes = phone.media.bytes(id)
  const { response } = request
  // What a sender calls it is not to be believed: a browser shows none of it.
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('content-disposition', 'attachment')
  const type = safeType(phone.media.mimetype(id))
  response.writeHead(200, { 'content-type': type, 'content-length': bytes.length })
  response.end(bytes)
}

function entryOf(request: ControlRequest): ChatEntry {
  const id = request.params['mid'] ?? ''
  const entry = phoneOf(request)
    .messages()
    .find((one) => one.id === id)
  if (!entry) throw new ControlError(404, 'message_not_found', `this phone has no message ${id}`)
  return entry
}

function safeType(mimetype: string): string {
  return /^[\w.+-]+\/[\w.+-]+(; ?[\w.+-]+=[\w.+-]+)*$/.test(mimetype) ? mimetype : 'application/octet-stream'
}

function carrying(request: ControlRequest): ChatEntry {
  const entry = entryOf(request)
  if (!entry.media) throw new ControlError(404, 'media_not_found', `message ${entry.id} carries no file`)
  return entry
}
