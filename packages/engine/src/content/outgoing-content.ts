import type {
  ChatTimer,
  EditContent,
  KeepContent,
  MemberLabelContent,
  PinContent,
  ReactionContent,
  RevokeContent,
  TimerContent,
} from './change.ts'
import type { ChannelInviteContent } from './channel-invite.ts'
import type { CommentContent } from './comment.ts'
import type { ContactsContent } from './contact.ts'
import type { EventContent, EventInviteContent, EventResponseContent } from './event.ts'
import type { GroupInviteContent } from './group-invite.ts'
import type { LiveLocationContent, LocationContent } from './location.ts'
import type { AlbumContent, MediaContent } from './media.ts'
import type { PollContent, VoteContent } from './poll.ts'
import type { ForwardContent, TextContent } from './text.ts'

/** Content that can be turned into a message. */
export type OutgoingContent =
  | TextContent
  | MediaContent
  | AlbumContent
  | LocationContent
  | LiveLocationContent
  | ContactsContent
  | CommentContent
  | ChannelInviteContent
  | GroupInviteContent
  | PollContent
  | VoteContent
  | EventContent
  | EventInviteContent
  | EventResponseContent
  | ForwardContent
  | ReactionContent
  | EditContent
  | RevokeContent
  | PinContent
  | KeepContent
  | TimerContent
  | MemberLabelContent

/** A message that another one answers. */
export interface QuotedMessage {
  readonly id: string
  /** Where it was said: another chat than the one written to in a private reply. */
  readonly chat: string
  readonly sender: string
  readonly message: Uint8Array
  /** What it says since it was edited. */
  readonly text?: string
}

/** What a chat and its writer add to content of any kind. Kinds that are not shown use only the chat of it. */
export interface ComposeContext {
  /** Address of the chat that is written to, without a companion number. */
  readonly chat: string
  readonly timer?: ChatTimer | undefined
  readonly quoted?: QuotedMessage | undefined
  /** Id of the own album in that chat to which a picture or video belongs. */
  readonly album?: string | undefined
  /** It is a status of the group that is written to, which its members see for a day, and not a message in it. */
  readonly groupStatus?: boolean | undefined
  /** Addresses without a companion number, or everybody. Of use in groups only. */
  readonly mentions?: readonly string[] | 'all' | undefined
  /** Unix ms. */
  readonly now: number
}
