import { type Address, bareJid, type ParsedJid, parseJid } from '@switchboard/engine'
import type { BinaryNode } from '@switchboard/link'
import type { AddressBook } from '../signal/address-book.ts'
import { childOf, stanzaTime } from '../wire/nodes.ts'
import { verifiedNameIn } from '../wire/verified-name.ts'

/** Who the own account is, by both of its addresses. */
export interface OwnAccount {
  readonly phoneUser: string | undefined
  readonly lidUser: string | undefined
}

/** What a message stanza says about itself, before anything is decrypted. Addresses as on the wire. */
export interface MessageEnvelope {
  readonly id: string
  readonly at: number
  readonly offline: boolean
  /** The device that encrypted it. */
  readonly author: string
  readonly authorAlt: string | undefined
  readonly chat: string
  readonly chatAlt: string | undefined
  readonly fromMe: boolean
  readonly isGroup: boolean
  readonly pushName: string | undefined
  /** User name of the author. Seen in: zapo message/primitives/incoming.ts. */
  readonly username: string | undefined
  /** User name of the chat's other side, of what another own device wrote. Seen there too. */
  readonly chatUsername: string | undefined
  /** In the certificate that messages of a business carry. */
  readonly businessName: string | undefined
  /** A message between devices of one account that is no part of any chat. */
  readonly isPeer: boolean
}

export const ownAccount = (me: { id?: string; lid?: string } | undefined): OwnAccount => ({
  phoneUser: parseJid(me?.id ?? '')?.user,
  lidUser: parseJid(me?.lid ?? '')?.user,
})

/** Whether an address is one of the own account's. */
export function isOwn(parsed: ParsedJid | undefined, own: OwnAccount): boolean {
  if (!parsed) return false
  return parsed.server === 'lid' ? parsed.user === own.lidUser : parsed.user === own.phoneUser
}

/** Reads the envelope, or answers undefined for a stanza that no client could place (seen in: whatsmeow message.go `parseMessageInfo`). */
export function readEnvelope(node: BinaryNode, own: OwnAccount): MessageEnvelope | undefined {
  const { id, from, participant, recipient } = node.attrs
  const sender = parseJid(participant ?? from ?? '')
  if (!id || !from || !sender) return undefined
  const isGroup = from.endsWith('@g.us') || from.endsWith('@broadcast')
  if (isGroup && !participant) return undefined
  const fromMe = isOwn(sender, own)
  const author = participant ?? from
  const alt = isGroup
    ? (node.attrs['participant_pn'] ?? node.attrs['participant_lid'])
    : (node.attrs['sender_pn'] ?? node.attrs['sender_lid'])
  const elsewhere = !isGroup && fromMe && recipient !== undefined
  return {
    id,
    at: stanzaTime(node),
    offline: node.attrs['offline'] !== undefined,
    author,
    authorAlt: alt,
    chat: elsewhere ? recipient : isGroup ? from : bareJid(from),
    chatAlt: elsewhere
      ? (node.attrs['peer_recipient_pn'] ?? node.attrs['peer_recipient_lid'])
      : isGroup
        ? undefined
        : alt,
    fromMe,
    isGroup,
    pushName: node.attrs['notify'],
    username: fromMe ? undefined : usernameIn(node.attrs['participant_username'] ?? node.attrs['username']),
    chatUsername: elsewhere ? usernameIn(node.attrs['peer_recipient_username']) : undefined,
    businessName: verifiedNameIn(childOf(node, 'verified_name')),
    isPeer: node.attrs['category'] === 'peer',
  }
}

/** A user name as the wire has it, perhaps with its @. Undefined for none. */
export const usernameIn = (text: string | undefined): string | undefined => text?.replace(/^@/, '') || undefined

/** An address in the form of the port: the phone number when it is known, and the LID. */
export async function addressOf(jid: string, alt: string | undefined, book: AddressBook): Promise<Address> {
  const [parsed, other] = [parseJid(jid), parseJid(alt ?? '')]
  if (parsed?.server === 's.whatsapp.net') {
    const lid = other?.server === 'lid' ? other.user : await book.lidOf(parsed.user)
    return { jid: bareJid(jid), ...(lid ? { lid: `${lid}@lid` } : {}) }
  }
  if (parsed?.server !== 'lid') return { jid: bareJid(jid) }
  const phone = other?.server === 's.whatsapp.net' ? other.user : await book.phoneOf(parsed.user)
  const lid = bareJid(jid)
  return { jid: phone ? `${phone}@s.whatsapp.net` : lid, lid }
}

/** The pair of one account's two addresses, when `one` and `other` are such a pair. */
export function addressPair(one: string, other: string | undefined): { phone: string; lid: string } | undefined {
  const [a, b] = [parseJid(one), parseJid(other ?? '')]
  if (a?.server === 's.whatsapp.net' && b?.server === 'lid') return { phone: a.user, lid: b.user }
  if (a?.server === 'lid' && b?.server === 's.whatsapp.net') return { phone: b.user, lid: a.user }
  return undefined
}
