import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { packOutcome, packUnit, unpackOutcome, unpackUnit } from './packing.ts'
import type { ThreadOutcome, ThreadStatement } from './protocol.ts'

describe('what crosses to the storage thread and back', () => {
  it('says the same before and after', () => {
    const unit: ThreadStatement[] = [
      { id: 1, sql: 'insert into a values (?, ?)', parameters: [1, null], required: false },
      { id: 2, parameters: [], required: true },
      { id: 3, parameters: ['x', new Uint8Array([1, 2]), 5n, ''], required: false },
    ]
    assert.deepEqual(unpackUnit(structuredClone(packUnit(unit))), unit)
    assert.deepEqual(unpackUnit(packUnit([])), [])
  })

  it('tells results, misses and errors apart', () => {
    const outcomes: ThreadOutcome[] = [
      { results: [] },
      {
        results: [
          { rows: [], affected: 0 },
          { rows: [], affected: 7 },
          { rows: [{ n: 1 }, { n: null }], affected: 2 },
        ],
      },
      { missedAt: 0 },
      { error: { message: 'database or disk is full', errcode: 13 } },
    ]
    assert.deepEqual(structuredClone(outcomes.map(packOutcome)).map(unpackOutcome), outcomes)
  })
})
