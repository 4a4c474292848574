import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type BinaryNode, QueryIds } from 'baileys-stock'
import type { PhoneChannel } from '../phone/channels/phone-channel.ts'
import type { Phone } from '../phone/phone.ts'
import { askGraphql, askServer, childOf, followedChannel, refused, terms } from './testing/channel-steps.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { shown } from './testing/message-steps.ts'

describe('what happens in channels, with a stock client', () => {
  const stage = conformanceWorld(37)
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
    await ana.phone.channels.acceptTerms()
  })
  after(() => stage.end())

  /** A channel of Caro's that Ana follows with her client, and Ben with his phone. */
  const caros = (name: string): Promise<PhoneChannel> => followedChannel(caro, name, ana.client, ben.phone)

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
    const mine = await askServer(ana.client, 'get', 'newsletter', { tag: 'my_addons', attrs: { limit: '10' } })
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
    const page = childOf(await askServer(ana.client, 'get', 'newsletter', { tag: 'messages', attrs }), 'messages')
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

  it('hold polls, in which whoever follows votes in the open', async () => {
    const channel = await caros('Asking')
    const bens = ben.phone.channels.of(channel.jid)
    const { id, serverId = 0 } = await channel.post({
      poll: { question: 'When?', options: ['Now', 'Later'], max_choices: 1 },
    })
    assert.equal((await shown(ana.client, id)).inner.pollCreationMessageV3?.name, 'When?')
    const votes = async () => (await channel.messages()).at(-1)?.votes
    await channel.vote(serverId, ['Now'])
    await bens.vote(serverId, ['Later'])
    assert.deepEqual(await votes(), { Now: 1, Later: 1 })
    await channel.vote(serverId, ['Later'])
    assert.deepEqual(await votes(), { Later: 2 })
    await channel.vote(serverId, [])
    assert.deepEqual(await votes(), { Later: 1 })
    await assert.rejects(() => bens.vote(serverId, ['Never']), refused(406))
    await assert.rejects(() => bens.vote(serverId, ['Now', 'Later']), refused(406))
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
    const made = (await askGraphql(ana.client, '6234210096708695', { newsletter_input: { name: 'Other' } }))[
      'xwa2_newsletter_create'
    ]
    const { id } = made as { id: string }
    const listed = (await askGraphql(ana.client, '6388546374527196', {}))['xwa2_newsletter_subscribed'] as {
      id: string
    }[]
    assert.ok(listed.some((one) => one.id === id))
    const channel = await caro.channels.create({ name: 'To follow' })
    await askGraphql(ana.client, '9926858900719341', { newsletter_id: channel.jid })
    await askGraphql(ana.client, '6274038279359549', { newsletter_id: channel.jid })
    await askGraphql(ana.client, '6068417879924485', { newsletter_id: channel.jid })
    await askGraphql(ana.client, '8621797084555037', { newsletter_id: channel.jid })
    assert.equal((await channel.info()).followers, 2)
    await askGraphql(ana.client, '6392786840836363', { newsletter_id: channel.jid })
    assert.equal((await channel.info()).followers, 1)
    await askGraphql(ana.client, '7150902998257522', {
      newsletter_id: id,
      updates: { name: 'Another', settings: null },
    })
    const fetched = await askGraphql(ana.client, QueryIds.METADATA, { input: { key: id, type: 'JID' } })
    const { thread_metadata } = fetched['xwa2_newsletter'] as { thread_metadata: { name: { text: string } } }
    assert.equal(thread_metadata.name.text, 'Another')
    const tos = await askServer(ana.client, 'get', 'tos', {
      tag: 'request',
      attrs: {},
      content: [{ tag: 'notice', attrs: { id: terms } }],
    })
    assert.equal(childOf(childOf(tos, 'tos'), 'notice').attrs['state'], 'true')
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
