import { type ContactsContent, type ContactView, EngineError } from '@switchboard/engine'
import type { ContactMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { present } from './fields.ts'
import { readVcard, writeVcard } from './vcard.ts'

const view = ({ displayName, vcard }: ContactMessage): ContactView => {
  const card = vcard === undefined ? undefined : readVcard(vcard)
  return { ...card, ...present({ name: displayName || card?.name, vcard }) }
}

function cardOf(contact: ContactsContent['contacts'][number]): ContactMessage {
  if (!('vcard' in contact)) return { displayName: contact.name, vcard: writeVcard(contact) }
  const displayName = contact.name ?? readVcard(contact.vcard)?.name
  if (!displayName) throw new EngineError('invalid_argument', 'this is no vCard with a name')
  return { displayName, vcard: contact.vcard }
}

export const contact = defineKind({
  type: 'contact',
  fields: ['contactMessage'],
  describe: (value) => {
    const shown = view(value)
    return { ...present({ text: shown.name }), contacts: [shown] }
  },
  stanzaType: 'media',
  mediaKind: 'vcard',
})

export const contacts = defineKind({
  type: 'contacts',
  fields: ['contactsArrayMessage'],
  // One card is a message of its own kind: phones show it with its name.
  compose({ contacts }) {
    const cards = contacts.map(cardOf)
    if (cards.length === 0) throw new EngineError('invalid_argument', 'no contacts')
    if (cards.length === 1) return { contactMessage: cards[0] }
    return { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards } }
  },
  describe: ({ displayName, contacts = [] }) => ({ ...present({ text: displayName }), contacts: contacts.map(view) }),
  stanzaType: 'media',
  mediaKind: 'contact_array',
})
