import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FieldReader } from '@switchboard/link/proto'
import { proto } from 'baileys-stock'
import fc from 'fast-check'
import type { Messages } from '../generated/messages.ts'
import { schema } from '../generated/schema.ts'
import { codec } from './codec.ts'
import { bytesField } from './raw-fields.ts'

const message = codec('Message')

interface OracleType {
  decode(bytes: Uint8Array): object
  toObject(message: object, options: object): Record<string, unknown>
}

/** The stock library's reading of a message of that name; undefined when it has none. */
function oracleOf(name: string): OracleType | undefined {
  const all = proto as unknown as Record<string, OracleType>
  return (proto.Message as unknown as Record<string, OracleType>)[name] ?? all[name]
}

const rows = schema
  .trim()
  .split('\n')
  .map((row) => {
    const [name = '', ...words] = row.split(' ')
    const fields = Array.from({ length: words.length / 3 }, (_, index) => words.slice(index * 3, index * 3 + 3))
    return { name, fields: fields.map(([number, kind = '', field = '']) => ({ number: Number(number), kind, field })) }
  })

const samples: Readonly<Record<string, unknown>> = {
  s: 'text',
  // Also a message with a field that nobody knows: what we keep as bytes may be one to the library.
  b: Uint8Array.of(0x80, 0x7d, 0x01),
  o: true,
  i: 3,
  u: 4,
  I: 5,
  U: 2 ** 40,
  x: 7,
  f: 1.5,
  d: 2.25,
}

describe('codec', () => {
  it('reads and writes what the stock library does', () => {
    let compared = 0
    for (const { name, fields } of rows) {
      const oracle = oracleOf(name)
      if (!oracle) continue
      for (const { kind, field } of fields) {
        const scalar = samples[kind.replace(/^[*+]/, '')]
        if (scalar === undefined) continue
        const value = /^[*+]/.test(kind) ? [scalar] : scalar
        const bytes = codec(name as keyof Messages).encode({ [field]: value })
        const read: Record<string, unknown> = oracle.toObject(oracle.decode(bytes), {
          longs: Number,
          enums: Number,
          arrays: false,
        })
        const found: unknown = Object.entries(read).find(([key]) => key.toLowerCase() === field.toLowerCase())?.[1]
        // A message in a schema of ours that looks into less, or a field that the library does not know yet.
        if (found === undefined || kind.endsWith('b')) continue
        assert.deepEqual(found, value, `${name}.${field}`)
        assert.deepEqual(codec(name as keyof Messages).decode(bytes), { [field]: value }, `${name}.${field}`)
        compared++
      }
    }
    assert.ok(compared > 500, `${compared} fields were compared`)
  })

  it('keeps what the schema does not name, wherever it stands', () => {
    const anything = fc.uint8Array({ maxLength: 40 })
    fc.assert(
      fc.property(anything, anything, anything, (outer, middle, inner) => {
        const quoted = Buffer.concat([message.encode({ conversation: 'asked' }), bytesField(5000, inner)])
        const context = Buffer.concat([
          bytesField(1, Buffer.from('ID')),
          bytesField(3, quoted),
          bytesField(999, middle),
        ])
        const text = Buffer.concat([bytesField(1, Buffer.from('answer')), bytesField(17, context)])
        const bytes = Buffer.concat([bytesField(6, text), bytesField(4000, outer), bytesField(4000, inner)])
        const decoded = message.decode(bytes)
        assert.equal(decoded.extendedTextMessage?.contextInfo?.quotedMessage?.conversation, 'asked')
        assert.deepEqual(Buffer.from(message.encode({ ...decoded })), bytes)
      }),
    )
  })

  it('keeps as many unknown fields as a message has', () => {
    // With work for each field that grows with their number this would not end.
    const bytes = Buffer.alloc(900_000, bytesField(4000, Uint8Array.of()))
    assert.deepEqual(Buffer.from(message.encode(message.decode(bytes))), bytes)
  })

  it('keeps numbers that JavaScript cannot hold, and values of another kind than expected', () => {
    const huge = Buffer.from('28ffffffffffffffffff01', 'hex') // DocumentMessage.fileLength = 2^64 - 1
    const texts = bytesField(6, Buffer.from('not a number')) // DocumentMessage.pageCount
    const bytes = Buffer.concat([huge, texts])
    const decoded = codec('DocumentMessage').decode(bytes)
    assert.equal(decoded.fileLength, undefined)
    assert.deepEqual(Buffer.from(codec('DocumentMessage').encode(decoded)), bytes)
  })

  it('takes lists packed and unpacked, and negative numbers', () => {
    const { encode, decode } = codec('DeviceListMetadata')
    assert.deepEqual(decode(Buffer.from('180118021803', 'hex')), { senderKeyIndexes: [1, 2, 3] })
    assert.deepEqual(decode(encode({ senderKeyIndexes: [1, 300, 3] })), { senderKeyIndexes: [1, 300, 3] })
    assert.deepEqual(
      codec('OrderMessage').decode(codec('OrderMessage').encode({ itemCount: -5, totalAmount1000: -7 })),
      {
        itemCount: -5,
        totalAmount1000: -7,
      },
    )
  })

  it('gives back what it was given', () => {
    const plain = { noNullPrototype: true }
    const options = fc.array(fc.record({ optionName: fc.string() }, plain), { minLength: 1 })
    const poll = fc.record({ name: fc.string(), options }, plain)
    const url = fc.string({ unit: 'grapheme' })
    const numbers = fc.record({ fileLength: fc.maxSafeNat(), seconds: fc.nat(), ptt: fc.boolean(), url }, plain)
    fc.assert(
      fc.property(poll, numbers, fc.double({ noNaN: true }), (pollCreationMessage, audioMessage, degreesLatitude) => {
        const value = { locationMessage: { degreesLatitude }, audioMessage, pollCreationMessage }
        assert.deepEqual(message.decode(message.encode(value)), value)
      }),
    )
  })

  it('writes messages of every size', () => {
    for (let size = 1; size < 200_000; size = size * 2 + 1) {
      const text = 'é'.repeat(size)
      const value = {
        imageMessage: { jpegThumbnail: new Uint8Array(size).fill(1), caption: text },
        locationMessage: { degreesLatitude: 1.5, name: text },
        extendedTextMessage: { text, textArgb: 7 },
        liveLocationMessage: { speedInMps: 0.5, caption: text },
      }
      assert.deepEqual(message.decode(message.encode(value)), value)
    }
  })

  it('fails for bytes that are no message in one way only, however they are spoiled', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        try {
          message.encode(message.decode(bytes))
        } catch (error) {
          assert.ok(error instanceof RangeError)
        }
      }),
    )
    let nested: Uint8Array = new Uint8Array()
    for (let depth = 0; depth < 5000; depth++) nested = bytesField(40, bytesField(1, nested))
    assert.throws(() => message.decode(nested), RangeError)
    assert.throws(() => new FieldReader(Uint8Array.of(0x80)).tag(1), RangeError)
  })
})
