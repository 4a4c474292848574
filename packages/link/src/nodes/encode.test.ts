import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { encodeBinaryNode } from 'baileys-stock'
import fc from 'fast-check'
import type { BinaryNode } from '../binary-node.ts'
import { arbitraryNode } from '../testing/arbitrary-nodes.ts'
import { decodeStanza } from './decode.ts'
import { EncodedNodes, encodeStanza, writeStanza } from './encode.ts'
import { doubleTokens, singleTokens } from './tokens.ts'

describe('encodeStanza', () => {
  it('makes the bytes that the library makes', () => {
    fc.assert(
      fc.property(arbitraryNode, (stanza) => {
        assert.deepEqual(encodeStanza(stanza), encodeBinaryNode(stanza))
      }),
      { numRuns: 1000 },
    )
  })

  it('writes every token of the dictionary as the library does', () => {
    for (const tag of [...singleTokens.slice(1), ...doubleTokens.flat()]) {
      assert.deepEqual(encodeStanza({ tag, attrs: {} }), encodeBinaryNode({ tag, attrs: {} }), tag)
    }
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

  it('says of a long content how long it is', () => {
    for (const size of [255, 256, 2 ** 20 - 1, 2 ** 20]) {
      const { content } = decodeStanza(encodeStanza({ tag: 'enc', attrs: {}, content: Buffer.alloc(size, 7) }))
      assert.ok(Buffer.alloc(size, 7).equals(content as Uint8Array), `${size} bytes`)
    }
  })

  it('keeps the network of people who use another app', () => {
    for (const address of ['12345:3@msgr', '12345:0@msgr', '7-12345:3@interop', '7-12345:0@interop']) {
      const read = decodeStanza(encodeStanza({ tag: 'to', attrs: { jid: address } }))
      assert.equal(read.attrs['jid'], address)
    }
  })

  it('writes one stanza after another into the same memory', () => {
    const first = writeStanza({ tag: 'iq', attrs: { id: '1' } })
    const kept = Buffer.from(first)
    const large = writeStanza({ tag: 'iq', attrs: {}, content: Buffer.alloc(2 ** 20) })
    assert.equal(large.length > 2 ** 20, true)
    assert.deepEqual(Buffer.from(writeStanza({ tag: 'iq', attrs: { id: '1' } })), kept)
  })
})
