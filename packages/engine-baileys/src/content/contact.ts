import { type ContactView, EngineError } from '@switchboard/engine'
import type { ContactMessage } from '../generated/messages.ts'
import { defineKind } from './content-kind.ts'
import { present } from './fields.ts'

const view = ({ displayName, vcard }: ContactMessage): ContactView => present({ name: displayName, vcard })

export const contact = defineKind({
  type: 'contact',
  fields: ['contactMessage'],
  describe: (value) => ({ ...present({ text: value.displayName }), contacts: [view(value)] }),
  stanzaType: 'media',
  mediaKind: 'vcard',
})

export const contacts = defineKind({
  type: 'contacts',
  fields: ['contactsArrayMessage'],
  // One card is a message of its own kind: phones show it with its name.
  compose({ contacts }) {
    const cards = contacts.map(({ name, vcard }) => ({ displayName: name, vcard }))
    if (cards.length === 0) throw new EngineError('invalid_argument', 'no contacts')
    if (cards.length === 1) return { contactMessage: cards[0] }
    return { contactsArrayMessage: { displayName: `${cards.length} contacts`, contacts: cards } }
  },
  describe: ({ displayName, contacts = [] }) => ({ ...present({ text: displayName }), contacts: contacts.map(view) }),
  stanzaType: 'media',
  mediaKind: 'contact_array',
})
