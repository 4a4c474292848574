import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type BinaryNode, decodeBinaryNode, encodeBinaryNode } from 'baileys'
import fc from 'fast-check'
import { EncodedNodes, encodeStanza } from './encode-node.ts'

const word = fc.oneof(
  fc.constantFrom('message', 'to', 'jid', 'enc', 'pkmsg', 'v', '2', 'status@broadcast', '3EB0C767D26A1B2E5F6A77'),
  fc.constantFrom(
    '4917012345678@s.whatsapp.net',
    '990000001:7@lid',
    '@s.whatsapp.net',
    '12-34.5',
    'ABCDEF',
    'Ünïcode 👍',
  ),
  fc.string({ minLength: 1, maxLength: 300 }),
)
const { node } = fc.letrec<{ node: BinaryNode }>((tie) => ({
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

describe('encodeStanza', () => {
  it('makes the bytes that the library makes', () => {
    fc.assert(
      fc.property(node, (stanza) => {
        assert.deepEqual(encodeStanza(stanza), encodeBinaryNode(stanza))
      }),
      { numRuns: 500 },
    )
  })

  it('leaves out attributes without a value', () => {
    const stanza = { tag: 'message', attrs: { id: '1', phash: undefined } }
    assert.deepEqual(encodeStanza(stanza), encodeBinaryNode({ tag: 'message', attrs: { id: '1' } }))
  })

  it('takes nodes that were encoded ahead, any number of them', () => {
    const child = (n: number): BinaryNode => ({
      tag: 'to',
      attrs: { jid: `${1000 + n}@lid` },
      content: Buffer.alloc(9, n),
    })
    for (const count of [0, 1, 255, 256, 3000]) {
      const all = Array.from({ length: count }, (_, n) => child(n))
      const ahead = new EncodedNodes()
      for (let from = 0; from < count; from += 100) ahead.add(all.slice(from, from + 100))
      const participants = (content: BinaryNode[] | EncodedNodes) => ({ tag: 'participants', attrs: {}, content })
      const encoded = encodeStanza({ tag: 'message', attrs: { id: '1' }, content: [participants(ahead)] })
      const expected = encodeBinaryNode({
        tag: 'message',
        attrs: { id: '1' },
        content: [participants(all)] as BinaryNode[],
      })
      assert.ok(encoded.equals(expected), `${count} nodes`)
    }
  })

  it('says of a long content how long it is', async () => {
    for (const size of [255, 256, 2 ** 20 - 1, 2 ** 20]) {
      const { content } = await decodeBinaryNode(
        encodeStanza({ tag: 'enc', attrs: {}, content: Buffer.alloc(size, 7) }),
      )
      assert.ok(Buffer.alloc(size, 7).equals(content as Uint8Array), `${size} bytes`)
    }
  })
})
