import { z } from 'zod'

const anyJid =
  /^[0-9A-Za-z._-]{1,64}(:\d{1,5})?@(s\.whatsapp\.net|c\.us|lid|g\.us|broadcast|newsletter|bot|hosted|hosted\.lid|msgr|interop)$/
const personJid = /^\d{1,20}(:\d{1,5})?@(s\.whatsapp\.net|c\.us|lid)$/
const phone = /^\+?[1-9][0-9]{5,17}$/
const groupUser = /^(\d{5,20}-\d{5,20}|\d{18,25})$/
const channelUser = /^\d{5,25}$/

const address = (fits: (text: string) => boolean, message: string) =>
  z
    .string()
    .trim()
    .refine(fits, { message, params: { error_code: 'invalid_jid' } })

/** Where a chat is: a full WhatsApp address, or the digits of a person. */
export const ChatAddress = address(
  (text) => anyJid.test(text) || phone.test(text) || groupUser.test(text),
  'is not a WhatsApp address',
).meta({
  id: 'ChatAddress',
  description:
    'Full WhatsApp address (`4917012345678@s.whatsapp.net`, `…@lid`, `…@g.us`), or the international digits of a person.',
  examples: ['4917012345678@s.whatsapp.net'],
})

/** A person: number, JID or LID. */
export const PersonAddress = address(
  (text) => personJid.test(text) || phone.test(text),
  'is not the address of a person',
).meta({
  id: 'PersonAddress',
  description: 'International digits of a person, or the address `4917012345678@s.whatsapp.net` or `…@lid`.',
  examples: ['4917012345678@s.whatsapp.net'],
})

const withServer = (server: string, user: RegExp) => (text: string) => (user.test(text) ? `${text}@${server}` : text)

/** A group; the server may be left out. */
export const GroupAddress = z
  .string()
  .trim()
  .transform(withServer('g.us', groupUser))
  .refine((text) => /^\d{5,25}(-\d{5,20})?@g\.us$/.test(text), {
    message: 'is not the address of a group',
    params: { error_code: 'invalid_jid' },
  })
  .meta({ id: 'GroupAddress', description: 'Address of a group.', examples: ['120363012345678901@g.us'] })

/** A channel; the server may be left out. */
export const ChannelAddress = z
  .string()
  .trim()
  .transform(withServer('newsletter', channelUser))
  .refine((text) => /^\d{5,25}@newsletter$/.test(text), {
    message: 'is not the address of a channel',
    params: { error_code: 'invalid_jid' },
  })
  .meta({ id: 'ChannelAddress', description: 'Address of a channel.', examples: ['120363098765432109@newsletter'] })
