import type { ChannelInfo, ChannelPost, PollView } from '@switchboard/engine'
import { z } from 'zod'
import { Instant } from './instant.ts'
import { words } from './text.ts'

export const ChannelName = words(100).meta({ examples: ['News of the shop'] })

export const ChannelDescription = z
  .string()
  .max(2048)
  .meta({ examples: ['What is new, every Monday'] })

const Picture = z
  .object({ id: z.string().meta({ examples: ['1764486000'] }), direct_path: z.string() })
  .describe('Blank where there is none')

export const Channel = z
  .object({
    jid: z.string().meta({ examples: ['120363098765432109@newsletter'] }),
    name: z.string().meta({ examples: ['News of the shop'] }),
    description: z.string(),
    created_at: Instant.optional(),
    invite_link: z.string().meta({ examples: ['https://whatsapp.com/channel/0029VaAbCdEf'] }),
    subscriber_count: z.int(),
    verification: z.enum(['verified', 'unverified']),
    picture: Picture,
    preview: Picture,
    state: z.object({
      type: z.string().meta({ description: '`active`, `suspended`, `geosuspended`, `deleted`', examples: ['active'] }),
    }),
    role: z.enum(['owner', 'admin', 'subscriber', 'guest']).describe('What the account is in it'),
    muted: z.boolean(),
    allowed_reactions: z.string().describe('`all`, `basic` or `none`'),
  })
  .meta({ id: 'Channel' })

/** Seen in: whatsmeow newsletter.go `NewsletterLinkPrefix`. */
const linkOrigin = 'https://whatsapp.com/channel/'

export const ChannelCode = z
  .string()
  .max(200)
  .regex(/^\s*(https:\/\/whatsapp\.com\/channel\/)?[0-9A-Za-z_-]{6,64}\s*$/, 'is no code of a channel')
  .transform((text) => text.trim().replace(linkOrigin, ''))
  .meta({ id: 'ChannelCode', description: 'Code of a channel’s link.', examples: ['0029VaAbCdEf'] })

export const channelView = (channel: ChannelInfo): z.input<typeof Channel> => ({
  jid: channel.jid,
  name: channel.name,
  description: channel.description,
  created_at: channel.createdAt,
  invite_link: `${linkOrigin}${channel.inviteCode}`,
  subscriber_count: channel.subscribers,
  verification: channel.verified ? 'verified' : 'unverified',
  picture: { id: channel.picture.id, direct_path: channel.picture.directPath },
  preview: { id: channel.preview.id, direct_path: channel.preview.directPath },
  state: { type: channel.state },
  role: channel.role,
  muted: channel.muted,
  allowed_reactions: channel.reactions,
})

/** Number that a channel gives each post. */
export const ServerId = z
  .int()
  .min(1)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ examples: [104] })

const results = z
  .array(z.object({ name: z.string().meta({ examples: ['Pizza'] }), votes: z.int() }))
  .describe('In the order of the poll')

/** How often each option of a poll was chosen. Who chose what, WhatsApp tells nobody. */
export const PollResults = z
  .object({
    question: z.string().meta({ examples: ['Lunch?'] }),
    selectable_options: z.int().describe('How many options one person may choose; 0: as many as there are'),
    options: results,
  })
  .meta({ id: 'ChannelPollResults' })

export const pollResults = (poll: PollView, votes: Readonly<Record<string, number>>): z.input<typeof PollResults> => ({
  question: poll.question,
  selectable_options: poll.selectable,
  options: poll.options.map((name, place) => ({ name, votes: votes[poll.hashes[place] ?? ''] ?? 0 })),
})

export const Post = z
  .object({
    server_id: z.int(),
    message_id: z.string(),
    type: z.string().describe('Kind of content, such as `text` or `image`'),
    text: z.string().describe('Text or caption; blank when there is none'),
    timestamp: Instant,
    edited_at: Instant.optional(),
    deleted: z.boolean(),
    views: z.int(),
    comments: z.int(),
    reactions: z.record(z.string(), z.int()).meta({ description: 'Emoji → how often', examples: [{ '👍': 3 }] }),
    poll: PollResults.optional().describe('Of a poll, where its question comes with it'),
  })
  .meta({ id: 'ChannelPost' })

export const postView = (post: ChannelPost): z.input<typeof Post> => ({
  server_id: post.serverId,
  message_id: post.id,
  type: post.view?.type ?? post.type,
  text: post.view?.text ?? '',
  timestamp: post.at,
  edited_at: post.editedAt,
  deleted: post.deleted,
  views: post.views,
  comments: post.comments,
  reactions: post.reactions,
  ...(post.view?.poll && { poll: pollResults(post.view.poll, post.votes) }),
})

/** What a post answers. */
export const Posted = z.object({
  message_id: z.string(),
  server_id: z.int().describe('Number of the post in its channel: reactions name it'),
  timestamp: Instant,
})
