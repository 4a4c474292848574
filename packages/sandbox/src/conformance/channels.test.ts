import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type BinaryNode, type proto, QueryIds } from 'baileys-stock'
import type { PhoneChannel } from '../phone/channels/phone-channel.ts'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

const terms = '20601218'

describe('channels, with a stock client', () => {
  const stage = conformanceWorld(32)
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
  })
  after(() => stage.end())

  /** What the library has no words for is asked in the raw. */
  const ask = (type: 'get' | 'set', xmlns: string, content: BinaryNode, to = '@s.whatsapp.net'): Promise<BinaryNode> =>
    ana.client.socket.query({ tag: 'iq', attrs: { type, xmlns, to }, content: [content] })
  const graphql = async (queryId: string, variables: object): Promise<Record<string, unknown>> => {
    const content = Buffer.from(JSON.stringify({ variables }))
    const answer = await ask('get', 'w:mex', { tag: 'query', attrs: { query_id: queryId }, content })
    return JSON.parse(Buffer.from(childOf(answer, 'result').content as Uint8Array).toString()).data
  }
  const refused = (code: number) => (error: unknown) => {
    const { output, code: own } = error as { output?: { statusCode: number }; code?: number }
    return (output?.statusCode ?? own) === code
  }
  const seen = (text: string, jid: string) => (entry: { text?: string; chat: string }) =>
    entry.text === text && entry.chat === jid

  /** Attributes of the next answer to a message of Ana's client. */
  const nextAnswer = (): Promise<Record<string, string>> =>
    new Promise((resolve) => {
      ana.client.socket.ws.once('CB:ack,class:message', (ack: BinaryNode) => resolve(ack.attrs))
    })

  /** A channel of Caro's that Ana follows with her client, and Ben with his phone. */
  const caros = async (name: string): Promise<PhoneChannel> => {
    const channel = await caro.channels.create({ name })
    await ana.client.socket.newsletterFollow(channel.jid)
    await ben.phone.channels.follow(channel.jid)
    return channel
  }

  it('are opened by a client once it accepted the terms', async () => {
    await assert.rejects(() => ana.client.socket.newsletterCreate('Too early'), refused(451))
    await ask('set', 'tos', { tag: 'notice', attrs: { id: terms, stage: '5' } })
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
    const answered = nextAnswer()
    const id = await ana.client.sendText(made.id!, 'hello followers')
    const read = await ben.phone.until.message(seen('hello followers', made.id!))
    assert.deepEqual([read.id, read.serverId, (await answered)['server_id']], [id, 100, '100'])
    const copy = await ana.phone.until.message(seen('hello followers', made.id!))
    assert.equal(copy.fromMe, true)
  })

  it('let only those write who run them', async () => {
    const channel = await caros('Quiet')
    const answered = nextAnswer()
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

  it('count reactions and views, and tell those who watch live', async () => {
    const channel = await caros('Reactions')
    const { serverId } = await channel.post({ text: 'what do you think?' })
    await ana.client.untilText('what do you think?')
    assert.deepEqual(await ana.client.socket.subscribeNewsletterUpdates(channel.jid), { duration: '300' })
    await ben.phone.channels.of(channel.jid).react(serverId!, '❤️')
    const reaction = await ana.client.until('newsletter.reaction', ({ id }) => id === channel.jid)
    assert.deepEqual([reaction.server_id, reaction.reaction.code], [String(serverId), '❤️'])
    await channel.liveUpdates()
    await ana.client.socket.newsletterReactMessage(channel.jid, String(serverId), '👍')
    const counted = await caro.until.event('phone.channel_update', ({ channel: jid }) => jid === channel.jid)
    assert.deepEqual(counted.data['reactions'], { '❤️': 1, '👍': 1 })
    await ana.client.socket.newsletterReactMessage(channel.jid, String(serverId))
    await ben.phone.channels.of(channel.jid).view([serverId!])
    await ben.phone.channels.of(channel.jid).view([serverId!])
    await ana.client.until('newsletter.view', ({ id, count }) => id === channel.jid && count === 1)
    const [listed] = await channel.messages()
    assert.deepEqual([listed?.views, listed?.reactions], [1, { '❤️': 1 }])
    const mine = await ask('get', 'newsletter', { tag: 'my_addons', attrs: { limit: '10' } })
    assert.ok(childOf(mine, 'my_addons'))
  })

  it('end live updates when their time is over', async () => {
    const sandbox = await stage.sandbox()
    const channel = await caros('Short attention')
    const { serverId } = await channel.post({ text: 'look' })
    await ana.client.socket.subscribeNewsletterUpdates(channel.jid)
    const newsletter = sandbox.world.newsletters.get(channel.jid)!
    for (const name of newsletter.liveUntil.keys()) newsletter.liveUntil.set(name, sandbox.world.clock.now())
    await ben.phone.channels.of(channel.jid).react(serverId!, '👍')
    assert.equal(newsletter.liveUntil.size, 0)
  })

  it('list messages and counts page by page', async () => {
    const channel = await caros('Archive')
    for (let index = 0; index < 5; index++) await channel.post({ text: `entry ${index}` })
    const attrs = { type: 'jid', jid: channel.jid, count: '2', before: '104' }
    const page = childOf(await ask('get', 'newsletter', { tag: 'messages', attrs }), 'messages')
    assert.deepEqual(
      (page.content as BinaryNode[]).map((message) => message.attrs['server_id']),
      ['102', '103'],
    )
    const answer = await ana.client.socket.newsletterFetchMessages(channel.jid, 10, 0, 102)
    const messages = childOf(childOf(answer as BinaryNode, 'message_updates'), 'messages')
    assert.deepEqual(
      (messages.content as BinaryNode[]).map((message) => message.attrs['server_id']),
      ['103', '104'],
    )
  })

  it('are changed by who runs them, and followers hear of it', async () => {
    const channel = await caros('Old name')
    const { socket } = ana.client
    await assert.rejects(() => socket.newsletterUpdateName(channel.jid, 'Mine now'), refused(403))
    await channel.update({ name: 'New name', description: 'Fresh' })
    const { update } = await ana.client.until('newsletter-settings.update', ({ id }) => id === channel.jid)
    assert.deepEqual(update, { name: 'New name', description: 'Fresh' })
    const made = await socket.newsletterCreate('Ana’s again')
    await socket.newsletterUpdateName(made.id!, 'Ana’s other')
    await socket.newsletterUpdateDescription(made.id!, 'Words')
    await socket.newsletterUpdate(made.id!, { picture: Buffer.from('jpeg').toString('base64') })
    const own = await ana.phone.channels.of(made.id!).info()
    assert.deepEqual([own.name, own.description], ['Ana’s other', 'Words'])
    const { world, origin } = await stage.sandbox()
    assert.equal(world.media.find(own.picturePath).status, 200)
    assert.equal(await (await fetch(origin + own.picturePath)).text(), 'jpeg')
    await socket.newsletterRemovePicture(made.id!)
    assert.equal((await ana.phone.channels.of(made.id!).info()).picturePath, '')
  })

  it('keep reactions to what the channel allows', async () => {
    const channel = await caros('Strict')
    const { serverId } = await channel.post({ text: 'no nonsense' })
    await channel.update({ reactions: 'BASIC' })
    const followed = ben.phone.channels.of(channel.jid)
    await assert.rejects(() => followed.react(serverId!, '🦄'), refused(406))
    await followed.react(serverId!, '👍')
    await channel.update({ reactions: 'NONE' })
    await assert.rejects(() => followed.react(serverId!, '👍'), refused(406))
    await assert.rejects(
      async () => (await stage.phone('Guest')).channels.of(channel.jid).react(serverId!, '👍'),
      refused(403),
    )
  })

  it('are run by several: invited, promoted, demoted, handed over', async () => {
    const { socket } = ana.client
    const made = await socket.newsletterCreate('Together')
    const jid = made.id!
    await ben.client.socket.newsletterFollow(jid)
    await ana.phone.channels.of(jid).inviteAdmin(ben.phone.jid)
    assert.deepEqual(await ana.phone.channels.of(jid).pendingAdmins(), [ben.phone.jid])
    await ben.phone.until.message(({ message }) => message.newsletterAdminInviteMessage?.newsletterJid === jid)
    await assert.rejects(() => ben.phone.channels.of(jid).post({ text: 'not yet' }), refused(403))
    await ben.phone.channels.of(jid).acceptAdminInvite()
    await ana.client.until('newsletter-participants.update', ({ id, new_role }) => id === jid && new_role === 'ADMIN')
    await ben.client.sendText(jid, 'as an admin')
    await ana.client.untilText('as an admin')
    assert.equal(await socket.newsletterAdminCount(jid), 2)
    await assert.rejects(() => ben.client.socket.newsletterDelete(jid), refused(403))
    await assert.rejects(() => socket.newsletterUnfollow(jid), refused(403))
    await socket.newsletterChangeOwner(jid, ben.phone.lid)
    await ben.client.socket.newsletterDemote(jid, ana.phone.lid)
    assert.deepEqual(await ben.phone.channels.of(jid).followers(), [
      { jid: ana.phone.jid, role: 'subscriber' },
      { jid: ben.phone.jid, role: 'owner' },
    ])
    await ben.client.socket.newsletterDelete(jid)
    await ana.phone.until.event('phone.channel', ({ change }) => change === 'NotificationNewsletterStateChange')
    await assert.rejects(() => socket.newsletterMetadata('jid', jid), refused(404))
  })

  it('take comments for those who run them', async () => {
    const channel = await caros('Talkback')
    const { serverId } = await channel.post({ text: 'questions?' })
    await ben.phone.channels.of(channel.jid).comment(serverId!, 'just one')
    const comment = await caro.until.message(({ chat, kind }) => chat === channel.jid && kind === 'comment')
    assert.equal(comment.text, 'just one')
    const [post, listed] = await channel.messages()
    assert.deepEqual([post?.comments, listed?.serverId], [1, serverId! + 1])
    assert.equal((await ana.phone.channels.of(channel.jid).messages()).length, 1)
  })

  it('answer the query ids of another client family', async () => {
    const made = (await graphql('6234210096708695', { newsletter_input: { name: 'Other' } }))['xwa2_newsletter_create']
    const { id } = made as { id: string }
    const listed = (await graphql('6388546374527196', {}))['xwa2_newsletter_subscribed'] as { id: string }[]
    assert.ok(listed.some((one) => one.id === id))
    const channel = await caro.channels.create({ name: 'To follow' })
    await graphql('9926858900719341', { newsletter_id: channel.jid })
    await graphql('6274038279359549', { newsletter_id: channel.jid })
    await graphql('6068417879924485', { newsletter_id: channel.jid })
    await graphql('8621797084555037', { newsletter_id: channel.jid })
    assert.equal((await channel.info()).followers, 2)
    await graphql('6392786840836363', { newsletter_id: channel.jid })
    assert.equal((await channel.info()).followers, 1)
    await graphql('7150902998257522', { newsletter_id: id, updates: { name: 'Another', settings: null } })
    const fetched = await graphql(QueryIds.METADATA, { input: { key: id, type: 'JID' } })
    const { thread_metadata } = fetched['xwa2_newsletter'] as { thread_metadata: { name: { text: string } } }
    assert.equal(thread_metadata.name.text, 'Another')
    const tos = await ask('get', 'tos', {
      tag: 'request',
      attrs: {},
      content: [{ tag: 'notice', attrs: { id: terms } }],
    })
    assert.equal(childOf(childOf(tos, 'tos'), 'notice').attrs['state'], 'true')
  })

  it('leave nothing unanswered', () => stage.assertClean())
})

function childOf(node: BinaryNode, tag: string): BinaryNode {
  const found = (node.content as BinaryNode[]).find((child) => child.tag === tag)
  if (!found) throw new Error(`${node.tag} has no ${tag}`)
  return found
}
