import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateSync } from 'node:zlib'
import { decodeBinaryNode, encodeBinaryNode } from 'baileys-stock'
import fc from 'fast-check'
import { decodeNode } from './decode-node.ts'
import { encodeNode } from './encode-node.ts'
import { formatJid, serverJid } from './jid.ts'
import type { AttributeValue, Jid, WireNode } from './node.ts'
import { doubleByteTokens, singleByteTokens } from './tokens.ts'
import { WireError } from './wire-error.ts'

/** Objects as the codec makes them. */
const honest = { noNullPrototype: true } as const
const user = fc.stringMatching(/^[0-9]{5,15}$/)
const jid: fc.Arbitrary<Jid> = fc.oneof(
  fc.constant(serverJid),
  fc.record({ user, server: fc.constantFrom('s.whatsapp.net' as const, 'lid' as const) }, honest),
  fc.record(
    {
      user,
      server: fc.constantFrom('s.whatsapp.net' as const, 'lid' as const),
      device: fc.integer({ min: 1, max: 99 }),
    },
    honest,
  ),
  fc.record({ user, server: fc.constantFrom('g.us' as const, 'newsletter' as const, 'broadcast' as const) }, honest),
)
const text = fc.oneof(
  fc.constantFrom(...singleByteTokens.slice(1), ...doubleByteTokens.flat()),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.stringMatching(/^[0-9A-F]{1,130}$/),
  fc.stringMatching(/^[0-9.-]{1,130}$/),
)
const name = text.filter((value) => value !== '' && value !== '__proto__')
const attrs: fc.Arbitrary<Record<string, AttributeValue>> = fc.dictionary(name, fc.oneof(text, jid), {
  maxKeys: 5,
  noNullPrototype: true,
})
const bytes = fc.uint8Array({ minLength: 1, maxLength: 600 })
const { node } = fc.letrec<{ node: WireNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.record({ tag: name, attrs }, honest),
    fc.record({ tag: name, attrs, content: bytes }, honest),
    fc.record({ tag: name, attrs, content: fc.array(tie('node'), { maxLength: 4 }) }, honest),
  ),
}))

/** Buffers and plain arrays compare equal when their bytes are. */
function plain(value: WireNode): unknown {
  const { content } = value
  if (content instanceof Uint8Array) return { ...value, content: [...content] }
  return Array.isArray(content) ? { ...value, content: content.map(plain) } : value
}

describe('the node codec', () => {
  it('gives back every stanza that it encoded', () => {
    fc.assert(
      fc.property(node, (original) => assert.deepEqual(plain(decodeNode(encodeNode(original))), plain(original))),
    )
  })

  it('is understood by a foreign decoder', async () => {
    await fc.assert(
      fc.asyncProperty(jid, user, bytes, async (to, id, content) => {
        const encoded = encodeNode({
          tag: 'message',
          attrs: { to, id, type: 'text' },
          content: [{ tag: 'enc', attrs: {}, content }],
        })
        const decoded = await decodeBinaryNode(Buffer.from(encoded))
        assert.deepEqual(decoded.attrs, { to: formatJid(to), id, type: 'text' })
      }),
      { numRuns: 50 },
    )
  })

  it('understands a foreign encoder', () => {
    fc.assert(
      fc.property(jid, user, bytes, (to, id, content) => {
        const encoded = encodeBinaryNode({
          tag: 'iq',
          attrs: { to: formatJid(to), id },
          content: [{ tag: 'x', attrs: {}, content }],
        })
        const decoded = decodeNode(encoded)
        assert.deepEqual(decoded.attrs['to'], to)
        assert.equal(decoded.attrs['id'], id)
      }),
      { numRuns: 50 },
    )
  })

  it('writes a JID as a JID and text with an @ as text', () => {
    const decoded = decodeNode(
      encodeNode({ tag: 'iq', attrs: { from: serverJid, notify: 'me@lid', to: 's.whatsapp.net' } }),
    )
    assert.deepEqual(decoded.attrs, { from: serverJid, notify: 'me@lid', to: 's.whatsapp.net' })
  })

  it('carries lists and binaries of every length class', () => {
    const many = Array.from({ length: 300 }, () => ({ tag: 'item', attrs: {} }))
    for (const content of [many, [], new Uint8Array(255), new Uint8Array(256), new Uint8Array(1 << 20)]) {
      const original: WireNode = { tag: 'list', attrs: {}, content }
      assert.deepEqual(plain(decodeNode(encodeNode(original))), plain(original))
    }
  })

  it('inflates a compressed stanza and refuses one that inflates without bound', () => {
    const original: WireNode = { tag: 'iq', attrs: { id: 'a' }, content: new Uint8Array(5000) }
    const deflated = Buffer.concat([Buffer.of(2), deflateSync(encodeNode(original).subarray(1))])
    assert.deepEqual(plain(decodeNode(deflated)), plain(original))
    const bomb = Buffer.concat([Buffer.of(2), deflateSync(Buffer.alloc(64 * 1024 * 1024))])
    assert.throws(() => decodeNode(bomb), WireError)
  })

  it('refuses what is nested without end, cut short, followed by more, or aimed at the prototype', () => {
    let deep: WireNode = { tag: 'a', attrs: {} }
    for (let level = 0; level < 40; level++) deep = { tag: 'a', attrs: {}, content: [deep] }
    assert.throws(() => decodeNode(encodeNode(deep)), WireError)
    const whole = encodeNode({ tag: 'iq', attrs: { id: 'something' } })
    assert.throws(() => decodeNode(whole.subarray(0, -1)), WireError)
    assert.throws(() => decodeNode(Buffer.concat([whole, Buffer.of(0)])), WireError)
    assert.throws(() => decodeNode(encodeNode({ tag: 'iq', attrs: { ['__proto__']: 'x' } })), WireError)
  })

  it('meets random and mutated bytes with a stanza or a WireError, never anything else', () => {
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.tuple(node, fc.nat(), fc.nat(255)).map(([original, where, value]) => {
        const encoded = encodeNode(original)
        encoded[where % encoded.length] = value
        return encoded
      }),
    )
    fc.assert(
      fc.property(hostile, (frame) => {
        try {
          decodeNode(frame)
        } catch (error) {
          assert.ok(error instanceof WireError, String(error))
        }
      }),
      { numRuns: 2000 },
    )
  })
})
