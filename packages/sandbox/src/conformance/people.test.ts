import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BaileysEventMap, BinaryNode } from 'baileys-stock'
import { Refused } from '../phone/ask-server.ts'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { download, jpeg, raw, rejectedWith, userOf } from './testing/people-steps.ts'

describe('people and settings, with a stock client', () => {
  const stage = conformanceWorld(71)
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

  it('show a picture that a phone sets, and its removal', async () => {
    assert.equal(await ana.client.socket.profilePictureUrl(ben.jid).catch(({ data }) => data), 404)
    const id = await ben.settings.setPicture(jpeg('ben'), jpeg('small ben'))
    await ana.client.until('contacts.update', (list) =>
      list.some((one) => one.id === ben.jid && one.imgUrl === 'changed'),
    )
    const image = await ana.client.socket.profilePictureUrl(ben.jid, 'image')
    const preview = await ana.client.socket.profilePictureUrl(ben.lid, 'preview')
    assert.deepEqual(await download(ana.client, image), Buffer.from(jpeg('ben')))
    assert.deepEqual(await download(ana.client, preview), Buffer.from(jpeg('small ben')))
    const known = await raw(
      ana.client,
      'get',
      'w:profile:picture',
      { tag: 'picture', attrs: { type: 'image', id } },
      ben.jid,
    )
    assert.equal((known.content as BinaryNode[])[0]?.attrs['status'], '304')
    await ben.settings.removePicture()
    await ana.client.until('contacts.update', (list) =>
      list.some((one) => one.id === ben.jid && one.imgUrl === 'removed'),
    )
  })

  it('take a picture from a client, and show it to phones', async () => {
    const picture = { tag: 'picture', attrs: { type: 'image' }, content: Buffer.from(jpeg('ana')) }
    await raw(ana.client, 'set', 'w:profile:picture', picture)
    await ben.until.event('phone.picture', ({ from, id }) => from === ana.phone.jid && id !== undefined)
    await ana.phone.until.event('phone.account', ({ what }) => what === 'picture')
    assert.deepEqual(Buffer.from((await ben.people.picture(ana.phone.jid))!.bytes), Buffer.from(jpeg('ana')))
    await ana.client.socket.removeProfilePicture(ana.jid)
    await ben.until.event('phone.picture', ({ from, id }) => from === ana.phone.jid && id === undefined)
    assert.equal(await ben.people.picture(ana.phone.jid), undefined)
    const broken = { tag: 'picture', attrs: { type: 'image' }, content: Buffer.from('GIF89a') }
    await rejectedWith(406, raw(ana.client, 'set', 'w:profile:picture', broken))
  })

  it('tell about texts in both directions, and refuse one that is too long', async () => {
    await ana.client.socket.updateProfileStatus('at the harbour')
    await ben.until.event('phone.about', ({ from, text }) => from === ana.phone.jid && text === 'at the harbour')
    assert.equal(await ben.people.about(ana.phone.jid), 'at the harbour')
    await ben.settings.setAbout('asleep')
    const [seen] = (await ana.client.socket.fetchStatus(ben.jid))!
    assert.deepEqual([seen?.id, (seen as unknown as { status: { status: string } }).status.status], [ben.jid, 'asleep'])
    await rejectedWith(406, ana.client.socket.updateProfileStatus('x'.repeat(140)))
  })

  it('show last seen and online to those who may see them, and only to those who show their own', async () => {
    const { client } = ana
    await client.socket.sendPresenceUpdate('available')
    await client.socket.presenceSubscribe(ben.jid)
    await client.until('presence.update', ({ id, presences }) => presences[id]?.lastKnownPresence === 'available')
    await ben.presence('unavailable')
    await client.until('presence.update', ({ id, presences }) => (presences[id]?.lastSeen ?? 0) > 0)
    await ben.settings.setPrivacy('last', 'none')
    client.events.length = 0
    await client.socket.presenceSubscribe(ben.jid)
    const hidden = await client.until('presence.update', ({ id }) => id === ben.jid)
    assert.equal(hidden.presences[ben.jid]?.lastSeen, undefined)
    await ben.settings.setPrivacy('last', 'all')
    await client.socket.updateLastSeenPrivacy('none')
    client.events.length = 0
    await client.socket.presenceSubscribe(ben.jid)
    const mutual = await client.until('presence.update', ({ id }) => id === ben.jid)
    assert.equal(mutual.presences[ben.jid]?.lastSeen, undefined)
    await client.socket.updateLastSeenPrivacy('all')
    await ben.presence('available')
  })

  it('show who is online and who types to those alone who are available themselves', async () => {
    const { client } = ana
    // What is asked after it is answered after it: presence itself has no answer.
    const become = async (presence: 'available' | 'unavailable') => {
      await client.socket.sendPresenceUpdate(presence)
      await client.socket.fetchBlocklist()
    }
    await client.socket.presenceSubscribe(ben.jid)
    await become('unavailable')
    client.events.length = 0
    await client.socket.presenceSubscribe(ben.jid)
    await ben.typing(ana.phone.jid, 'composing')
    await ben.presence('unavailable')
    await become('available')
    await ben.typing(ana.phone.jid, 'recording')
    await client.until('presence.update', ({ presences }) => presences[ben.lid]?.lastKnownPresence === 'recording')
    assert.equal(client.events.filter(({ name }) => name === 'presence.update').length, 1)
    await ben.presence('available')
    await client.until('presence.update', ({ presences }) => presences[ben.jid]?.lastKnownPresence === 'available')
  })

  it('carry a new name from client to phone and from phone to client, and to those who are written to', async () => {
    await ana.client.socket.updateProfileName('Anastasia')
    await ana.client.sendText(ben.jid, 'guess who')
    const seen = await ben.until.message(({ text }) => text === 'guess who')
    assert.equal(seen.senderName, 'Anastasia')
    assert.equal(ana.phone.account.pushName, 'Anastasia')
    await ana.phone.rename('Ana')
    await ana.client.until('creds.update', ({ me }) => me?.name === 'Ana')
    await ben.rename('Benjamin')
    await ben.send(ana.phone.jid, { text: 'guess who, too' })
    await ana.client.untilText('guess who, too')
    await ana.client.until('contacts.update', (list) => list.some(({ notify }) => notify === 'Benjamin'))
    await ben.rename('Ben')
  })

  it('resolve contact codes until they are revoked', async () => {
    const code = await ben.settings.contactCode()
    const asked = { tag: 'qr', attrs: { code } }
    const [found] = (await raw(ana.client, 'get', 'w:qr', asked)).content as BinaryNode[]
    assert.deepEqual(found?.attrs, { type: 'contact', jid: ben.jid, notify: 'Ben' })
    assert.equal(await ben.settings.contactCode(), code)
    assert.notEqual(await ben.settings.contactCode('revoke'), code)
    await rejectedWith(404, raw(ana.client, 'get', 'w:qr', asked))
    const wish = { tag: 'qr', attrs: { type: 'contact', action: 'get' } }
    const [own] = (await raw(ana.client, 'set', 'w:qr', wish)).content as BinaryNode[]
    assert.equal((await ben.people.resolveCode(own!.attrs['code']!)).jid, ana.phone.jid)
  })

  it('show a business: profile, name on messages, and message links', async () => {
    const shop = await stage.phone('Shop')
    shop.settings.openBusiness({
      ...{
        verifiedName: 'The Corner Shop',
        verifiedLevel: 'high',
        description: 'All you need',
        email: 'shop@example.com',
      },
      ...{
        address: 'High Street 1',
        websites: ['https://shop.example.com'],
        categories: [{ id: '7', name: 'Grocery' }],
      },
      hours: {
        timezone: 'Europe/Berlin',
        days: [{ day: 'mon', mode: 'specific_hours', openMinutes: 540, closeMinutes: 1080 }],
      },
    })
    const profile = await ana.client.socket.getBusinessProfile(shop.jid)
    assert.deepEqual(
      [profile?.wid, profile?.description, profile?.email, profile?.category, profile?.website],
      [shop.jid, 'All you need', 'shop@example.com', 'Grocery', ['https://shop.example.com']],
    )
    assert.equal(profile?.business_hours.timezone, 'Europe/Berlin')
    assert.equal(await ana.client.socket.getBusinessProfile(ben.jid), undefined)
    await shop.send(ana.phone.jid, { text: 'we are open' })
    await ana.client.untilText('we are open')
    await ana.client.until('contacts.update', (list) => list.some((one) => one.verifiedName === 'The Corner Shop'))
    shop.settings.openBusiness({ ...shop.account.person.business!, verifiedName: 'The Corner Shop & Sons' })
    await shop.send(ana.phone.jid, { text: 'with a new sign' })
    await ana.client.until('contacts.update', (list) =>
      list.some((one) => one.verifiedName === 'The Corner Shop & Sons'),
    )
    const till = await stage.link(shop)
    assert.ok(till.events.some(({ payload }) => (payload as BaileysEventMap['creds.update']).platform === 'smba'))
    assert.equal(await ben.people.verifiedName(shop.jid), 'The Corner Shop & Sons')
    const code = shop.settings.createMessageLink('I would like to order')
    const [found] = (await raw(ana.client, 'get', 'w:qr', { tag: 'qr', attrs: { code } })).content as BinaryNode[]
    assert.deepEqual(
      [found!.attrs['jid'], String((found!.content as BinaryNode[])[0]?.content)],
      [shop.jid, 'I would like to order'],
    )
  })

  it('know who has a phone number, who has which devices, and which bots there are', async () => {
    const found = await ana.client.socket.onWhatsApp(`+${caro.id}`, '+10000001')
    assert.deepEqual(
      found?.map(({ jid, exists }) => [jid, exists]),
      [[caro.jid, true]],
    )
    assert.deepEqual([await ben.people.isRegistered(caro.id), await ben.people.isRegistered('10000001')], [true, false])
    const devices = await ana.client.socket.getUSyncDevices([ben.jid, ana.jid], false, false)
    assert.ok(devices.some(({ user, device }) => user === ben.id && (device ?? 0) === 0))
    assert.deepEqual(await ben.people.devices(ana.phone.jid), [0, 1])
    const [bot] = await ana.client.socket.getBotListV2()
    assert.match(bot!.jid, /^1313555\d{4}@s\.whatsapp\.net$/)
    assert.ok(bot!.personaId)
  })

  it('show the picture of a group to its members, and of a community to who asks for that', async () => {
    const group = await ben.groups.create({ subject: 'Faces', participants: [ana.phone.jid] })
    await group.setPhoto(jpeg('group'))
    const url = await ana.client.socket.profilePictureUrl(group.jid, 'image')
    assert.deepEqual(await download(ana.client, url), Buffer.from(jpeg('group')))
    assert.deepEqual(Buffer.from((await ana.phone.people.picture(group.jid))!.bytes), Buffer.from(jpeg('group')))
    await assert.rejects(caro.people.picture(group.jid), (error) => error instanceof Refused && error.code === 401)
    const asked: BinaryNode = { tag: 'picture', attrs: { parent_group_jid: group.jid, type: 'image', query: 'url' } }
    const answer = await ana.client.socket.query({
      tag: 'iq',
      attrs: { to: group.jid, type: 'get', xmlns: 'w:g2' },
      content: [{ tag: 'pictures', attrs: {}, content: [asked] }],
    })
    const [pictures] = answer.content as BinaryNode[]
    assert.ok((pictures!.content as BinaryNode[])[0]?.attrs['direct_path'])
  })

  it('tell picture, name and bot profiles in one query about many', async () => {
    const shop = await stage.phone('Kiosk')
    shop.settings.openBusiness({ verifiedName: 'Kiosk', verifiedLevel: 'low' })
    const id = await shop.settings.setPicture(jpeg('kiosk'))
    const usync = (query: BinaryNode[], users: BinaryNode[]): BinaryNode => ({
      tag: 'usync',
      attrs: { sid: '1', mode: 'full', last: 'true', index: '0', context: 'background' },
      content: [
        { tag: 'query', attrs: {}, content: query },
        { tag: 'list', attrs: {}, content: users },
      ],
    })
    const query = [
      { tag: 'picture', attrs: {} },
      { tag: 'business', attrs: {}, content: [{ tag: 'verified_name', attrs: {} }] },
    ]
    const found = await raw(ana.client, 'get', 'usync', usync(query, [{ tag: 'user', attrs: { jid: shop.jid } }]))
    const [picture, business] = userOf(found)
    assert.equal(picture?.attrs['id'], id)
    assert.equal((business!.content as BinaryNode[])[0]?.attrs['verified_level'], 'low')
    const [bot] = await ana.client.socket.getBotListV2()
    const profile = { tag: 'bot', attrs: {}, content: [{ tag: 'profile', attrs: { v: '1' } }] }
    const told = await raw(ana.client, 'get', 'usync', usync([profile], [{ tag: 'user', attrs: { jid: bot!.jid } }]))
    const [inner] = userOf(told)[0]!.content as BinaryNode[]
    assert.equal(inner?.attrs['persona_id'], bot!.personaId)
    assert.equal(String((inner!.content as BinaryNode[]).find(({ tag }) => tag === 'name')?.content), 'Assistant')
  })

  it('let a business change its card by a client', async () => {
    await rejectedWith(403, ana.client.socket.updateBussinesProfile({ description: 'no shop' }))
    ana.phone.settings.openBusiness({ verifiedName: 'Ana Ltd', verifiedLevel: 'low' })
    await ana.client.socket.updateBussinesProfile({
      ...{ description: 'We mend', email: 'ana@example.com', websites: ['https://ana.example.com'] },
      hours: { timezone: 'UTC', days: [{ day: 'tue', mode: 'open_24h' }] },
    } as never)
    const profile = await ana.client.socket.getBusinessProfile(ana.jid)
    assert.deepEqual(
      [profile?.description, profile?.email, profile?.business_hours.business_config],
      ['We mend', 'ana@example.com', [{ day_of_week: 'tue', mode: 'open_24h' }]],
    )
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
