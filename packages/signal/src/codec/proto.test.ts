import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SignalError } from '../errors.ts'
import { asBytes, asNumber, asPublicKey, eachField, type FieldValue } from './proto-reader.ts'
import { ProtoWriter } from './proto-writer.ts'

function read(bytes: Uint8Array): [number, FieldValue][] {
  const fields: [number, FieldValue][] = []
  eachField(bytes, (field, value) => fields.push([field, value]))
  return fields
}

const isMalformed = (error: unknown) => error instanceof SignalError && error.code === 'malformed'

describe('the protobuf codec', () => {
  it('writes what the protobuf documentation shows', () => {
    assert.deepEqual(new ProtoWriter().uint(1, 150).finish(), Uint8Array.of(0x08, 0x96, 0x01))
    const text = new ProtoWriter(1).bytes(2, Buffer.from('testing')).finish()
    assert.deepEqual(Buffer.from(text).toString('hex'), '120774657374696e67')
  })

  it('reads back whatever it wrote', () => {
    const field = fc.integer({ min: 1, max: 100 })
    const entry = fc.oneof(fc.tuple(field, fc.integer({ min: 0, max: 0xffffffff })), fc.tuple(field, fc.uint8Array()))
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        const writer = new ProtoWriter(1)
        for (const [number, value] of entries) {
          if (typeof value === 'number') writer.uint(number, value)
          else writer.bytes(number, value)
        }
        assert.deepEqual(read(writer.finish()), entries)
      }),
    )
  })

  it('keeps the low 32 bits of a negative number, and steps over fixed-width fields', () => {
    const minusOne = Buffer.from('08ffffffffffffffffff01', 'hex')
    assert.deepEqual(read(minusOne), [[1, 0xffffffff]])
    assert.deepEqual(read(Buffer.from('0d010203040909090909090909091005', 'hex')), [[2, 5]])
  })

  it('throws nothing but `malformed`, whatever it is given', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        try {
          read(bytes)
        } catch (error) {
          assert.ok(isMalformed(error))
        }
      }),
    )
  })

  it('refuses values of another type or length', () => {
    assert.throws(() => asNumber(new Uint8Array()), isMalformed)
    assert.throws(() => asBytes(1), isMalformed)
    assert.throws(() => asBytes(new Uint8Array(31), 32), isMalformed)
    assert.throws(() => asPublicKey(new Uint8Array(33)), isMalformed)
    assert.deepEqual(asPublicKey(Uint8Array.of(5, ...new Uint8Array(32))), new Uint8Array(32))
  })
})
