import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '../phone/phone.ts'
import { controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 12 })

describe('control API for people, calls and accounts', () => {
  let ana: Phone
  let ben: Phone

  before(async () => {
    ana = await sandbox.phone({ name: 'Ana' })
    ben = await sandbox.phone({ name: 'Ben' })
  })
  after(() => sandbox.stop())

  it('sets what people set, shows it to others, and hands on refusals', async () => {
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
    const set = await call('POST', `/phones/${ana.id}/picture`, { jpeg_base64: jpeg.toString('base64') })
    assert.match(set.body.id, /^\d+$/)
    assert.equal((await call('POST', `/phones/${ana.id}/picture`, { jpeg_base64: 'R0lG' })).status, 406)
    await call('POST', `/phones/${ana.id}/about`, { text: 'out' })
    const seen = await call('GET', `/phones/${ben.id}/people/${ana.id}`)
    assert.deepEqual(
      [seen.body.about, seen.body.picture.id, seen.body.picture.bytes, seen.body.devices],
      ['out', set.body.id, jpeg.length, [0]],
    )
    await call('POST', `/phones/${ana.id}/privacy`, { category: 'profile', value: 'contacts' })
    assert.equal((await call('GET', `/phones/${ana.id}/privacy`)).body.profile, 'contacts')
    assert.equal((await call('GET', `/phones/${ben.id}/people/${ana.id}`)).body.picture, null)
    await call('POST', `/phones/${ana.id}/contacts`, { save: [ben.id] })
    assert.equal((await call('GET', `/phones/${ben.id}/people/${ana.id}`)).body.picture.id, set.body.id)
    assert.equal((await call('DELETE', `/phones/${ana.id}/picture`)).status, 200)
    const hide = { category: 'last', value: 'contact_blacklist', except: [ben.id] }
    assert.equal((await call('POST', `/phones/${ana.id}/privacy`, hide)).status, 200)
    assert.deepEqual((await call('GET', `/phones/${ana.id}/privacy/last`)).body.length, 1)
    assert.equal((await call('POST', `/phones/${ana.id}/privacy-tokens`, { person: ben.id })).status, 200)
    assert.deepEqual((await call('GET', `/phones/${ana.id}/registered/${ben.id}`)).body, { registered: true })
    assert.deepEqual((await call('GET', `/phones/${ana.id}/registered/1999`)).body, { registered: false })
    const { code } = (await call('POST', `/phones/${ben.id}/contact-code`, {})).body
    assert.equal((await call('GET', `/phones/${ana.id}/contact-codes/${code}`)).body.name, 'Ben')
    assert.equal((await call('GET', `/phones/${ana.id}/contact-codes/nope`)).status, 404)
    assert.equal((await call('GET', `/devices/${ben.jid}`)).body.jid, ben.jid)
    assert.equal((await call('GET', '/devices/1@lid')).status, 404)
    assert.equal((await call('POST', `/phones/${ana.id}/privacy`, { category: 'shoes', value: 'all' })).status, 400)
    assert.equal((await call('GET', `/phones/${ben.id}/people/10000000`)).status, 404)
  })

  it('blocks and unblocks, and keeps codes, links and the business card', async () => {
    await call('POST', `/phones/${ana.id}/blocked`, { person: ben.id })
    assert.deepEqual((await call('GET', `/phones/${ana.id}/blocked`)).body, [ben.jid])
    await call('DELETE', `/phones/${ana.id}/blocked/${ben.id}`)
    assert.deepEqual((await call('GET', `/phones/${ana.id}/blocked`)).body, [])
    const { code } = (await call('POST', `/phones/${ana.id}/contact-code`)).body
    assert.equal((await ben.people.resolveCode(code)).jid, ana.jid)
    const hours = { timezone: 'UTC', days: [{ day: 'mon', mode: 'open_24h' }] }
    await call('POST', `/phones/${ana.id}/business`, { verified_name: 'Ana & Co', hours })
    assert.equal((await call('GET', `/phones/${ben.id}/people/${ana.id}`)).body.verified_name, 'Ana & Co')
    const link = (await call('POST', `/phones/${ana.id}/message-links`, { text: 'hello' })).body
    assert.equal((await ben.people.resolveCode(link.code)).text, 'hello')
    assert.equal((await call('POST', `/phones/${ben.id}/message-links`, { text: 'hello' })).status, 400)
    assert.equal((await call('POST', `/phones/${ana.id}/disappearing`, { seconds: 86400 })).status, 200)
    assert.equal(ana.account.disappearingMode.duration, 86_400)
    const posted = await call('POST', `/phones/${ana.id}/status-privacy`, { type: 'whitelist', people: [ben.id] })
    assert.deepEqual([posted.status, ana.account.person.statusPrivacy.whitelist], [200, [ben.account.lid]])
  })

  it('calls, answers and hangs up', async () => {
    const made = await call('POST', `/phones/${ana.id}/calls`, { to: ben.id, video: true })
    assert.deepEqual([made.body.state, made.body.media, made.body.with], ['ringing', 'video', ben.jid])
    await ben.until.event('phone.call', ({ id }) => id === made.body.id)
    const taken = await call('POST', `/phones/${ben.id}/calls/${made.body.id}/accept`)
    assert.equal(taken.body.state, 'accepted')
    await ana.until.event('phone.call', ({ id, what }) => id === made.body.id && what === 'accept')
    assert.equal((await call('POST', `/phones/${ben.id}/calls/${made.body.id}/reject`)).status, 400)
    const over = await call('POST', `/phones/${ana.id}/calls/${made.body.id}/terminate`, { reason: 'done' })
    assert.deepEqual([over.body.state, over.body.reason], ['ended', 'done'])
    assert.equal((await call('GET', `/phones/${ben.id}/calls`)).body.length, 1)
    assert.equal((await call('POST', `/phones/${ben.id}/calls/none/accept`)).status, 404)
  })

  it('seeds history, caps new chats, sets a minimum version, reinstalls and renumbers', async () => {
    assert.equal((await call('POST', `/phones/${ana.id}/history`, { chats: 10, messages: 5 })).status, 200)
    assert.equal((await call('POST', `/phones/${ana.id}/history`, { chats: 5000 })).status, 400)
    await call('POST', `/phones/${ana.id}/new-chat-cap`, { quota: 3, seconds: 60 })
    assert.equal(ana.account.standing.newChats?.quota, 3)
    await call('POST', '/minimum-version', { version: [2, 3000, 5] })
    assert.deepEqual(sandbox.world.minimumVersion, [2, 3000, 5])
    await call('POST', '/minimum-version', { version: null })
    const old = ben.keys.identity.publicKey
    assert.equal((await call('POST', `/phones/${ben.id}/reinstall`)).body.id, ben.id)
    assert.notDeepEqual(sandbox.findPhone(ben.id)!.keys.identity.publicKey, old)
    const moved = await call('POST', `/phones/${ben.id}/number`, { phone: '+15550001234' })
    assert.deepEqual([moved.body.id, moved.body.lid], ['15550001234', ben.lid])
    assert.equal((await call('POST', '/phones/15550001234/number', { phone: ana.id })).status, 409)
  })

  it('brings a snapshot back with people and calls as they were', async () => {
    const state = sandbox.snapshot()
    await call('POST', `/phones/${ana.id}/about`, { text: 'later' })
    ana.account.person.contacts['1'] = true
    await sandbox.restore(state)
    const again = sandbox.findPhone(ana.id)!
    assert.deepEqual([again.account.about.text, again.account.person.business?.verifiedName], ['out', 'Ana & Co'])
    assert.deepEqual(Object.keys(again.account.person.contacts), [ben.account.lid])
    assert.equal(sandbox.world.calls.list().length, 1)
  })
})
