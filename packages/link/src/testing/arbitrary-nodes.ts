import fc from 'fast-check'
import type { BinaryNode } from '../binary-node.ts'

/** The library looks tokens up in an object, and takes what every object has for a token (`toString`), also as a part of an address. */
const isNoMember = (text: string): boolean => !text.split(/[@:_]/).some((part) => part in {})

/** Texts of every form in which stanzas write one. */
const word = fc.oneof(
  fc.constantFrom('message', 'to', 'jid', 'enc', 'pkmsg', 'v', '2', 'status@broadcast', '3EB0C767D26A1B2E5F6A77'),
  fc.constantFrom('4917012345678@s.whatsapp.net', '990000001:7@lid', '@s.whatsapp.net', '12-34.5', 'ABCDEF', 'ABCDE'),
  fc.constantFrom('Ünïcode 👍', '49170_1:3@s.whatsapp.net', '1:99@hosted', '1:99@hosted.lid', '1:0@lid', '1:300@lid'),
  fc.constantFrom(
    'a:b@lid',
    'a_b_c:1:2@lid',
    ':1@lid',
    '_1:2@c.us',
    '1@2@3',
    '1_2:3@constructor',
    '120363@newsletter',
    '1-2@g.us',
    '-.',
    'F',
  ),
  fc.string({ minLength: 1, maxLength: 300 }).filter(isNoMember),
  fc.stringMatching(/^[0-9.-]{1,130}$/),
  fc.stringMatching(/^[0-9A-F]{1,130}$/),
  fc.string({ minLength: 250, maxLength: 260, unit: 'binary' }).filter(isNoMember),
)

/** Any stanza, as far as they differ in how they are written. */
export const { node: arbitraryNode } = fc.letrec<{ node: BinaryNode }>((tie) => ({
  node: fc.record(
    {
      tag: word,
      attrs: fc.dictionary(word, fc.oneof(word, fc.constant('')), { maxKeys: 4, noNullPrototype: true }),
      content: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.uint8Array({ maxLength: 600 }),
        fc.array(tie('node'), { maxLength: 5 }),
      ),
    },
    { requiredKeys: ['tag', 'attrs'], noNullPrototype: true },
  ) as fc.Arbitrary<BinaryNode>,
}))
