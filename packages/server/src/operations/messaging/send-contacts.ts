import { z } from 'zod'
import { sendAct } from '../../kit/send-act.ts'
import { Phone } from '../../schemas/phone.ts'
import { words } from '../../schemas/text.ts'

const hidden = <Schema extends z.ZodType>(schema: Schema) => schema.meta({ examples: [] })

/** What a card says, or the card as it is. */
const card = {
  name: words(200)
    .optional()
    .meta({
      description: 'Name of the contact. Of a given card, the one that the chat shows.',
      examples: ['Ada Lovelace'],
    }),
  phone: Phone.optional().describe('Its number. Phones offer to write to it.'),
  phones: hidden(
    z
      .array(z.object({ number: Phone, label: words(50).optional() }))
      .max(20)
      .optional(),
  ).describe('More numbers, each with a label or without'),
  organization: words(200).optional(),
  title: words(200).optional().describe('Position in the organization'),
  email: words(320).optional(),
  url: words(2000).optional(),
  note: words(2000).optional(),
  vcard: hidden(z.string().max(65_536).regex(/\S/).optional()).describe(
    'A vCard, sent as it is instead of one that is made',
  ),
} as const

interface GivenCard {
  readonly name?: string | undefined
  readonly phone?: string | undefined
  readonly phones?: readonly { readonly number: string; readonly label?: string | undefined }[] | undefined
  readonly organization?: string | undefined
  readonly title?: string | undefined
  readonly email?: string | undefined
  readonly url?: string | undefined
  readonly note?: string | undefined
  readonly vcard?: string | undefined
}

const isCard = ({ vcard, name, phone }: GivenCard): boolean =>
  vcard !== undefined || (name !== undefined && phone !== undefined)
const needed = { message: 'needs name and phone, or vcard' }
const waysOfOne = [{ required: ['name', 'phone'] }, { required: ['vcard'] }]

const Card = z.strictObject(card).refine(isCard, needed).meta({ anyOf: waysOfOne })

const contentOf = ({ vcard, name, phone, phones = [], email, url, organization, title, note }: GivenCard) => {
  if (vcard !== undefined) return { vcard, ...(name !== undefined && { name }) }
  const numbers = [{ number: phone! }, ...phones.map(({ number, label }) => ({ number, ...(label && { label }) }))]
  return {
    name: name!,
    phones: numbers,
    ...(organization && { organization }),
    ...(title && { title }),
    ...(email && { emails: [email] }),
    ...(url && { urls: [url] }),
    ...(note && { note }),
  }
}

export default sendAct({
  path: '/chats/{chat_jid}/contacts',
  summary: 'Send one contact card, or several in one message',
  body: z
    .strictObject({ ...card, contacts: hidden(z.array(Card).min(1).max(100).optional()).describe('Several cards') })
    .refine(({ contacts, ...one }) => contacts !== undefined || isCard(one), {
      message: 'needs name and phone, vcard, or contacts',
    })
    .meta({ anyOf: [...waysOfOne, { required: ['contacts'] }] }),
  content: ({ contacts = [], ...one }) => ({
    type: 'contacts',
    contacts: [...(isCard(one) ? [one] : []), ...contacts].map(contentOf),
  }),
})
