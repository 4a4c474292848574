import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { KeyedLocks } from './keyed-locks.ts'

describe('KeyedLocks', () => {
  it('lets one in at a time for each key, and others pass', async () => {
    const locks = new KeyedLocks()
    const inside = new Map<string, number>()
    const enter = (keys: string[]) =>
      locks.run(keys, async () => {
        for (const key of new Set(keys)) inside.set(key, (inside.get(key) ?? 0) + 1)
        assert.ok(keys.every((key) => inside.get(key) === 1))
        await turn()
        for (const key of keys) inside.set(key, 0)
      })
    await Promise.all(Array.from({ length: 30 }, (_, index) => enter(['a', 'b', 'c'].slice(index % 3))))
    await Promise.all([enter(['b', 'a']), enter(['a', 'b']), enter(['a', 'a'])])
  })

  it('continues after a holder failed', async () => {
    const locks = new KeyedLocks()
    await assert.rejects(locks.run(['a'], () => Promise.reject(new Error('failed'))))
    assert.equal(await locks.run(['a'], async () => 'in'), 'in')
  })
})
