import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { forGenerators } from './for-generators.ts'

const schemasOf = (schemas: Record<string, object>) => forGenerators({ components: { schemas } }).components.schemas

describe('the words of the document that generators understand', () => {
  it('say by conditions which fields are needed together, and mean the same', () => {
    const ways = [{ required: ['a'] }, { required: ['b'] }, { required: ['c', 'd'] }]
    assert.deepEqual(schemasOf({ Body: { type: 'object', anyOf: ways } }), {
      Body: { type: 'object', if: ways[0], else: { if: ways[1], else: ways[2] } },
    })
    const either = { anyOf: [{ type: 'string' }, { type: 'array' }] }
    assert.deepEqual(schemasOf({ Either: either }), { Either: either })
  })

  it('write out another name of a text, and keep one of an object', () => {
    const id = { type: 'string', pattern: '^x$', description: 'Id' }
    const ref = (name: string) => ({ $ref: `#/components/schemas/${name}` })
    const given = {
      Id: id,
      PollId: { ...ref('Id'), description: 'Of a poll' },
      Body: ref('Whole'),
      Whole: { type: 'object' },
    }
    assert.deepEqual(schemasOf(given), { ...given, PollId: { ...id, description: 'Of a poll' } })
  })

  it('say that a number may be large, and keep what may be of several types apart', () => {
    const given = {
      Seq: { type: 'integer', minimum: 0 },
      Count: { type: 'integer', maximum: 200 },
      Large: { type: ['integer', 'null'], maximum: 2 ** 40 },
      Cursor: { type: ['integer', 'string'], description: 'Cursor' },
    }
    assert.deepEqual(schemasOf(given), {
      Seq: { ...given.Seq, format: 'int64' },
      Count: given.Count,
      Large: { ...given.Large, format: 'int64' },
      Cursor: { description: 'Cursor', anyOf: [{ type: 'integer', format: 'int64' }, { type: 'string' }] },
    })
  })
})
