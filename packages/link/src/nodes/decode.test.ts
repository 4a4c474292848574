import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateSync } from 'node:zlib'
import { decodeBinaryNode, encodeBinaryNode, type BinaryNode as LibraryNode } from 'baileys-stock'
import fc from 'fast-check'
import type { BinaryNode } from '../binary-node.ts'
import { LinkError } from '../link-error.ts'
import { arbitraryNode } from '../testing/arbitrary-nodes.ts'
import { decodeStanza } from './decode.ts'
import { tags } from './tags.ts'

/** Without the difference between no content and one that is undefined. */
const plain = ({ tag, attrs, content }: BinaryNode | LibraryNode): object => ({
  tag,
  attrs,
  content: Array.isArray(content) ? content.map(plain) : content,
})

/** What both make of a frame; undefined when it cannot be read. */
async function readTwice(frame: Buffer) {
  const theirs = await decodeBinaryNode(frame).catch(() => undefined)
  try {
    return { theirs: theirs && plain(theirs), ours: plain(decodeStanza(frame)) }
  } catch (error) {
    assert.ok(error instanceof LinkError && error.code === 'malformed', String(error))
    return { theirs: theirs && plain(theirs), ours: undefined }
  }
}

describe('decodeStanza', () => {
  it('reads what the library reads', async () => {
    const property = fc.asyncProperty(arbitraryNode, async (stanza) => {
      const { ours, theirs } = await readTwice(encodeBinaryNode(stanza))
      assert.deepEqual(ours, theirs)
    })
    await fc.assert(property, { numRuns: 1000, endOnFailure: true })
  })

  it('reads and refuses spoilt frames as the library does', async () => {
    const change = fc.record({
      at: fc.nat(80),
      to: fc.oneof(fc.nat(255), fc.integer({ min: 236, max: 253 }), fc.constant(255)),
    })
    const property = fc.asyncProperty(
      arbitraryNode,
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (node, changes) => {
        const frame = encodeBinaryNode(node)
        for (const { at, to } of changes) if (at > 0) frame[at % frame.length] = to
        frame[0] = 0
        // Lengths of four bytes: the library takes some for negative numbers, and reads the same again and again.
        for (const [at, byte] of frame.entries()) if (byte === tags.binary32) frame[at] = tags.binary20
        const { ours, theirs } = await readTwice(frame)
        assert.deepEqual(ours, theirs)
      },
    )
    await fc.assert(property, { numRuns: 1500, endOnFailure: true })
  })

  it('reads addresses of other networks', async () => {
    const { adJid, facebookJid, interopJid, binary8, nibble8 } = tags
    const text = (value: string) => [binary8, value.length, ...Buffer.from(value)]
    const forms = [
      [facebookJid, nibble8, 2, 0x12, 0x34, 0, 3, ...text('msgr')],
      [interopJid, nibble8, 2, 0x12, 0x34, 0, 3, 0, 7, ...text('interop')],
      [interopJid, nibble8, 2, 0x12, 0x34, 1, 3, 0, 7],
      ...[0, 1, 2, 128, 129].map((domain) => [adJid, domain, 9, nibble8, 2, 0x12, 0x34]),
    ]
    for (const form of forms) {
      const { ours, theirs } = await readTwice(Buffer.from([0, tags.list8, 2, 25, ...form]))
      assert.ok(theirs)
      assert.deepEqual(ours, theirs)
    }
  })

  it('reads compressed frames', async () => {
    const stanza = { tag: 'iq', attrs: { id: '1' }, content: Buffer.alloc(5000, 'history ') }
    const frame = Buffer.concat([Buffer.of(2), deflateSync(encodeBinaryNode(stanza).subarray(1))])
    const { ours, theirs } = await readTwice(frame)
    assert.ok(theirs)
    assert.deepEqual(ours, theirs)
  })

  it('hands out contents as views on the frame', () => {
    const frame = encodeBinaryNode({ tag: 'enc', attrs: {}, content: Buffer.from('sealed') })
    const { content } = decodeStanza(frame)
    assert.ok(content instanceof Uint8Array)
    assert.equal(content.buffer, frame.buffer)
  })

  it('refuses what would take the memory or the stack of the process', () => {
    const bomb = Buffer.concat([Buffer.of(2), deflateSync(Buffer.alloc(80 * 1024 * 1024))])
    const nest = Buffer.concat([
      Buffer.of(0),
      ...Array.from({ length: 50_000 }, () => Buffer.of(tags.list8, 2, 25, tags.list8, 1)),
    ])
    const { jidPair, adJid, facebookJid, interopJid } = tags
    const head = Buffer.of(0, tags.list8, 2, 25)
    const nested = [[jidPair], [adJid, 0, 0], [facebookJid], [interopJid], [jidPair, 3]].map((form) =>
      Buffer.concat([head, Buffer.alloc(8 * 1024 * 1024, Buffer.from(form))]),
    )
    for (const frame of [bomb, nest, ...nested]) assert.throws(() => decodeStanza(frame), LinkError)
  })
})
