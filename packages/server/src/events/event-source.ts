import type {
  Account,
  Address,
  AppStateMutation,
  InboundCall,
  InboundItem,
  MediaRetryAnswer,
  MessageView,
  PairingQr,
  PasskeyRequest,
  SessionState,
} from '@switchboard/engine'
import type { SafetyLevel, SafetyReason } from '../limits/safety-score.ts'
import type { MediaContext, MediaReference } from '../media/media-context.ts'

interface AboutMessage {
  readonly messageId: string
  readonly chat: Address
  readonly sender: Address
  readonly fromMe: boolean
  readonly at: number
  readonly offline: boolean
}

/** What the gateway itself notices about a device, in addition to what WhatsApp delivers. */
export type DeviceSignal =
  /** The session reached another state. `wasOpen`: it had been open before. */
  | { readonly kind: 'state_changed'; readonly state: SessionState; readonly wasOpen: boolean }
  | { readonly kind: 'qr_shown'; readonly codes: readonly PairingQr['text'][] }
  | { readonly kind: 'passkey_required'; readonly request: PasskeyRequest }
  /** A person must see the same code on the phone. */
  | { readonly kind: 'passkey_code'; readonly code: string; readonly expiresAt: number }
  | { readonly kind: 'paired'; readonly account: Account }
  | {
      readonly kind: 'reconnect_planned'
      readonly attempt: number
      readonly retryAt: number
      readonly reason: string
    }
  | { readonly kind: 'keepalive_missed'; readonly errorCount: number; readonly lastSuccessAt: number }
  | { readonly kind: 'keepalive_restored' }
  /** WhatsApp confirms another name of a business than the one that was known. Blank: none. */
  | {
      readonly kind: 'business_name_changed'
      readonly of: Address
      readonly before: string
      readonly name: string
      readonly at: number
      readonly offline: boolean
    }
  /** Somebody gave themselves another name than the one that was known. */
  | {
      readonly kind: 'push_name_changed'
      readonly of: Address
      readonly before: string
      readonly name: string
      readonly at: number
      readonly offline: boolean
    }
  /** A send reached a state that its sender waits for. */
  | {
      readonly kind: 'send_changed'
      readonly messageId: string
      readonly chat: Address
      readonly state: 'sent' | 'failed' | 'expired' | 'unknown'
      readonly reason?: string
      readonly at: number
      /** For `sent`: what the message says, and the address under which its chat is stored. */
      readonly said?: { readonly view: MessageView; readonly filedUnder: string }
    }
  /** A message came further with somebody than was known. */
  | {
      readonly kind: 'message_advanced'
      readonly messageId: string
      readonly chat: Address
      /** The person: the recipient, or the own account, which read it on another device. */
      readonly sender: Address
      readonly own: boolean
      readonly state: 'delivered' | 'read' | 'played'
      readonly at: number
      readonly offline: boolean
    }
  /** A message was edited, reacted to or taken back. `sender`: the person who did it. */
  | (AboutMessage & { readonly kind: 'message_edited'; readonly text: string })
  | (AboutMessage & {
      readonly kind: 'message_reacted'
      readonly reactionId: string
      /** Empty: taken back. */
      readonly emoji: string
      /** Who wrote the message, when that is known. */
      readonly from?: Address
    })
  | (AboutMessage & { readonly kind: 'message_deleted'; readonly from: Address })
  /** The phone answered that the file of a message is at WhatsApp again, or not. `result` is absent when the answer could not be opened. */
  | {
      readonly kind: 'media_retried'
      readonly messageId: string
      readonly chat: Address
      /** Who wrote the message, in a group. */
      readonly sender?: Address | undefined
      readonly fromMe: boolean
      readonly at: number
      readonly offline: boolean
      readonly result?: MediaRetryAnswer['result'] | undefined
      readonly errorCode?: number
      readonly media?: MediaReference | undefined
    }
  /** The whole file of a message was fetched from WhatsApp, and is what the message says. */
  | {
      readonly kind: 'media_downloaded'
      readonly messageId: string
      readonly chat: Address
      readonly fromMe: boolean
      readonly at: number
      readonly view: MessageView
      readonly media: MediaReference
    }
  /** Another device of the account changed what all of them share. `full`: it comes as a full list from the beginning. */
  | {
      readonly kind: 'app_state_changed'
      readonly collection: string
      readonly mutation: AppStateMutation
      readonly full: boolean
      readonly at: number
      readonly offline: boolean
    }
  /** A collection of that was taken in from the beginning. */
  | {
      readonly kind: 'app_state_synced'
      readonly collection: string
      readonly version: number
      readonly recovered: boolean
      readonly offline: boolean
    }
  /** Somebody voted in a poll, or took a vote back. `late`: its message event came before, when the poll was not known. */
  | (Omit<AboutMessage, 'messageId'> & {
      readonly kind: 'poll_voted'
      readonly voteId: string
      readonly pollId: string
      readonly late: boolean
      readonly question?: string
      /** Names and hashes (hexadecimal) of what it chooses; absent when it could not be opened. */
      readonly chosen?: readonly string[]
      readonly hashes?: readonly string[]
      /** How often each option was chosen by now; absent when the poll is not known. */
      readonly options?: readonly { readonly name: string; readonly votes: number }[]
    })
  /** A call that nobody of the account took or refused. */
  | (Omit<InboundCall, 'kind' | 'step'> & { readonly kind: 'call_missed' })
  /** Nothing of the device leaves from here on. `until`: Unix ms; null: until somebody says so. */
  | { readonly kind: 'paused'; readonly since: number; readonly until: number | null; readonly reason: string }
  /** How the device is doing is judged otherwise than before. */
  | {
      readonly kind: 'safety_judged'
      readonly level: SafetyLevel
      readonly before: SafetyLevel
      readonly score: number
      readonly reasons: readonly SafetyReason[]
      readonly at: number
    }
  | { readonly kind: 'resumed'; readonly reason: 'requested' | 'over'; readonly at: number }
  | { readonly kind: 'ping_requested'; readonly webhookId: number }
  | {
      readonly kind: 'webhook_disabled'
      readonly webhookId: number
      readonly url: string
      readonly reason: 'gone' | 'failing'
    }

/** Everything an event can come from. */
export type EventSource = InboundItem | DeviceSignal

export type SourceKind = EventSource['kind']

export type SourceOf<Kind extends SourceKind> = Extract<EventSource, { readonly kind: Kind }>

/** What events may tell about the device itself. */
export interface DeviceContext {
  /** Undefined before linking. */
  readonly account: Account | undefined
  /** Both addresses of a person in the source; the address alone when absent. */
  readonly address?: (jid: string) => Address
  /** What is known of files, and what is wanted of them; nothing when absent. */
  readonly media?: MediaContext
}

/** The number and the LID of a person that the source names in another form. */
export const bothAddresses = (device: DeviceContext, jid: string): Address => device.address?.(jid) ?? { jid }
