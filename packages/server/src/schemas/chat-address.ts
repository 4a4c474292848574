import { z } from 'zod'

const jid =
  /^[0-9A-Za-z._-]{1,64}(:\d{1,5})?@(s\.whatsapp\.net|c\.us|lid|g\.us|broadcast|newsletter|bot|hosted|hosted\.lid|msgr|interop)$/
const phone = /^\+?[1-9][0-9]{5,17}$/
const group = /^\d{5,20}-\d{5,20}$/

/** Where a chat is: a full WhatsApp address, or the digits of a person. */
export const ChatAddress = z
  .string()
  .trim()
  .refine((value) => jid.test(value) || phone.test(value) || group.test(value), {
    message: 'is not a WhatsApp address',
    params: { error_code: 'invalid_jid' },
  })
  .meta({
    id: 'ChatAddress',
    description:
      'Full WhatsApp address (`4917012345678@s.whatsapp.net`, `…@lid`, `…@g.us`), or the international digits of a person.',
    examples: ['4917012345678@s.whatsapp.net'],
  })
