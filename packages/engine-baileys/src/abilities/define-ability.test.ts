import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AbilityParts } from './ability-parts.ts'
import { defineAbility } from './define-ability.ts'

const parts = (open: boolean) => ({ isOpen: () => open }) as AbilityParts

describe('defineAbility', () => {
  const seen: [AbilityParts, string, string][] = []
  const groups = defineAbility('groups', {
    rename: async (...args) => {
      seen.push(args)
    },
  })

  it('hands the parts of its own session to the act, with what the caller said', async () => {
    const [one, other] = [parts(true), parts(true)]
    await groups.of(one).rename('1@g.us', 'One')
    await groups.of(other).rename('2@g.us', 'Other')
    assert.equal(seen[0]?.[0], one)
    assert.equal(seen[1]?.[0], other)
    assert.deepEqual(
      seen.map(([, ...said]) => said),
      [
        ['1@g.us', 'One'],
        ['2@g.us', 'Other'],
      ],
    )
  })

  it('lets all sessions share the methods', () => {
    const one = groups.of(parts(true))
    assert.equal(one.rename, groups.of(parts(true)).rename)
    assert.deepEqual(Object.keys(one), [])
  })

  it('refuses while the session is not open, each method in its own words', async () => {
    await assert.rejects(groups.of(parts(false)).rename('1@g.us', 'x'), { code: 'not_connected' })
    const channels = defineAbility('channels', { mute: async () => {} }, { mute: () => new RangeError('not now') })
    await assert.rejects(channels.of(parts(false)).mute('1@newsletter', true), RangeError)
  })
})
