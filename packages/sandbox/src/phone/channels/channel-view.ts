import type { WireNode } from '../../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../../wire/node-access.ts'
import { Message, pollOf } from '../../wire/proto/index.ts'
import { sha256 } from '../media/seal-media.ts'

/** A channel as a phone shows it. */
export interface ChannelView {
  readonly jid: string
  readonly name: string
  readonly description: string
  readonly inviteLink: string
  readonly followers: number
  readonly verified: boolean
  /** Path at the media host; empty without picture. */
  readonly picturePath: string
  readonly reactions: string
  /** Of the one who looks; `guest` for who does not follow. */
  readonly role: 'owner' | 'admin' | 'subscriber' | 'guest'
  readonly muted: boolean
}

/** A message as the server lists it. */
export interface ChannelMessageView {
  readonly serverId: number
  readonly id: string
  /** Absent in updates, which only count. */
  readonly message: Message | undefined
  readonly fromMe: boolean
  readonly revoked: boolean
  readonly edited: boolean
  readonly views: number
  /** How often each reaction was given. */
  readonly reactions: Readonly<Record<string, number>>
  readonly comments: number
  /** Of a poll: how often each option was chosen. */
  readonly votes: Readonly<Record<string, number>>
}

/** The fields of the server's JSON that phones read. */
export interface ChannelJson {
  readonly id: string
  readonly thread_metadata: {
    readonly name: { readonly text: string }
    readonly description: { readonly text: string }
    readonly invite: string
    readonly subscribers_count: string
    readonly verification: string
    readonly picture: { readonly direct_path: string }
    readonly settings: { readonly reaction_codes: { readonly value: string } }
  }
  readonly viewer_metadata: { readonly role: string; readonly mute: string } | null
}

export function channelView({ id, thread_metadata: thread, viewer_metadata: viewer }: ChannelJson): ChannelView {
  return {
    jid: id,
    name: thread.name.text,
    description: thread.description.text,
    inviteLink: `https://whatsapp.com/channel/${thread.invite}`,
    followers: Number(thread.subscribers_count),
    verified: thread.verification === 'VERIFIED',
    picturePath: thread.picture.direct_path,
    reactions: thread.settings.reaction_codes.value,
    role: (viewer?.role.toLowerCase() ?? 'guest') as ChannelView['role'],
    muted: viewer?.mute === 'ON',
  }
}

export function channelMessageView(node: WireNode): ChannelMessageView {
  const plaintext = contentBytes(child(node, 'plaintext'))
  const reactions = children(child(node, 'reactions') ?? node, 'reaction')
  const message = plaintext && plaintext.length > 0 ? Message.decode(plaintext) : undefined
  return {
    serverId: Number(textAttr(node, 'server_id')),
    id: textAttr(node, 'id') ?? '',
    message,
    fromMe: textAttr(node, 'is_sender') === 'true',
    revoked: textAttr(node, 'edit') === '8',
    edited: textAttr(node, 'edit') === '3',
    views: Number(textAttr(child(node, 'views_count'), 'count') ?? 0),
    reactions: Object.fromEntries(reactions.map((one) => [textAttr(one, 'code'), Number(textAttr(one, 'count'))])),
    comments: Number(textAttr(child(node, 'responses_count'), 'count') ?? 0),
    votes: Object.fromEntries(votesIn(node, message)),
  }
}

/** Votes name options by their hash: the poll tells which is which, and where only counts are listed the hash (hex) stands. */
function votesIn(node: WireNode, message: Message | undefined): [string, number][] {
  const poll = message && pollOf(message)
  const names = new Map(poll?.options?.map(({ optionName = '' }) => [hex(sha256(Buffer.from(optionName))), optionName]))
  return children(child(node, 'votes') ?? { tag: '', attrs: {} }, 'vote').map((vote) => {
    const hash = hex(contentBytes(vote) ?? new Uint8Array(0))
    return [names.get(hash) ?? hash, Number(textAttr(vote, 'count') ?? 0)]
  })
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
