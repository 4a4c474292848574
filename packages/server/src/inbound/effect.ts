import type { InboundMessage, MediaRetryAnswer } from '@switchboard/engine'
import type { Restriction } from '../limits/restrictions.ts'
import type { NewMessageRow } from '../storage/message-store.ts'
import type { RestrictionKind } from '../storage/restriction-store.ts'

/** A message as it is stored, with the addresses under which it is filed. */
export interface FiledMessage {
  readonly item: InboundMessage
  readonly row: NewMessageRow
}

export type MessageEffect =
  | { readonly kind: 'message_stored'; readonly message: FiledMessage }
  /** Somebody tried to change a message that is not theirs: nothing came of it. */
  | { readonly kind: 'change_forbidden'; readonly item: InboundMessage }
  /** The disappearing timer of a chat may be another one. */
  | { readonly kind: 'timer_set'; readonly chat: string }
  /** A receipt proved that these sends left. `at`: WhatsApp's time of the receipt, Unix ms. */
  | { readonly kind: 'sends_proven'; readonly messageIds: readonly string[]; readonly at: number }

export type SafetyEffect =
  /** WhatsApp restricts the account, or no longer does. */
  | { readonly kind: 'account_limited'; readonly restriction: Restriction }
  | { readonly kind: 'account_limited'; readonly lifted: RestrictionKind }
  /** Messages came to the phones of people for the first time. `sentAt`: when WhatsApp took each over, Unix ms. */
  | { readonly kind: 'sends_delivered'; readonly sentAt: readonly number[] }

export type MediaEffect =
  /** Files are to be fetched without anybody asking for them. */
  | { readonly kind: 'media_due' }
  /** The phone said what became of a file that it was asked for. `chat`: under which its message is stored. */
  | {
      readonly kind: 'media_retried'
      readonly chat: string
      readonly messageId: string
      readonly answer: MediaRetryAnswer
    }

/** What becomes possible when an item is durable. */
export type Effect =
  | MessageEffect
  | MediaEffect
  | SafetyEffect
  | { readonly kind: 'group_changed' }
  /** A call came that the device refuses by itself. */
  | { readonly kind: 'call_to_reject'; readonly callId: string }
  /** The device has texts to send by itself. */
  | { readonly kind: 'sends_due' }
