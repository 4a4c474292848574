import type { ChannelInfo, ChannelPost } from '@switchboard/engine'
import { z } from 'zod'
import { Instant } from './instant.ts'
import { words } from './text.ts'

export const ChannelName = words(100).meta({ examples: ['News of the shop'] })

export const ChannelDescription = z
  .string()
  .max(2048)
  .meta({ examples: ['What is new, every Monday'] })

const Picture = z.object({ id: z.string(), direct_path: z.string() }).describe('Blank where there is none')

export const Channel = z
  .object({
    jid: z.string().meta({ examples: ['120363098765432109@newsletter'] }),
    name: z.string(),
    description: z.string(),
    created_at: Instant.optional(),
    invite_link: z.string().meta({ examples: ['https://whatsapp.com/channel/0029VaAbCdEf'] }),
    subscriber_count: z.int(),
    verification: z.enum(['verified', 'unverified']),
    picture: Picture,
    preview: Picture,
    state: z.object({ type: z.string().describe('`active`, `suspended`, `geosuspended`, `deleted`') }),
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
})
