import type { MessageView, OutgoingContent } from '../content/index.ts'
import type { Address } from '../jid.ts'

export type ChannelRole = 'owner' | 'admin' | 'subscriber' | 'guest'

/** A channel as WhatsApp describes it. */
export interface ChannelInfo {
  readonly jid: string
  readonly name: string
  readonly description: string
  /** Unix ms. */
  readonly createdAt?: number
  readonly inviteCode: string
  readonly subscribers: number
  readonly verified: boolean
  /** Blank id: none. */
  readonly picture: { readonly id: string; readonly directPath: string }
  readonly preview: { readonly id: string; readonly directPath: string }
  /** WhatsApp's word: `active`, `suspended`, `geosuspended`, `deleted`. */
  readonly state: string
  /** What the account is in it. */
  readonly role: ChannelRole
  readonly muted: boolean
  /** Which reactions are allowed: `all`, `basic`, `none`. */
  readonly reactions: string
}

/** A post, and what is counted of it. */
export interface ChannelPost {
  readonly serverId: number
  readonly id: string
  /** WhatsApp's word: `text`, `media`, `poll` … */
  readonly type: string
  /** Unix ms. */
  readonly at: number
  /** What it says; absent in updates that hold only counts, and for deleted posts. */
  readonly view?: MessageView
  readonly editedAt?: number
  readonly deleted: boolean
  readonly views: number
  readonly comments: number
  /** Emoji → how often. */
  readonly reactions: Readonly<Record<string, number>>
  /** Of a poll: how often each option was chosen, by what {@link PollView.hashes} names it. */
  readonly votes: Readonly<Record<string, number>>
}

export interface ChannelPage {
  readonly count: number
  /** Server id: only older posts. */
  readonly before?: number
  /** Server id: only newer posts. */
  readonly after?: number
}

/** Acts on channels. All @throws EngineError `timeout`, or `refused` with WhatsApp's code: 403 not allowed, 404 no such channel. */
export interface Channels {
  list(): Promise<ChannelInfo[]>
  info(channel: string): Promise<ChannelInfo>
  invited(code: string): Promise<ChannelInfo>
  /** The terms of channels have to be accepted before. */
  create(wish: { readonly name: string; readonly description: string }): Promise<ChannelInfo>
  /** @param picture JPEG; null removes it */
  update(
    channel: string,
    changes: { readonly name?: string; readonly description?: string; readonly picture?: Uint8Array | null },
  ): Promise<void>
  remove(channel: string): Promise<void>
  setFollowing(channel: string, follow: boolean): Promise<void>
  /** Whether posts of a followed channel are announced on the account's phones. */
  mute(channel: string, muted: boolean): Promise<void>
  posts(channel: string, page: ChannelPage): Promise<ChannelPost[]>
  /** Counts that changed. @param since Unix seconds */
  updates(channel: string, page: ChannelPage & { readonly since: number }): Promise<ChannelPost[]>
  /** Writes a post. Writing it again under the same id never doubles it. Resolves when WhatsApp took it over, and the host has stored it as it stores posts
   *  of the account's other devices. @param handle of the file that it holds */
  post(
    channel: string,
    post: { readonly id: string; readonly content: OutgoingContent; readonly handle?: string | undefined },
  ): Promise<{ readonly at: number; readonly serverId: number }>
  /** Gives an own post new content, or without any takes it back; who runs the channel takes back every post. The host has it too when that resolves.
   *  @param id its message id */
  change(channel: string, post: { readonly id: string; readonly content: OutgoingContent | undefined }): Promise<void>
  /** @param emoji blank takes the former one back */
  react(
    channel: string,
    reaction: { readonly id: string; readonly serverId: number; readonly emoji: string },
  ): Promise<void>
  /** Votes in a poll, in place of what the account voted before. Votes in channels are not sealed.
   *  @param vote `hashes`: of the chosen options; none takes the vote back */
  vote(
    channel: string,
    vote: { readonly id: string; readonly serverId: number; readonly hashes: readonly string[] },
  ): Promise<void>
  markViewed(channel: string, serverIds: readonly number[]): Promise<void>
  /** Asks for counts as they change. Resolves with the number of seconds for which they come. */
  live(channel: string): Promise<number>
  acceptTerms(notice: string, stage: string): Promise<void>
  /** Lets a follower of an own channel become an admin of it. They learn of it by a message (`newsletter_admin_invite`). Resolves with when it ends, Unix ms. */
  inviteAdmin(channel: string, person: Address): Promise<number>
  /** Takes that back. @throws EngineError `refused` 404: nobody invited that person */
  revokeInvitation(channel: string, person: Address): Promise<void>
  /** Becomes an admin of a channel that invited the account. @throws EngineError `refused` 404: there is no invitation, or it has ended */
  acceptInvitation(channel: string): Promise<void>
  /** People who were invited and have not answered. */
  invitedAdmins(channel: string): Promise<Address[]>
  /** Makes an admin a follower again: the owner does that, and every admin for itself. */
  demote(channel: string, person: Address): Promise<void>
}
