import { type Message, unknownFieldsOf } from '../../wire/proto/index.ts'
import { aiRichResponse, type RichResponseWish } from './ai-rich-response.ts'
import { album } from './album.ts'
import { type CommentWish, comment } from './comment.ts'
import { type ContactWish, contact, contacts } from './contacts.ts'
import type { ContentKind, MessageContent, MessageWish } from './content-kind.ts'
import { type EditWish, edit } from './edit.ts'
import { type EventWish, event } from './event.ts'
import { type EventInviteWish, eventInvite } from './event-invite.ts'
import { type EventResponseWish, eventResponse } from './event-response.ts'
import { type ExpiryWish, expiry } from './expiry.ts'
import { forward } from './forward.ts'
import { historyBundle, historyNotice } from './history-bundle.ts'
import { type KeepWish, keep } from './keep.ts'
import { audio, document, gif, image, type MediaWish, sticker, video, videoNote, voice } from './media.ts'
import { type MemberLabelWish, memberLabel } from './member-label.ts'
import { type PinWish, pin } from './pin.ts'
import { type LiveLocationWish, type LocationWish, liveLocation, location } from './places.ts'
import { type PollWish, poll, type VoteWish, vote } from './poll.ts'
import { type ReactionWish, reaction, sealedReaction } from './reaction.ts'
import { revoke } from './revoke.ts'
import { type StickerPackWish, stickerPack } from './sticker-pack.ts'
import { text } from './text.ts'

/** What a phone can be told to send, by kind. */
export interface ContentWishes {
  readonly image: MediaWish
  readonly video: MediaWish
  readonly gif: MediaWish
  readonly video_note: MediaWish
  readonly voice: MediaWish
  readonly audio: MediaWish
  readonly document: MediaWish
  readonly sticker: MediaWish
  readonly sticker_pack: StickerPackWish
  readonly location: LocationWish
  readonly live_location: LiveLocationWish
  readonly contact: ContactWish
  readonly contacts: readonly ContactWish[]
  readonly poll: PollWish
  readonly vote: VoteWish
  readonly reaction: ReactionWish
  readonly edit: EditWish
  readonly revoke: MessageWish
  readonly forward: MessageWish
  readonly keep: KeepWish
  readonly pin: PinWish
  readonly comment: CommentWish
  readonly expiry: ExpiryWish
  readonly event: EventWish
  readonly event_invite: EventInviteWish
  readonly event_response: EventResponseWish
  readonly member_label: MemberLabelWish
  readonly ai_rich_response: RichResponseWish
}

export type ContentName = keyof ContentWishes

/** The kinds that carry a wish under their own name; `text` is written as a plain string. */
export const composers: { readonly [Name in ContentName]: ContentKind<ContentWishes[Name]> } = {
  ...{ image, video, gif, video_note: videoNote, voice, audio, document, sticker, sticker_pack: stickerPack },
  ...{ location, live_location: liveLocation, contact, contacts, poll, vote, reaction, edit, revoke, forward },
  ...{ event_invite: eventInvite, event_response: eventResponse, member_label: memberLabel },
  ...{ keep, pin, comment, expiry, event, ai_rich_response: aiRichResponse },
}

const kinds: readonly Pick<ContentKind, 'name' | 'read' | 'apply'>[] = [
  text,
  ...Object.values(composers),
  sealedReaction,
  album,
  historyBundle,
  historyNotice,
]

/** The kind of a message without wrappers, and what a person would see of it. */
export function readContent(inner: Message): { content: MessageContent; kind: Pick<ContentKind, 'apply'> | undefined } {
  for (const kind of kinds) {
    const content = kind.read(inner)
    if (content) return { content, kind }
  }
  return { content: nameless(inner), kind: undefined }
}

/** Of what this world has no name for, the fields as they came. */
function nameless(message: Message): MessageContent {
  const fields = unknownFieldsOf(message).map(({ number, content }) => ({
    number,
    base64: Buffer.from(content).toString('base64'),
  }))
  return { kind: fallbackName(message), ...(fields.length > 0 ? { details: { fields } } : {}) }
}

function fallbackName(message: Message): string {
  const field = Object.keys(message).find((name) => name.endsWith('Message'))
  return field ? field.slice(0, -'Message'.length) : 'unknown'
}

const silent: ReadonlySet<string> = new Set([
  ...[
    'protocol',
    'unknown',
    'reaction',
    'edit',
    'revoke',
    'keep',
    'pin',
    'vote',
    'expiry',
    'event_response',
    'member_label',
  ],
  ...['history_bundle', 'history_notice'],
])

/** Whether somebody said something that could be answered, rather than changed or noted something. */
export function saysSomething(kind: string): boolean {
  return !silent.has(kind)
}
