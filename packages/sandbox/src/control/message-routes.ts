import { z } from 'zod'
import type { ChatEntry } from '../phone/chat-log.ts'
import { ControlError } from './control-error.ts'
import { messageWish, toOutgoing } from './message-wish.ts'
import { orBadRequest, person, phoneOf } from './phone-routes.ts'
import { parseBody } from './read-json.ts'
import type { ControlRequest, Route } from './route.ts'
import { messageView } from './views.ts'

/** Room for the largest file in base64. */
const maxBodyBytes = 140 * 1024 * 1024
const expire = z.strictObject({ status: z.union([z.literal(403), z.literal(404), z.literal(410)]).default(410) })

export const messageRoutes: readonly Route[] = [
  {
    method: 'POST',
    path: '/phones/{id}/messages',
    maxBodyBytes,
    run: async (request) => {
      const { to, ...wish } = parseBody(messageWish, request.body)
      person(request, to)
      const what = await toOutgoing(wish)
      const entry = await orBadRequest(phoneOf(request).send(to, what))
      return { message_id: entry.id, status: entry.status, error: entry.error }
    },
  },
  {
    method: 'GET',
    path: '/phones/{id}/messages',
    run: (request) => {
      const chat = request.query.get('chat') ?? undefined
      if (chat !== undefined) person(request, chat)
      return phoneOf(request).messages(chat).map(messageView)
    },
  },
  {
    method: 'GET',
    path: '/phones/{id}/messages/{mid}',
    run: (request) => messageView(entryOf(request)),
  },
  {
    method: 'GET',
    path: '/phones/{id}/messages/{mid}/media',
    run: (request) => {
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
    },
  },
  {
    method: 'DELETE',
    path: '/phones/{id}/messages/{mid}/media',
    run: (request) => {
      const { id } = carrying(request)
      phoneOf(request).media.delete(id)
      return { deleted: true }
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/messages/{mid}/media/expire',
    run: (request) => {
      const { status } = parseBody(expire, request.body)
      return { links: phoneOf(request).media.expire(carrying(request).id, status) }
    },
  },
]

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
