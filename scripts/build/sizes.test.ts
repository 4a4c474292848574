import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { stampFile } from './built.mjs'
import { overBudget, sizeLines } from './sizes.ts'

const kib = 1024

/** A project that was built to these sizes. */
const built = (test: TestContext, sizes: { start: number; first: number; all: number }): string => {
  const root = mkdtempSync(path.join(tmpdir(), 'switchboard-sizes-'))
  test.after(() => rmSync(root, { recursive: true, force: true }))
  mkdirSync(path.dirname(stampFile(root)), { recursive: true })
  const stamp = {
    startBytes: { main: sizes.start * kib },
    allBytes: 1,
    console: { firstBytes: sizes.first * kib, allBytes: sizes.all * kib },
  }
  writeFileSync(stampFile(root), JSON.stringify(stamp))
  return root
}

describe('the sizes of what is built', () => {
  it('are named, and are fine up to the budget', (test) => {
    const root = built(test, { start: 1000, first: 60, all: 150 })
    assert.match(sizeLines(root).join('\n'), /console: 60\.0 KiB at first load/)
    assert.deepEqual(overBudget(root), [])
  })

  it('fail when a program, or what a browser loads of the console, is more', (test) => {
    const faults = overBudget(built(test, { start: 9000, first: 61, all: 151 }))
    assert.equal(faults.length, 3)
    assert.match(faults[0]!, /^main loads 9000 KiB/)
    assert.match(faults[1]!, /^The console loads 61\.0 KiB first/)
    assert.match(faults[2]!, /^The console is 151\.0 KiB in all/)
  })
})
