import { z } from 'zod'
import { defineEvent } from '../../kit/define-event.ts'
import { pollResults } from '../../schemas/channel.ts'
import { exampleMessageId, exampleNumber, fields, ownNumber, rfc3339 } from '../fields.ts'

export default defineEvent({
  name: 'newsletter.live_update',
  group: 'Newsletters',
  summary:
    'Views, reactions, comments or votes of posts changed, in a channel that `POST /newsletters/{jid}/live` watches.',
  schema: z.object({
    jid: fields.jid,
    newsletter_jid: z.string().describe('Address of the channel'),
    time: z.string().describe('RFC 3339'),
    message_count: z.int(),
    messages: z.array(
      z.object({
        message_server_id: z.int().describe('Number of the post in its channel'),
        message_id: z.string(),
        type: z.string(),
        timestamp: z.string().describe('When it was posted, RFC 3339'),
        views_count: z.int(),
        comments_count: z.int(),
        reaction_counts: z.record(z.string(), z.int()).describe('Emoji → how often'),
        poll_results: z
          .array(z.object({ name: z.string(), votes: z.int() }))
          .optional()
          .describe('Of a poll that is stored here: how often each option is chosen now, in the order of the poll'),
      }),
    ),
  }),
  example: {
    jid: exampleNumber,
    newsletter_jid: '120363012345678901@newsletter',
    time: '2026-03-01T12:00:00.000Z',
    message_count: 1,
    messages: [
      {
        message_server_id: 104,
        message_id: exampleMessageId,
        type: 'text',
        timestamp: '2026-03-01T11:00:00.000Z',
        views_count: 12,
        comments_count: 0,
        reaction_counts: { '👍': 3 },
      },
    ],
  },
  on: ['channel_posts'],
  repeats: 'As often as WhatsApp reports changes.',
  from: (device, { channel, posts, at }) => ({
    jid: ownNumber(device),
    newsletter_jid: channel,
    time: rfc3339(at),
    message_count: posts.length,
    messages: posts.map((post) => ({
      message_server_id: post.serverId,
      message_id: post.id,
      type: post.view?.type ?? post.type,
      timestamp: rfc3339(post.at),
      views_count: post.views,
      comments_count: post.comments,
      reaction_counts: { ...post.reactions },
      ...(post.view?.poll && { poll_results: pollResults(post.view.poll, post.votes).options }),
    })),
  }),
})
