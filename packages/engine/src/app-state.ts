import type { Address } from './jid.ts'

/** Collections of the state that all devices of an account share (seen in: whatsmeow appstate/keys.go `AllPatchNames`, baileys Types/Chat.js). */
export const appStateCollections = [
  'critical_block',
  'critical_unblock_low',
  'regular_high',
  'regular_low',
  'regular',
] as const

export type AppStateCollection = (typeof appStateCollections)[number]

/** A message, as the state of the account names it. */
export interface NamedMessage {
  readonly chat: Address
  readonly id: string
  readonly fromMe: boolean
  /** Who wrote it, where the chat does not say that. */
  readonly sender?: Address
}

/** A label of the account's chats and messages. */
export interface LabelSettings {
  readonly name: string
  /** Number of a colour, 0 to 19. */
  readonly color: number
}

/** What a record of the account's state says. */
export type AppStateChange =
  /** `until`: Unix ms, -1 without end. */
  | { readonly type: 'mute'; readonly chat: Address; readonly muted: boolean; readonly until: number }
  | { readonly type: 'pin' | 'archive' | 'lock'; readonly chat: Address; readonly value: boolean }
  | { readonly type: 'mark_read'; readonly chat: Address; readonly read: boolean }
  /** `upTo`: WhatsApp's time of the newest message that it is about, Unix ms. */
  | {
      readonly type: 'clear'
      readonly chat: Address
      readonly upTo: number
      readonly keepStarred: boolean
      readonly deleteMedia: boolean
    }
  | { readonly type: 'delete_chat'; readonly chat: Address; readonly upTo: number; readonly deleteMedia: boolean }
  | { readonly type: 'star'; readonly message: NamedMessage; readonly starred: boolean }
  | { readonly type: 'delete_for_me'; readonly message: NamedMessage; readonly deleteMedia: boolean }
  | ({ readonly type: 'label'; readonly id: string; readonly deleted: boolean } & LabelSettings)
  | { readonly type: 'label_chat'; readonly label: string; readonly chat: Address; readonly labeled: boolean }
  | {
      readonly type: 'label_message'
      readonly label: string
      readonly chat: Address
      readonly messageId: string
      readonly labeled: boolean
    }
  /** Blank names: it was saved without any, or is saved no longer. */
  | {
      readonly type: 'contact'
      readonly who: Address
      readonly saved: boolean
      readonly fullName: string
      readonly firstName: string
      /** The user name under which the account found the person; it may be another one by now. */
      readonly username?: string
    }
  | { readonly type: 'push_name'; readonly name: string }
  | { readonly type: 'unarchive_chats'; readonly value: boolean }
  | { readonly type: 'status_mute'; readonly who: Address; readonly muted: boolean }
  /** Which number is behind a LID. */
  | { readonly type: 'address'; readonly who: Address }
  /** What means nothing here. `known`: it is an index that clients of today know. */
  | { readonly type: 'other'; readonly known: boolean }

export interface AppStateMutation {
  /** What it is about, in WhatsApp's own words: `["mute", "4917…@s.whatsapp.net"]`. */
  readonly index: readonly string[]
  /** The record was taken away. */
  readonly removed: boolean
  /** When somebody did it by the clock of their device, Unix ms; 0 when it does not say. */
  readonly at: number
  /** What the record holds, by WhatsApp's names of the fields; bytes as base64. Undefined: nothing that may be shown. */
  readonly action?: Readonly<Record<string, unknown>>
  readonly change: AppStateChange
}
