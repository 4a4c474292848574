import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { groups } from './items.ts'
import { missingTests } from './page.ts'

const root = path.resolve(import.meta.dirname, '../../..')

describe('the page about WhatsApp of 2026', () => {
  it('names tests that are there', () => assert.deepEqual(missingTests(root), []))

  it('is refused when a test that it names is gone', () => {
    const file = 'scripts/generate/whatsapp-2026/page.test.ts'
    const items = [
      { what: 'one', test: [file, 'words of no' + ' test'] },
      { what: 'two', test: ['no/such.test.ts', 'x'] },
      { what: 'three', test: [file, 'names tests that are there'] },
    ] as const
    assert.equal(missingTests(root, [{ heading: 'Some', items }]).length, 2)
  })

  it('has a test or a reason in each row', () => {
    const bare = groups
      .flatMap(({ items }) => items)
      .filter(({ test, note }) => test === undefined && note === undefined)
    assert.deepEqual(bare, [])
  })
})
