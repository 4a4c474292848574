import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BinaryNode } from 'baileys-stock'
import { Refused } from '../phone/ask-server.ts'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { jpeg, raw, rejectedWith } from './testing/people-steps.ts'

describe('what people set, with a stock client', () => {
  const stage = conformanceWorld(41)
  let ana: Linked
  let ben: Phone
  let caro: Phone

  before(async () => {
    ;[ana, ben] = await stage.two()
    caro = await stage.phone('Caro')
    // They know each other, hence hear of each other's changes.
    await ana.client.sendText(ben.jid, 'hello')
    await ben.until.message(({ text }) => text === 'hello')
    await ben.send(ana.phone.jid, { text: 'hi' })
    await ana.client.untilText('hi')
  })
  after(() => stage.end())

  it('hide picture and about text from those whom the privacy settings shut out', async () => {
    await ben.settings.setPicture(jpeg('shy'))
    await ben.settings.setPrivacy('profile', 'none')
    await ben.settings.setPrivacy('status', 'contact_blacklist', { except: [ana.phone.jid] })
    await rejectedWith(401, ana.client.socket.profilePictureUrl(ben.jid))
    const [seen] = (await ana.client.socket.fetchStatus(ben.jid))!
    assert.equal((seen as unknown as { status: { status: string } }).status.status, '')
    assert.deepEqual(await ben.settings.shutOut('status'), [ana.phone.jid])
    await ben.settings.setPrivacy('profile', 'contacts')
    assert.ok(await ana.client.socket.profilePictureUrl(ben.jid), 'whoever was written to is a contact')
    await assert.rejects(caro.people.picture(ben.jid), (error) => error instanceof Refused && error.code === 401)
    await ben.settings.saveContacts(caro.jid)
    assert.ok(await caro.people.picture(ben.jid))
    await ben.settings.setPrivacy('profile', 'all')
    await ben.settings.setPrivacy('status', 'all', { readmit: [ana.phone.jid] })
  })

  it('keep privacy settings that a client changes, and tell the phone', async () => {
    const { socket } = ana.client
    await socket.updateLastSeenPrivacy('contacts')
    await ana.phone.until.event(
      'phone.account',
      ({ settings }) => (settings as Record<string, string>)?.['last'] === 'contacts',
    )
    await socket.updateOnlinePrivacy('match_last_seen')
    await socket.updateGroupsAddPrivacy('contacts')
    await socket.updateCallPrivacy('known')
    await socket.updateMessagesPrivacy('contacts')
    assert.deepEqual(await socket.fetchPrivacySettings(true), {
      ...(await ana.phone.settings.privacy()),
      ...{ last: 'contacts', online: 'match_last_seen', groupadd: 'contacts', calladd: 'known', messages: 'contacts' },
    })
    await rejectedWith(400, socket.updateOnlinePrivacy('none' as 'all'))
    await socket.updateMessagesPrivacy('all')
    await socket.updateOnlinePrivacy('all')
    await socket.updateLastSeenPrivacy('all')
  })

  it('send no read receipts once somebody switched them off', async () => {
    await ben.settings.setPrivacy('readreceipts', 'none')
    const id = await ana.client.sendText(ben.jid, 'did you read this?')
    await ben.until.message((entry) => entry.id === id)
    await ben.read(ana.phone.jid, [id])
    const later = await ana.client.sendText(ben.jid, 'or this?')
    await ben.until.message((entry) => entry.id === later)
    await ben.settings.setPrivacy('readreceipts', 'all')
    await ben.read(ana.phone.jid, [later])
    await ana.client.untilStatus(later, 4)
    await assert.rejects(ana.client.untilStatus(id, 4, 1), 'the first one was never told')
  })

  it('block by the word of a client: the phone hears of it, and nothing passes', async () => {
    await ana.client.socket.updateBlockStatus(ben.jid, 'block')
    await ana.phone.until.event('phone.account', ({ blocked }) => JSON.stringify(blocked ?? []).includes('"block"'))
    assert.deepEqual(await ana.client.socket.fetchBlocklist(), [ben.lid])
    assert.deepEqual(await ana.phone.settings.blocked(), [ben.jid])
    const sent = await ben.send(ana.phone.jid, { text: 'can you hear me?' })
    assert.equal(sent.status, 'sent', 'who is blocked is not told')
    await assert.rejects(ben.people.picture(ana.phone.jid), (error) => error instanceof Refused && error.code === 401)
    await ana.client.socket.updateBlockStatus(ben.lid, 'unblock')
    await ben.send(ana.phone.jid, { text: 'and now?' })
    await ana.client.untilText('and now?')
    assert.ok(!ana.client.messages.some(({ message }) => JSON.stringify(message ?? {}).includes('can you hear me?')))
  })

  it('let nobody add to groups whom the settings shut out', async () => {
    await caro.settings.setPrivacy('groupadd', 'contact_blacklist', { except: [ana.phone.jid] })
    const { id } = await ana.client.socket.groupCreate('Without Caro', [ben.lid])
    const added = await ana.client.socket.groupParticipantsUpdate(id, [caro.lid], 'add')
    assert.deepEqual(
      added.map(({ status }) => status),
      ['403'],
    )
    await caro.settings.setPrivacy('groupadd', 'all')
    const again = await ana.client.socket.groupParticipantsUpdate(id, [caro.lid], 'add')
    assert.deepEqual(
      again.map(({ status }) => status),
      ['200'],
    )
  })

  it('tell a client what its phone blocked and unblocked', async () => {
    await ana.phone.settings.block(caro.jid)
    await ana.client.until('blocklist.update', ({ blocklist, type }) => type === 'add' && blocklist[0] === caro.lid)
    await ana.phone.settings.unblock(caro.jid)
    await ana.client.until('blocklist.update', ({ blocklist, type }) => type === 'remove' && blocklist[0] === caro.lid)
  })

  it('share the default timer for new chats', async () => {
    await ana.phone.settings.setDisappearing(604_800)
    await ana.client.until(
      'creds.update',
      ({ accountSettings }) => accountSettings?.defaultDisappearingMode?.ephemeralExpiration === 604_800,
    )
    await ana.client.socket.updateDefaultDisappearingMode(86_400)
    await ana.phone.until.event('phone.account', ({ duration }) => duration === 86_400)
    const [seen] = (await ana.client.socket.fetchDisappearingDuration(ana.jid))!
    assert.equal((seen as unknown as { disappearing_mode: { duration: number } }).disappearing_mode.duration, 86_400)
  })

  it('keep status privacy and push settings for a client', async () => {
    await ana.phone.settings.setStatusPrivacy('blacklist', [ben.jid])
    const [privacy] = (await raw(ana.client, 'get', 'status', { tag: 'privacy', attrs: {} })).content as BinaryNode[]
    const [list] = privacy!.content as BinaryNode[]
    assert.deepEqual([list!.attrs['type'], (list!.content as BinaryNode[])[0]?.attrs['jid']], ['blacklist', ben.lid])
    const config = { tag: 'config', attrs: { platform: 'gcm', id: 'token-1', num_acc: '1' } }
    await raw(ana.client, 'set', 'urn:xmpp:whatsapp:push', config)
    const asked = { tag: 'settings', attrs: {} }
    const [settings] = (await raw(ana.client, 'get', 'urn:xmpp:whatsapp:push', asked)).content as BinaryNode[]
    assert.deepEqual(settings?.attrs, config.attrs)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
