import { z } from 'zod'
import type { PhoneChannel } from '../phone/channels/phone-channel.ts'
import { channelAct as act } from './channel-act.ts'
import { channelMessageView, channelView, worldChannelView } from './channel-views.ts'
import { ControlError } from './control-error.ts'
import { postWish, toOutgoing } from './message-wish.ts'
import { orRefused } from './phone-refusals.ts'
import { parseBody } from './read-json.ts'
import { phoneOf, present } from './request-parts.ts'
import type { ControlRequest, Route } from './route.ts'

const picture = z.base64().transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
const newChannel = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(4096).optional(),
  picture: picture.optional().describe('JPEG, base64'),
})
const update = z.strictObject({
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(4096).optional(),
  picture: z.union([picture, z.null()]).optional().describe('JPEG, base64; null takes it away'),
  reactions: z.enum(['ALL', 'BASIC', 'NONE']).optional(),
})
const follow = z.strictObject({ channel: z.string().min(1).max(200).describe('JID, invite code or link') })
const serverId = z.int().min(1)
const edit = z.strictObject({ server_id: serverId, text: z.string().max(65_536) })
const revoke = z.strictObject({ server_id: serverId })
const comment = edit
const reaction = z.strictObject({ server_id: serverId, emoji: z.string().max(32).describe('Empty takes it back') })
const vote = z.strictObject({ server_id: serverId, options: z.array(z.string().min(1).max(1000)).max(12) })
const views = z.strictObject({ server_ids: z.array(serverId).min(1).max(100) })
const mute = z.strictObject({ on: z.boolean().default(true) })

export const channelRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/channels',
    summary: 'Lists every channel of the world, with what no phone sees alone: who follows it, in which role',
    run: ({ sandbox: { world } }) => world.newsletters.list().map((one) => worldChannelView(world, one)),
  },
  {
    method: 'GET',
    path: '/phones/{id}/channels',
    summary: 'Lists the channels that this person follows or runs',
    run: (request) => orRefused(async () => (await phoneOf(request).channels.list()).map(channelView)),
  },
  {
    method: 'POST',
    path: '/phones/{id}/channels',
    summary: 'Opens a channel, accepting the terms for it',
    body: newChannel,
    run: (request) =>
      orRefused(async () => {
        const wish = parseBody(newChannel, request.body)
        return channelView(await (await phoneOf(request).channels.create(present(wish))).info())
      }),
  },
  {
    method: 'POST',
    path: '/phones/{id}/channels/follow',
    summary: 'Follows a channel by its JID, invite code or link',
    body: follow,
    run: (request) =>
      orRefused(async () => {
        const { channel } = parseBody(follow, request.body)
        return channelView(await (await phoneOf(request).channels.follow(channel)).info())
      }),
  },
  {
    method: 'GET',
    path: '/phones/{id}/channel-invites/{code}',
    summary: 'Shows the channel that an invite code leads to, without following it',
    run: (request) =>
      orRefused(async () => channelView(await phoneOf(request).channels.find(request.params['code'] ?? ''))),
  },
  {
    method: 'POST',
    path: '/phones/{id}/channel-terms',
    summary: 'Accepts the terms of service for opening channels',
    body: z.strictObject({}),
    answer: '`{}`',
    run: (request) => orRefused(async () => (await phoneOf(request).channels.acceptTerms()) ?? {}),
  },
  act('GET', '', 'Shows a channel', async (channel) => channelView(await channel.info())),
  act('DELETE', '', 'Ends a channel', async (channel) => {
    await channel.delete()
    return { deleted: channel.jid }
  }),
  act(
    'POST',
    '/update',
    'Changes name, description, picture or allowed reactions',
    async (channel, { body }) => {
      await channel.update(present(parseBody(update, body)))
      return channelView(await channel.info())
    },
    update,
  ),
  act('POST', '/unfollow', 'Leaves a channel', async (channel) => {
    await channel.unfollow()
    return { unfollowed: channel.jid }
  }),
  act(
    'POST',
    '/mute',
    'Mutes a channel, or not',
    async (channel, { body }) => {
      await channel.mute(parseBody(mute, body).on)
      return channelView(await channel.info())
    },
    mute,
  ),
  {
    ...act('POST', '/messages', 'Posts a message of any kind that a channel can carry', async (channel, { body }) => {
      const wish = await toOutgoing(parseBody(postWish, body))
      const { id, serverId: server_id, status } = await channel.post(wish)
      return { message_id: id, server_id, status }
    }),
    body: postWish,
    answer: '`{message_id, server_id, status}`',
    maxJsonBytes: 140 * 1024 * 1024,
  },
  act('GET', '/messages', 'Lists what the channel holds, oldest first', async (channel, { query }) =>
    (await channel.messages(pageOf(query))).map(channelMessageView),
  ),
  {
    ...act(
      'GET',
      '/messages/{server_id}/media',
      'Downloads the file of a message, when it is what the message says',
      sendFile,
    ),
    answer: 'the bytes',
  },
  act('GET', '/updates', 'Lists counts of messages that changed', async (channel, { query }) =>
    (await channel.updates(pageOf(query))).map(channelMessageView),
  ),
  act(
    'POST',
    '/edit',
    'Gives an own message another text',
    async (channel, { body }) => {
      const wish = parseBody(edit, body)
      await channel.edit(wish.server_id, wish.text)
      return { edited: wish.server_id }
    },
    edit,
  ),
  act(
    'POST',
    '/revoke',
    'Takes a message back',
    async (channel, { body }) => {
      const { server_id } = parseBody(revoke, body)
      await channel.revoke(server_id)
      return { revoked: server_id }
    },
    revoke,
  ),
  act(
    'POST',
    '/comments',
    'Comments on a message, for those who run the channel',
    async (channel, { body }) => {
      const wish = parseBody(comment, body)
      const entry = await channel.comment(wish.server_id, wish.text)
      return { message_id: entry.id, server_id: entry.serverId }
    },
    comment,
  ),
  act(
    'POST',
    '/reactions',
    'Reacts to a message',
    async (channel, { body }) => {
      const wish = parseBody(reaction, body)
      await channel.react(wish.server_id, wish.emoji)
      return { reacted: wish.server_id }
    },
    reaction,
  ),
  act(
    'POST',
    '/votes',
    'Votes in a poll, in place of what this person voted before; no option takes the vote back',
    async (channel, { body }) => {
      const wish = parseBody(vote, body)
      await channel.vote(wish.server_id, wish.options)
      return { voted: wish.server_id }
    },
    vote,
  ),
  act(
    'POST',
    '/views',
    'Counts as having seen messages',
    async (channel, { body }) => {
      const { server_ids } = parseBody(views, body)
      await channel.view(server_ids)
      return { viewed: server_ids }
    },
    views,
  ),
  act('POST', '/live', 'Subscribes to every count as it changes', async (channel) => ({
    seconds: await channel.liveUpdates(),
  })),
]

async function sendFile(channel: PhoneChannel, { params, response }: ControlRequest): Promise<void> {
  const bytes = await channel.file(Number(params['server_id']))
  response.setHeader('x-content-type-options', 'nosniff')
  response.setHeader('content-disposition', 'attachment')
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': bytes.length }).end(bytes)
}

function pageOf(query: URLSearchParams): Record<string, number> {
  const page: Record<string, number> = {}
  for (const name of ['count', 'before', 'after', 'since']) {
    const value = Number(query.get(name) ?? Number.NaN)
    if (query.has(name) && !(Number.isSafeInteger(value) && value >= 0)) {
      throw new ControlError(400, 'invalid_request', `${name}: must be a whole number`)
    }
    if (query.has(name)) page[name] = value
  }
  return page
}
