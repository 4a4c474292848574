import type { ContactView } from '@switchboard/engine'
import { z } from 'zod'

/** A card of a contact message. */
export const MessageContact = z
  .object({
    name: z.string().optional(),
    phones: z
      .array(
        z.object({
          number: z.string().describe('As the card writes it'),
          whatsapp_number: z.string().optional().describe('Digits of its WhatsApp account, when the card names one'),
          label: z
            .string()
            .optional()
            .describe('`cell`, `work` and the like, or a word that the author of the card chose'),
        }),
      )
      .optional(),
    emails: z.array(z.string()).optional(),
    organization: z.string().optional(),
    title: z.string().optional(),
    urls: z.array(z.string()).optional(),
    addresses: z.array(z.string()).optional(),
    birthday: z.string().optional().describe('As the card writes it'),
    note: z.string().optional(),
    vcard: z.string().optional().describe('The card as it came'),
  })
  .meta({ id: 'MessageContact' })

/** The values of {@link MessageContact}. */
export const contactOf = ({ phones, emails, urls, addresses, ...contact }: ContactView) => ({
  ...contact,
  phones: phones?.map(({ waid, ...phone }) => ({ ...phone, whatsapp_number: waid })),
  emails: emails && [...emails],
  urls: urls && [...urls],
  addresses: addresses && [...addresses],
})
