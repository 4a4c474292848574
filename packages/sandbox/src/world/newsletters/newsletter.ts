export type NewsletterRole = 'owner' | 'admin' | 'subscriber'

export interface NewsletterMember {
  role: NewsletterRole
  /** World time, ms. */
  readonly since: number
  muted: boolean
}

/** A text that can be changed; clients compare the ids. */
export interface NewsletterText {
  readonly text: string
  readonly id: string
  /** World time, ms. */
  readonly at: number
}

/** One message of a channel. Nothing in a channel is encrypted: the server reads what is written. */
export interface NewsletterMessage {
  /** Counts up from 100 in each channel. */
  readonly serverId: number
  /** As its author's client named it. */
  readonly id: string
  readonly type: string
  readonly mediaType: string | undefined
  /** Handle that the media host gave for what was uploaded. */
  readonly mediaId: string | undefined
  /** User part of the author's LID. Followers are never told. */
  readonly by: string
  readonly at: number
  /** Encoded Message; empty once it was revoked. */
  plaintext: Uint8Array
  editedAt: number | undefined
  revoked: boolean
  /** When counts or content changed last, ms. */
  updatedAt: number
  /** Code by user part of the LID. */
  readonly reactions: Map<string, string>
  readonly views: Set<string>
  /** Of a poll: SHA-256 of the chosen options (hex) by user part of the LID. */
  votes?: Map<string, readonly string[]>
  /** It is a status of the channel. */
  readonly isStatus?: boolean
  /** Message that this one comments on. */
  readonly parent: number | undefined
}

/** A channel. Plain data: people are named by the user part of their LID. */
export interface Newsletter {
  /** User part of the JID: `id@newsletter`. */
  readonly id: string
  readonly createdAt: number
  name: NewsletterText
  description: NewsletterText
  picture: { readonly id: string; readonly path: string } | undefined
  readonly inviteCode: string
  verified: boolean
  /** Which reactions are allowed. */
  reactionCodes: 'ALL' | 'BASIC' | 'NONE'
  readonly members: Map<string, NewsletterMember>
  /** Until when (ms) somebody may become an admin. */
  readonly adminInvites: Map<string, number>
  /** By server id. */
  readonly messages: Map<number, NewsletterMessage>
  /** Until when (ms) a device (`lid:number`) gets every change as it happens. */
  readonly liveUntil: Map<string, number>
  nextServerId: number
}

/** What a device that subscribes to live updates gets, seconds. Seen as an attribute in two clients; the length is inferred. */
export const liveUpdateSeconds = 300
export const adminInviteMs = 7 * 24 * 60 * 60 * 1000
export const maxNameLength = 100
export const maxNewsletterDescription = 2048
/** Terms that somebody must have accepted before opening a channel (whatsmeow newsletter.go AcceptTOSNotice). */
export const creationNotice = '20601218'
/** Reactions where only the basic ones are allowed. */
export const basicReactions: ReadonlySet<string> = new Set(['👍', '❤️', '❤', '😂', '😮', '😢', '🙏'])
