/** A binary-XML stanza. Attribute values carry their type: a {@link Jid} is encoded as a JID token pair, a string as text.
 *  Clients compare some attributes (`from`) with JID values and others (ids, push names) with strings, so a server must not guess by `@`. */
export interface WireNode {
  readonly tag: string
  readonly attrs: Readonly<Record<string, AttributeValue>>
  readonly content?: readonly WireNode[] | Uint8Array | string
}

export type AttributeValue = string | Jid

/** A parsed address. `user` is empty for the server itself (`@s.whatsapp.net`). */
export interface Jid {
  readonly user: string
  readonly server: JidServer
  /** Companion number; 0 or absent is the phone itself. */
  readonly device?: number
  readonly agent?: number
}

export type JidServer =
  | 's.whatsapp.net'
  | 'lid'
  | 'g.us'
  | 'broadcast'
  | 'newsletter'
  | 'call'
  | 'bot'
  | 'hosted'
  | 'hosted.lid'
  | 'c.us'
  | 'msgr'
  | 'interop'
