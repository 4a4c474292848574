import type { ContactMessage } from '../../wire/proto/index.ts'
import type { ContentKind } from './content-kind.ts'

export interface ContactWish {
  readonly name: string
  /** Digits; the vCard is made from it when none is given. */
  readonly phone?: string
  readonly vcard?: string
}

function card({ name, phone, vcard }: ContactWish): ContactMessage {
  if (vcard === undefined && phone === undefined) throw new Error(`contact ${name} has neither phone nor vcard`)
  const tel = phone === undefined ? '' : `TEL;type=CELL;waid=${phone}:+${phone}\n`
  const made = `BEGIN:VCARD\nVERSION:3.0\nN:;${name};;;\nFN:${name}\n${tel}END:VCARD`
  return { displayName: name, vcard: vcard ?? made }
}

const seen = ({ displayName, vcard }: ContactMessage) => ({
  name: displayName,
  vcard,
  phone: /waid=(\d+)/.exec(vcard ?? '')?.[1],
})

export const contact: ContentKind<ContactWish> = {
  name: 'contact',
  compose: (_scene, wish) => ({ contactMessage: card(wish) }),
  read: ({ contactMessage: it }) =>
    it && {
      kind: 'contact',
      ...(it.displayName === undefined ? {} : { text: it.displayName }),
      details: { contacts: [seen(it)] },
    },
}

export const contacts: ContentKind<readonly ContactWish[]> = {
  name: 'contacts',
  compose: (_scene, wish) => {
    if (wish.length === 0) throw new Error('there is no contact to send')
    return { contactsArrayMessage: { displayName: `${wish.length} contacts`, contacts: wish.map(card) } }
  },
  read: ({ contactsArrayMessage: it }) =>
    it && {
      kind: 'contacts',
      ...(it.displayName === undefined ? {} : { text: it.displayName }),
      details: { contacts: (it.contacts ?? []).map(seen) },
    },
}
