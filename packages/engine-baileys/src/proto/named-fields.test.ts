import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { proto } from 'baileys-stock'
import fc from 'fast-check'
import type { AIRichResponseMessage } from '../generated/messages.ts'
import { codec } from './codec.ts'
import { namedFields } from './named-fields.ts'

const message = codec('AIRichResponseMessage')

const plain = { noNullPrototype: true, requiredKeys: [] }
const [word, number] = [fc.string({ minLength: 1 }), fc.double({ noNaN: true, noDefaultInfinity: true })]
const image = fc.record({ imagePreviewUrl: word, sourceUrl: word }, plain)
const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { minLength: 1, maxLength: 3 })
const part = fc.record(
  {
    // Beyond the numbers that have names, too.
    messageType: fc.nat(12),
    messageText: word,
    gridImageMetadata: fc.record({ gridImageUrl: image, imageUrls: many(image) }, plain),
    imageMetadata: fc.record({ imageUrl: image, alignment: fc.nat(4), imageText: word }, plain),
    codeMetadata: fc.record(
      { codeLanguage: word, codeBlocks: many(fc.record({ highlightType: fc.nat(7), codeContent: word }, plain)) },
      plain,
    ),
    tableMetadata: fc.record(
      { title: word, rows: many(fc.record({ items: many(word), isHeading: fc.boolean() }, plain)) },
      plain,
    ),
    dynamicMetadata: fc.record({ type: fc.nat(3), version: fc.maxSafeNat(), loopCount: fc.nat() }, plain),
    latexMetadata: fc.record({ text: word, expressions: many(fc.record({ url: word, width: number }, plain)) }, plain),
    mapMetadata: fc.record({ centerLatitude: number, annotations: many(fc.record({ title: word }, plain)) }, plain),
    contentItemsMetadata: fc.record(
      { contentType: fc.nat(2), itemsMetadata: many(fc.record({ reelItem: fc.record({ title: word }, plain) })) },
      plain,
    ),
  },
  plain,
)
const rich = fc.record(
  {
    messageType: fc.nat(3),
    submessages: many(part),
    unifiedResponse: fc.record({ data: fc.uint8Array({ maxLength: 40 }) }, plain),
    contextInfo: fc.record({ stanzaId: word, mentionedJid: many(word), isForwarded: fc.boolean() }, plain),
  },
  plain,
)

describe('the named fields of an assistant’s answer', () => {
  it('are those of the stock library, for every part that there is', () => {
    fc.assert(
      fc.property(rich, (value) => {
        const bytes = message.encode(value as AIRichResponseMessage)
        const theirs = proto.AIRichResponseMessage.toObject(proto.AIRichResponseMessage.decode(bytes), {
          enums: String,
          bytes: String,
          longs: Number,
        })
        assert.deepEqual(namedFields('AIRichResponseMessage', message.decode(bytes)), theirs)
      }),
    )
  })
})
