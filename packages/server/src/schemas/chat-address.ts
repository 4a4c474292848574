import { z } from 'zod'
import { type AddressKind, maxAddressLength, readAddress } from './read-address.ts'

export interface AddressShape {
  readonly kinds: readonly AddressKind[]
  readonly words: string
  readonly bare?: 'group' | 'channel'
  /** Error of the catalogue whatever is wrong. The reader's own when absent. */
  readonly refused?: 'invalid_phone' | 'invalid_jid'
}

/** A schema of addresses of some kinds. Out comes the address in its one form. */
export const address = ({ kinds, words, bare, refused }: AddressShape) =>
  z
    .string()
    .max(maxAddressLength)
    .meta({ pattern: '\\S' })
    .transform((text, context) => {
      const read = readAddress(text, bare)
      if ('kind' in read && kinds.includes(read.kind)) return read.jid
      // Words are no mistyped number.
      const error_code = refused ?? ('refused' in read && /[\d+]/.test(text) ? read.refused : 'invalid_jid')
      context.addIssue({ code: 'custom', message: words, params: { error_code } })
      return z.NEVER
    })

/** Said of every field that takes a number. */
export const written = 'With or without +, blanks, dashes, dots and parentheses.'

const anyChat =
  'WhatsApp address (`4917012345678@s.whatsapp.net`, `…@c.us`, `…@lid`, `…@g.us`, `…@newsletter`) or the international number of a person.'
const otherForms =
  'Where WhatsApp has a number in another form (Brazil, Mexico, Argentina, Ivory Coast), that one is written to, stored and shown.'
const anyPerson =
  'International number of a person, or the address `4917012345678@s.whatsapp.net`, `…@c.us` or `…@lid`.'

const orUsername =
  'Or a user name: `@ada.lovelace`, with its key `@ada.lovelace:1234` where it needs one. WhatsApp is asked whom it leads to when something is to reach that person.'

/** Where a chat is, also by user name. */
export const ChatAddress = address({
  kinds: ['number', 'lid', 'group', 'channel', 'bot', 'status', 'username'],
  words: 'is not a WhatsApp address',
}).meta({
  id: 'ChatAddress',
  description: `${anyChat} ${written} ${otherForms} ${orUsername}`,
  examples: ['4917012345678@s.whatsapp.net'],
})

/** A person: number, JID, LID or user name. */
export const PersonAddress = address({
  kinds: ['number', 'lid', 'username'],
  words: 'is not the address of a person',
}).meta({
  id: 'PersonAddress',
  description: `${anyPerson} ${written} ${orUsername}`,
  examples: ['4917012345678@s.whatsapp.net'],
})

/** Somebody who may be written to by name of number or group. User names are none: they change hands. */
export const RecipientAddress = address({
  kinds: ['number', 'lid', 'group'],
  words: 'is not the address of a person or a group',
}).meta({
  id: 'RecipientAddress',
  description: `International number of a person, or the address of a person or a group. ${written}`,
  examples: ['4917012345678@s.whatsapp.net'],
})

/** A group; the server may be left out. */
export const GroupAddress = address({
  kinds: ['group'],
  words: 'is not the address of a group',
  bare: 'group',
  refused: 'invalid_jid',
}).meta({
  id: 'GroupAddress',
  description: 'Address of a group. `@g.us` may be left out.',
  examples: ['120363012345678901@g.us'],
})

/** A channel; the server may be left out. */
export const ChannelAddress = address({
  kinds: ['channel'],
  words: 'is not the address of a channel',
  bare: 'channel',
  refused: 'invalid_jid',
}).meta({
  id: 'ChannelAddress',
  description: 'Address of a channel. `@newsletter` may be left out.',
  examples: ['120363098765432109@newsletter'],
})
