import type { ChannelPost, ChannelRole } from './abilities/channels.ts'
import type { GroupInfo, MemberAddMode } from './abilities/groups.ts'
import type { NewChatLimit, ReachoutTimelock } from './abilities/standing.ts'
import type { AppStateMutation } from './app-state.ts'
import type { MessageView } from './content/index.ts'
import type { Address } from './jid.ts'

interface InboundBase {
  /** Names what came, where WhatsApp delivers it again until it is acknowledged and nothing else in it says that it is the same. */
  readonly stanzaId?: string
  /** When it happened by WhatsApp's clock, Unix ms. */
  readonly at: number
  /** It waited on the server while this device was away. */
  readonly offline: boolean
}

/** A decrypted message: from somebody, or from another device of the own account. */
export interface InboundMessage extends InboundBase {
  readonly kind: 'message'
  readonly id: string
  readonly chat: Address
  readonly sender: Address
  readonly fromMe: boolean
  readonly pushName?: string
  /** User name of the sender, without @. */
  readonly username?: string
  /** User name of the chat's other side, without @, of what another device of the account wrote. */
  readonly chatUsername?: string
  /** Name of the sender that WhatsApp confirmed, of a business. */
  readonly businessName?: string
  /** For what only an admin of the group may do, such as taking back what others wrote: whether the sender is one. Absent where that is not known. */
  readonly byAdmin?: boolean
  /** Of a post in a channel: its number there. For a new version or the end of a post, `view.target` names the post, and `id` the change. */
  readonly channel?: {
    readonly serverId: number
    /** It is a status of the channel, which ends after a day. */
    readonly isStatus?: boolean
  }
  /** Of the history: it was taken back, and its content is unknown. */
  readonly deleted?: boolean
  /** The WhatsApp `Message` protobuf, without padding and without the own-device wrapper. */
  readonly message: Uint8Array
  readonly view: MessageView
}

/** A message that could not be read, now or ever (`unavailable`). A retry was asked for when that makes sense. */
export interface InboundUndecryptable extends InboundBase {
  readonly kind: 'undecryptable'
  readonly id: string
  readonly chat: Address
  readonly sender: Address
  readonly fromMe: boolean
  readonly unavailable: boolean
  readonly unavailableType: '' | 'view_once'
  readonly failMode: '' | 'hide'
  /** Short cause, for people. */
  readonly reason: string
}

export interface InboundReceipt extends InboundBase {
  readonly kind: 'receipt'
  readonly type: 'delivered' | 'read' | 'played' | 'read_self' | 'played_self' | 'server_error'
  readonly messageIds: readonly string[]
  readonly chat: Address
  /** The account of the device that sent the receipt. */
  readonly sender: Address
}

export interface InboundChatPresence extends InboundBase {
  readonly kind: 'chat_presence'
  readonly chat: Address
  readonly sender: Address
  readonly state: 'composing' | 'paused'
  readonly media: '' | 'audio'
}

export interface InboundPresence extends InboundBase {
  readonly kind: 'presence'
  readonly from: Address
  readonly available: boolean
  /** Unix ms; absent when hidden. */
  readonly lastSeenAt?: number
}

/** A part of a chunk of history from the phone, fetched and decoded. A chunk may be large: it is handed over in parts of bounded size, one after another,
 *  and begins again with the first one when a connection ends in between. */
export interface InboundHistory extends InboundBase {
  readonly kind: 'history'
  /** Protobuf enum name: INITIAL_BOOTSTRAP, RECENT, FULL, ON_DEMAND, PUSH_NAME, NON_BLOCKING_DATA…; GROUP_HISTORY: what a member of a group
   *  shares with this account, which came later. */
  readonly syncType: string
  /** 0–100. */
  readonly progress: number
  /** With the last part of a chunk: how much all its parts hold. */
  readonly complete?: { readonly conversations: number; readonly messages: number }
  readonly conversations: readonly {
    readonly chat: Address
    readonly name?: string
    /** The user name of the person, as far as the phone knows. */
    readonly username?: string
    /** Oldest first. Reactions are messages of their own in this list. */
    readonly messages: readonly InboundMessage[]
    /** The part before this one had newer messages of this chat. */
    readonly continued?: boolean
    /** How many of its incoming messages were not read: the newest of them. */
    readonly unread?: number
    /** Marked as unread by hand. */
    readonly markedUnread?: boolean
    /** How long messages stay there: seconds, and when that was set, Unix ms. */
    readonly timer?: { readonly seconds: number; readonly setAt: number }
  }[]
  readonly pushNames: readonly { readonly jid: string; readonly name: string }[]
  /** People with their number and LID. */
  readonly addresses: readonly Address[]
}

/** Learnt on the way, such as while looking for somebody's devices: which number and which LID are one person. */
export interface InboundAddresses extends InboundBase {
  readonly kind: 'addresses'
  readonly addresses: readonly Address[]
}

export interface InboundIdentityChange extends InboundBase {
  readonly kind: 'identity_change'
  readonly of: Address
}

/** `begin` announces what waited while away; `end` says that all of it was handed over. */
export interface InboundOffline extends InboundBase {
  readonly kind: 'offline'
  readonly phase: 'begin' | 'end'
  readonly counts: { total: number; messages: number; receipts: number; notifications: number; appData: number }
}

/** Somebody's profile or the own account's settings changed. */
export interface InboundPersonChange extends InboundBase {
  readonly kind: 'person_change'
  readonly change: PersonChange
}

export type PersonChange =
  /** A person's picture or a group's. Blank id: removed. */
  | { readonly type: 'picture'; readonly of: Address; readonly by?: Address; readonly id: string }
  | { readonly type: 'about'; readonly of: Address; readonly text: string }
  /** Values by WhatsApp's names: only the categories that changed. */
  | { readonly type: 'privacy'; readonly settings: Readonly<Record<string, string>> }
  /** `reload`: WhatsApp does not say what changed. */
  | {
      readonly type: 'blocklist'
      readonly reload: boolean
      readonly changes: readonly { readonly who: Address; readonly blocked: boolean }[]
    }
  /** WhatsApp confirms another name of a business. Blank: it is a business no longer. */
  | { readonly type: 'business_name'; readonly of: Address; readonly name: string }
  /** A person has another user name, without @. Blank: none any more. */
  | { readonly type: 'username'; readonly of: Address; readonly username: string }
  /** The account itself has another user name, without @. Blank: none any more. */
  | { readonly type: 'own_username'; readonly username: string }
  /** A person has another number now. */
  | { readonly type: 'number'; readonly before: Address; readonly after: Address }

/** WhatsApp limits what the account may do, or no longer does. */
export interface InboundAccountLimit extends InboundBase {
  readonly kind: 'account_limit'
  readonly limit: ReachoutTimelock | NewChatLimit
}

/** A group changed, or the account came to be in one. */
export interface InboundGroupChange extends InboundBase {
  readonly kind: 'group_change'
  readonly group: string
  /** Who did it, when WhatsApp says so. */
  readonly by?: Address
  readonly change: GroupChange
}

export type GroupChange =
  /** The account is in this group now. `isNew`: it came to be just now. `reason`: `invite`, `linked_group_join` … when it did not come by being added. */
  | { readonly type: 'entered'; readonly info: GroupInfo; readonly isNew: boolean; readonly reason?: string }
  | {
      readonly type: 'joined' | 'left' | 'promoted' | 'demoted'
      readonly people: readonly Address[]
      readonly reason?: string
    }
  /** Somebody asks to join, or no longer does. `method`: WhatsApp's word for the way. */
  | { readonly type: 'requested' | 'request_dropped'; readonly people: readonly Address[]; readonly method?: string }
  | { readonly type: 'name'; readonly name: string }
  /** Blank text: removed. */
  | { readonly type: 'description'; readonly id: string; readonly text: string }
  /** Blank id: removed. */
  | { readonly type: 'photo'; readonly id: string }
  | {
      readonly type: 'announcement' | 'locked' | 'join_approval' | 'history_for_new_members'
      readonly value: boolean
    }
  | { readonly type: 'member_add' | 'history_sharing'; readonly value: MemberAddMode }
  | { readonly type: 'ephemeral'; readonly seconds: number }
  | { readonly type: 'invite_code'; readonly code: string }
  /** `relation`: what the other group is to this one. */
  | { readonly type: 'linked' | 'unlinked'; readonly other: string; readonly relation: 'subgroup' | 'community' }
  /** A member has another number now. */
  | { readonly type: 'number'; readonly people: readonly Address[] }
  | { readonly type: 'ended'; readonly reason: string }
  /** A change that has no name here. `name`: WhatsApp's word. */
  | { readonly type: 'other'; readonly name: string }

/** One thing that changed about a channel, for this account or for all who follow it. */
export type ChannelChange =
  | { readonly type: 'muted'; readonly value: boolean }
  /** The account follows it now, or runs it. */
  | { readonly type: 'followed'; readonly name: string; readonly role: ChannelRole }
  | { readonly type: 'left'; readonly role: ChannelRole }
  /** What it is called, says of itself and looks like now. Blank picture: none. */
  | { readonly type: 'described'; readonly name: string; readonly description: string; readonly pictureId: string }
  /** WhatsApp's word: `deleted`, `suspended` … */
  | { readonly type: 'state'; readonly state: string }
  /** Somebody is something else in it now. `by`: who did that, when WhatsApp says so. */
  | { readonly type: 'role'; readonly who: Address; readonly role: ChannelRole; readonly by?: Address }
  /** The invitation to run it was taken back. */
  | { readonly type: 'invitation_revoked'; readonly who: Address; readonly by?: Address }

export interface InboundChannelChange extends InboundBase {
  readonly kind: 'channel_change'
  readonly channel: string
  readonly change: ChannelChange
}

/** Counts of posts, as they change, of a channel that is watched. */
export interface InboundChannelPosts extends InboundBase {
  readonly kind: 'channel_posts'
  readonly channel: string
  readonly posts: readonly ChannelPost[]
}

/** What became of a file that the phone was asked for again. */
export type MediaRetryAnswer =
  /** It lies there now. */
  | { readonly result: 'stored'; readonly path: string }
  /** `not_found`: the phone has it no longer. */
  | { readonly result: 'not_found' | 'refused' }

/** The account's phone answered {@link Downloads.askAgain}. */
export interface InboundMediaRetry extends InboundBase {
  readonly kind: 'media_retry'
  readonly messageId: string
  readonly chat: Address
  /** Who wrote the message, in a group. */
  readonly sender?: Address
  readonly fromMe: boolean
  /** WhatsApp's code, when there is one: 2 not on the phone. */
  readonly errorCode?: number
  /** The answer as it came, sealed with the key of the file: {@link Engine.openMediaRetry} reads it. */
  readonly sealed?: { readonly payload: Uint8Array; readonly iv: Uint8Array }
}

/** What changed in a collection of the state that the account's devices share. */
export interface InboundAppState extends InboundBase {
  readonly kind: 'app_state'
  readonly collection: string
  readonly version: number
  readonly mutations: readonly AppStateMutation[]
  /** This device did it. */
  readonly own: boolean
  /** Told again from the beginning: what is not told is not there. Large ones come in parts; only with the last one it is durable that they came. */
  readonly full?: { readonly isFirst: boolean; readonly isLast: boolean; readonly recovered: boolean }
}

/** A collection could not be taken in. What is known of it stays; it is tried again. */
export interface InboundAppStateFailure extends InboundBase {
  readonly kind: 'app_state_failure'
  readonly collection: string
  readonly full: boolean
  /** For people. */
  readonly error: string
}

export type CallStep =
  | 'offer'
  | 'offer_notice'
  | 'pre_accept'
  | 'accept'
  | 'reject'
  | 'terminate'
  | 'transport'
  | 'relay_latency'
  | 'unknown'

/** A step of a call: it rings, somebody takes it, it is over … */
export interface InboundCall extends InboundBase {
  readonly kind: 'call'
  readonly callId: string
  readonly step: CallStep
  /** WhatsApp's word for the step. */
  readonly name: string
  /** Who takes it. */
  readonly from: Address
  /** `from` is the own account, on another device. */
  readonly fromMe: boolean
  /** Who began the call. */
  readonly creator: Address
  /** The device that calls, in the words of the stanza: what {@link Calls.reject} takes. */
  readonly creatorDevice: string
  /** Absent where it is not said. */
  readonly video?: boolean
  readonly isGroup?: boolean
  /** The group that is called together. */
  readonly group?: Address
  /** Why it is over: WhatsApp's word, such as `timeout` or `accepted_elsewhere`. */
  readonly reason?: string
  readonly latencyMs?: number
}

/** Everything that a session hands over in order. The union grows with the engine's abilities. */
export type InboundItem =
  | InboundMessage
  | InboundUndecryptable
  | InboundReceipt
  | InboundChatPresence
  | InboundPresence
  | InboundHistory
  | InboundAddresses
  | InboundIdentityChange
  | InboundOffline
  | InboundGroupChange
  | InboundChannelChange
  | InboundChannelPosts
  | InboundPersonChange
  | InboundAccountLimit
  | InboundMediaRetry
  | InboundAppState
  | InboundAppStateFailure
  | InboundCall
