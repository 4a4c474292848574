import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AbilityParts } from './ability-parts.ts'
import { defineAbility } from './define-ability.ts'

const parts = (open: boolean) => ({ isOpen: () => open }) as AbilityParts

describe('defineAbility', () => {
  const seen: [AbilityParts, boolean][] = []
  const passive = defineAbility('passive', {
    setPassive: async (...args) => {
      seen.push(args)
    },
  })

  it('hands the parts of its own session to the act, with what the caller said', async () => {
    const [one, other] = [parts(true), parts(true)]
    await passive.of(one).setPassive(true)
    await passive.of(other).setPassive(false)
    assert.equal(seen[0]?.[0], one)
    assert.equal(seen[1]?.[0], other)
    assert.deepEqual(
      seen.map(([, ...said]) => said),
      [[true], [false]],
    )
  })

  it('lets all sessions share the methods', () => {
    const one = passive.of(parts(true))
    assert.equal(one.setPassive, passive.of(parts(true)).setPassive)
    assert.deepEqual(Object.keys(one), [])
  })

  it('refuses while the session is not open, each method in its own words', async () => {
    await assert.rejects(passive.of(parts(false)).setPassive(true), { code: 'not_connected' })
    const refusing = defineAbility(
      'passive',
      { setPassive: async () => {} },
      { setPassive: () => new RangeError('not now') },
    )
    await assert.rejects(refusing.of(parts(false)).setPassive(true), RangeError)
  })
})
