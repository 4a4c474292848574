import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { proto } from 'baileys-stock'
import type { PhoneChannel } from '../phone/channels/phone-channel.ts'
import type { Phone } from '../phone/phone.ts'
import { askServer, followedChannel, nextAnswer, refused, seen, terms } from './testing/channel-steps.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

describe('channels, with a stock client', () => {
  const stage = conformanceWorld(32)
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
  })
  after(() => stage.end())

  /** A channel of Caro's that Ana follows with her client, and Ben with his phone. */
  const caros = (name: string): Promise<PhoneChannel> => followedChannel(caro, name, ana.client, ben.phone)

  it('are opened by a client once it accepted the terms', async () => {
    await assert.rejects(() => ana.client.socket.newsletterCreate('Too early'), refused(451))
    await askServer(ana.client, 'set', 'tos', { tag: 'notice', attrs: { id: terms, stage: '5' } })
    const made = await ana.client.socket.newsletterCreate('Ana’s news', 'All of it')
    assert.equal(made.name, 'Ana’s news')
    assert.equal(made.description, 'All of it')
    assert.equal(made.subscribers, 1)
    const metadata = await ana.client.socket.newsletterMetadata('jid', made.id!)
    assert.equal((metadata as unknown as { viewer_metadata: { role: string } }).viewer_metadata.role, 'OWNER')
    await ana.phone.until.event('phone.channel', ({ change }) => change === 'NotificationNewsletterJoin')
    assert.deepEqual(
      (await ana.phone.channels.list()).map(({ name, role }) => [name, role]),
      [['Ana’s news', 'owner']],
    )
  })

  it('are found by invite, followed, muted and left', async () => {
    const channel = await caro.channels.create({ name: 'Weather', description: 'Rain' })
    const { inviteLink } = await channel.info()
    const code = inviteLink.split('/').at(-1)!
    const found = await ana.client.socket.newsletterMetadata('invite', code)
    assert.equal(found?.id, channel.jid)
    await assert.rejects(() => ana.client.socket.newsletterMute(channel.jid), refused(403))
    await ana.client.socket.newsletterFollow(channel.jid)
    await ana.client.socket.newsletterUnmute(channel.jid)
    const [own] = (await ana.phone.channels.list()).filter(({ jid }) => jid === channel.jid)
    assert.deepEqual([own?.role, own?.muted, own?.followers], ['subscriber', false, 2])
    await ana.client.socket.newsletterMute(channel.jid)
    await ana.phone.until.event('phone.channel', ({ data }) => (data as { mute?: string }).mute === 'ON')
    await ana.client.socket.newsletterUnfollow(channel.jid)
    await ana.phone.until.event(
      'phone.channel',
      ({ change, channel: jid }) => change === 'NotificationNewsletterLeave' && jid === channel.jid,
    )
    assert.equal((await channel.info()).followers, 1)
    await assert.rejects(() => ana.client.socket.newsletterMetadata('invite', 'nonsense'), refused(404))
  })

  it('carry posts from a phone to clients and phones that follow, and to nobody else', async () => {
    const channel = await caros('Posts')
    const sent = await channel.post({ text: 'first' })
    assert.deepEqual([sent.status, sent.serverId], ['sent', 100])
    const shown = await ana.client.untilText('first')
    const key = shown.key as proto.IMessageKey & { server_id?: string }
    assert.deepEqual([key.remoteJid, key.id, key.server_id, key.fromMe], [channel.jid, sent.id, '100', false])
    const read = await ben.phone.until.message(seen('first', channel.jid))
    assert.deepEqual([read.id, read.serverId, read.fromMe], [sent.id, 100, false])
    const dora = await stage.phone('Dora')
    assert.deepEqual(dora.messages(), [])
  })

  it('carry what was written while the phone was off once it is on again', async () => {
    const channel = await caros('Later')
    await caro.disconnect()
    const sent = await channel.post({ text: 'written in the dark' })
    assert.deepEqual([sent.status, sent.serverId], ['waiting', undefined])
    assert.deepEqual(await ben.phone.channels.of(channel.jid).messages(), [])
    caro.connect()
    const shown = await ana.client.untilText('written in the dark')
    assert.equal(shown.key?.id, sent.id)
    await ben.phone.until.message(seen('written in the dark', channel.jid))
    assert.deepEqual([sent.status, sent.serverId], ['sent', 100])
    assert.equal(caro.messages(channel.jid).length, 1)
  })

  it('carry posts from a client that owns the channel, and answer with the number', async () => {
    const made = await ana.client.socket.newsletterCreate('From a client')
    await ben.phone.channels.follow(made.id!)
    const answered = nextAnswer(ana.client)
    const id = await ana.client.sendText(made.id!, 'hello followers')
    const read = await ben.phone.until.message(seen('hello followers', made.id!))
    assert.deepEqual([read.id, read.serverId, (await answered)['server_id']], [id, 100, '100'])
    const copy = await ana.phone.until.message(seen('hello followers', made.id!))
    assert.equal(copy.fromMe, true)
  })

  it('let only those write who run them', async () => {
    const channel = await caros('Quiet')
    const answered = nextAnswer(ana.client)
    await ana.client.sendText(channel.jid, 'may I?')
    assert.equal((await answered)['error'], '403')
    await assert.rejects(() => ben.phone.channels.of(channel.jid).post({ text: 'me neither' }), refused(403))
    assert.deepEqual(await channel.messages(), [])
  })

  it('carry media by reference, open to everybody', async () => {
    const channel = await caros('Pictures')
    const sent = await channel.post({ image: { caption: 'a picture' } })
    const message = await ana.client.until('messages.upsert', ({ messages }) =>
      messages.some(({ key }) => key.id === sent.id),
    )
    const image = message.messages[0]?.message?.imageMessage
    assert.equal(image?.caption, 'a picture')
    assert.ok(!image?.mediaKey?.length && image?.directPath && image.fileSha256)
    const bytes = await (await fetch(image.url!.replace(/^https:/, 'http:'))).arrayBuffer()
    assert.deepEqual(Buffer.from(bytes), Buffer.from(await ben.phone.channels.of(channel.jid).file(sent.serverId!)))
  })

  it('carry media from a client, which its followers can open', async () => {
    const made = await ana.client.socket.newsletterCreate('Snapshots')
    const channel = await ben.phone.channels.follow(made.id!)
    const picture = Buffer.from('not much of a picture')
    const content = { image: picture, caption: 'from a client', jpegThumbnail: '' }
    const sent = await ana.client.socket.sendMessage(made.id!, content)
    const read = await ben.phone.until.message(({ id }) => id === sent?.key.id)
    assert.deepEqual([read.kind, read.text, read.media], ['image', 'from a client', 'here'])
    assert.deepEqual(Buffer.from(await channel.file(read.serverId!)), picture)
  })

  it('are marked as read on the other devices of whoever read them', async () => {
    const channel = await caros('Reading')
    const sent = await channel.post({ text: 'read me' })
    const shown = await ana.client.untilText('read me')
    await ana.client.socket.readMessages([shown.key as never])
    const { data } = await ana.phone.until.event('phone.channel_read')
    assert.deepEqual([data['channel'], data['ids']], [channel.jid, [sent.id]])
    assert.equal((await channel.messages())[0]?.views, 0)
  })

  it('show edits and revocations', async () => {
    const channel = await caros('Corrections')
    const sent = await channel.post({ text: 'teh news' })
    await ana.client.untilText('teh news')
    await channel.edit(sent.serverId!, 'the news')
    await ana.client.untilText('the news')
    await ben.phone.until.event('phone.channel_edit', ({ id, edit }) => id === sent.id && edit === '3')
    assert.equal(ben.phone.messages(channel.jid)[0]?.editedText, 'the news')
    await channel.revoke(sent.serverId!)
    await ben.phone.until.event('phone.channel_edit', ({ id, edit }) => id === sent.id && edit === '8')
    assert.equal(ben.phone.messages(channel.jid)[0]?.revoked, true)
    const [listed] = await channel.messages()
    assert.deepEqual([listed?.revoked, listed?.message], [true, undefined])
  })

  it('let a client change and end what it wrote', async () => {
    const made = await ana.client.socket.newsletterCreate('Second thoughts')
    const followed = await ben.phone.channels.follow(made.id!)
    const id = await ana.client.sendText(made.id!, 'draft')
    await ben.phone.until.message(seen('draft', made.id!))
    const key = { remoteJid: made.id!, id, fromMe: true }
    await ana.client.socket.sendMessage(made.id!, { text: 'final', edit: key })
    await ben.phone.until.event('phone.channel_edit', (data) => data['id'] === id && data['edit'] === '3')
    await ana.client.socket.sendMessage(made.id!, { delete: key })
    await ben.phone.until.event('phone.channel_edit', (data) => data['id'] === id && data['edit'] === '8')
    assert.equal((await followed.messages()).length, 1)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
