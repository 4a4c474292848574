import { address, written } from './chat-address.ts'

/** A person by number, or by a LID: its number may be known here. */
export const NumberOrLid = address({
  kinds: ['number', 'lid'],
  words: 'is not an international phone number',
  refused: 'invalid_phone',
}).meta({
  id: 'NumberOrLid',
  description: `International phone number. ${written} An address of the person (\`…@s.whatsapp.net\`, \`…@lid\`) is fine too.`,
  examples: ['4917012345678'],
})

/** An international number. Out come the digits. */
export const Phone = address({
  kinds: ['number'],
  words: 'is not an international phone number',
  refused: 'invalid_phone',
})
  .transform((jid) => jid.replace(/@.*/, ''))
  .meta({
    id: 'Phone',
    description: `International phone number: country code and number. ${written} The address \`…@s.whatsapp.net\` is fine too.`,
    examples: ['4917012345678'],
  })
