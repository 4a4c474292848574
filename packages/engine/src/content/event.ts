import type { MessageTarget } from './change.ts'
import type { LocationView } from './location.ts'

/** A meeting that people can answer. Instants are Unix ms. */
export interface EventView {
  /** Of an invitation: by which WhatsApp itself knows the event. An event of a chat is known by its message. */
  readonly id?: string
  readonly name: string
  readonly description?: string
  readonly startsAt?: number
  readonly endsAt?: number
  readonly location?: LocationView
  /** Link of a call. */
  readonly joinLink?: string
  readonly cancelled?: boolean
  /** It is a call. */
  readonly call?: boolean
  /** Guests may bring others. */
  readonly extraGuests?: boolean
  /** How long before the start its guests are reminded. */
  readonly reminderSeconds?: number
}

export interface EventContent {
  readonly type: 'event'
  readonly name: string
  readonly description?: string
  /** Unix ms. */
  readonly startsAt: number
  readonly endsAt?: number
  readonly location?: Pick<LocationView, 'latitude' | 'longitude' | 'name' | 'address'>
  readonly joinLink?: string
  /** It is a call. */
  readonly call?: boolean
  readonly cancelled?: boolean
  readonly extraGuests?: boolean
  /** How long before the start its guests are reminded. */
  readonly reminderSeconds?: number
}

/** An invitation to an event that WhatsApp itself keeps, made of one that came or went. */
export interface EventInviteContent {
  readonly type: 'event_invite'
  /** That invitation, encoded. Its own words stay behind. */
  readonly invitation: Uint8Array
  /** Words that go with the new one. */
  readonly text?: string
}

/** An answer to an event of the chat that is written to, in place of what the account answered before. */
export interface EventResponseContent {
  readonly type: 'event_response'
  readonly target: MessageTarget
  /** The event as it came or went. */
  readonly event: Uint8Array
  readonly response: 'going' | 'not_going' | 'maybe'
  /** How many others come along. */
  readonly extraGuests?: number
}
