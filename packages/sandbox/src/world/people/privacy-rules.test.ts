import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { Account } from '../account.ts'
import { World } from '../world.ts'
import { lets, maySee, privacyCategories, readReceiptsHidden } from './privacy-rules.ts'

describe('privacy rules', () => {
  let ana: Account
  let ben: Account

  beforeEach(() => {
    const world = new World()
    ana = world.createAccount({ name: 'Ana' })
    ben = world.createAccount({ name: 'Ben' })
  })

  it('let everybody in when nobody changed anything', () => {
    for (const category of Object.keys(privacyCategories)) assert.ok(lets(ana, category, ben), category)
  })

  it('let in contacts, those who were written to, and the person, but nobody on the list of exceptions', () => {
    ana.privacy.set('profile', 'contacts')
    assert.ok(!maySee(ana, 'profile', ben))
    assert.ok(maySee(ana, 'profile', ana))
    ana.person.wroteTo[ben.lid] = true
    assert.ok(maySee(ana, 'profile', ben))
    ana.privacy.set('profile', 'contact_blacklist')
    assert.ok(maySee(ana, 'profile', ben))
    ana.person.shutOut['profile'] = [ben.lid]
    assert.ok(!maySee(ana, 'profile', ben))
    ana.privacy.set('profile', 'none')
    assert.ok(!maySee(ana, 'profile', ben))
  })

  it('show nothing to those who are blocked', () => {
    ana.blocked.add(ben.lid)
    for (const category of ['profile', 'status', 'last', 'online'] as const) assert.ok(!maySee(ana, category, ben))
  })

  it('show last seen and online only to those who show theirs', () => {
    ben.privacy.set('last', 'none')
    assert.ok(!maySee(ana, 'last', ben))
    assert.ok(maySee(ana, 'online', ben))
    ben.privacy.set('online', 'match_last_seen')
    assert.ok(!maySee(ana, 'online', ben))
    assert.ok(maySee(ana, 'profile', ben))
  })

  it('hide read receipts in both directions', () => {
    assert.ok(!readReceiptsHidden(ana, ben))
    ana.privacy.set('readreceipts', 'none')
    assert.ok(readReceiptsHidden(ana, ben) && readReceiptsHidden(ben, ana))
  })
})
