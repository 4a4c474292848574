import { type ParsedJid, parseJid } from '@switchboard/engine'
import type { AddressBook } from './address-book.ts'

/** The name of a device's ratchet: always the LID where it is known, always with the companion number. */
export type SignalAddress = string

export const formatAddress = ({ user, server, device }: ParsedJid): SignalAddress => `${user}:${device}@${server}`

/** One name per device, whatever address a stanza used for it; without it two ratchets of one device would drift apart. */
export async function canonicalAddress(jid: string, book: AddressBook): Promise<SignalAddress> {
  const parsed = parseJid(jid)
  if (!parsed) throw new TypeError('not a device address')
  const lid = parsed.server === 's.whatsapp.net' ? await book.lidOf(parsed.user) : undefined
  return formatAddress(lid ? { ...parsed, user: lid, server: 'lid' } : parsed)
}
