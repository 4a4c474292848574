import { z } from 'zod'
import { postWish, toOutgoing } from './message-wish.ts'
import { orRefused } from './phone-refusals.ts'
import { parseBody } from './read-json.ts'
import { phoneOf } from './request-parts.ts'
import { type Route, routeWithBody } from './route.ts'
import { messageView } from './views.ts'

const view = z.strictObject({
  of: z.string().min(1).max(100).describe('JID or phone number of the author'),
  ids: z.array(z.string().min(1).max(128)).min(1).max(100),
})

const reaction = z.strictObject({
  of: z.string().min(1).max(100).describe('JID or phone number of the author'),
  id: z.string().min(1).max(128),
  emoji: z.string().max(32).describe('Empty takes it back'),
})

export const statusRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/phones/{id}/status',
    summary:
      'Lists the status posts that the phone shows, oldest first: those of the last 24 hours, without muted people’s',
    query: { of: 'JID or phone number of one author; everybody when absent' },
    run: async (request) => {
      const of = request.query.get('of') ?? undefined
      const phone = phoneOf(request)
      const entries = await orRefused(() => phone.status.list(of))
      return entries.map((entry) => ({ ...messageView(entry), viewers: phone.status.viewers(entry.id) }))
    },
  },
  {
    method: 'POST',
    path: '/phones/{id}/status',
    body: postWish,
    summary: 'Posts a text, image or video to those whom the privacy setting lets see it',
    answer: '`{message_id, status, error?}`',
    maxJsonBytes: 140 * 1024 * 1024,
    run: async (request) => {
      const what = await toOutgoing(parseBody(postWish, request.body))
      const entry = await orRefused(() => phoneOf(request).status.post(what))
      return { message_id: entry.id, status: entry.status, error: entry.error }
    },
  },
  {
    method: 'DELETE',
    path: '/phones/{id}/status/{mid}',
    summary: 'Takes an own post back for everybody',
    run: async (request) => {
      await orRefused(() => phoneOf(request).status.revoke(request.params['mid'] ?? ''))
      return { revoked: request.params['mid'] }
    },
  },
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/status/reactions',
    summary: 'Reacts to a post',
    body: reaction,
    answer: '`{message_id, status}`',
    run: async (request) => {
      const { of, id, emoji } = request.body
      const entry = await orRefused(() => phoneOf(request).status.react(of, id, emoji))
      return { message_id: entry.id, status: entry.status }
    },
  }),
  {
    method: 'GET',
    path: '/phones/{id}/status-audience',
    summary: 'Lists whom a post would reach now',
    answer: 'phone-number JIDs',
    run: async (request) => {
      const people = await phoneOf(request).status.audience()
      return people.map(({ phone }) => `${phone}@s.whatsapp.net`)
    },
  },
  routeWithBody({
    method: 'POST',
    path: '/phones/{id}/status/views',
    summary: 'Tells the author that posts were seen',
    body: view,
    answer: '`{viewed}`',
    run: async (request) => {
      const { of, ids } = request.body
      await orRefused(() => phoneOf(request).status.view(of, ids))
      return { viewed: ids }
    },
  }),
]
