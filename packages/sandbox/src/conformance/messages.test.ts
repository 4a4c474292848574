import assert from 'node:assert/strict'
import { createCipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { decryptPollVote, getAggregateVotesInPollMessage, proto } from 'baileys-stock'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { sendWith, shown } from './testing/message-steps.ts'

const hashOf = (text: string): Buffer => createHash('sha256').update(text).digest()

describe('messages of every kind, with a stock client', () => {
  const stage = conformanceWorld(33)
  let ana: Linked
  let ben: Phone
  let caro: Phone

  before(async () => {
    ;[ana, ben] = await stage.two()
    caro = await stage.phone('Caro')
  })
  after(() => stage.end())

  type Content = Parameters<typeof sendWith>[2]
  /** What Ben's phone shows of a message of Ana's client. */
  const atBen = async (content: Content) => {
    const sent = await sendWith(ana.client, ben.lid, content)
    return { sent, entry: await ben.until.message(({ id }) => id === sent.key.id) }
  }
  /** Ana's phone has it too: its requests and answers may name it. */
  const atAna = (id: string) => ana.phone.until.message((entry) => entry.id === id)

  it('show places that a client sends, and places of a phone', async () => {
    const { entry } = await atBen({
      location: { degreesLatitude: 41.38, degreesLongitude: 2.17, name: 'Plaza', address: 'C. 1' },
    })
    assert.equal(entry.kind, 'location')
    assert.deepEqual(entry.details, {
      latitude: 41.38,
      longitude: 2.17,
      name: 'Plaza',
      address: 'C. 1',
      url: undefined,
    })
    const here = await ben.send(ana.phone.jid, { location: { latitude: -33.4, longitude: -70.6, name: 'Cerro' } })
    const { inner } = await shown(ana.client, here.id)
    assert.deepEqual([inner.locationMessage?.degreesLatitude, inner.locationMessage?.name], [-33.4, 'Cerro'])
    await assert.rejects(ben.send(ana.phone.jid, { location: { latitude: 91, longitude: 0 } }), /planet/)
  })

  it('follow somebody who shares a live location', async () => {
    const live = { latitude: 1.5, longitude: 2.5, caption: 'on my way', sequence: 7 }
    const sent = await ben.send(ana.phone.jid, { live_location: live })
    const { inner } = await shown(ana.client, sent.id)
    const { degreesLatitude, caption, sequenceNumber } = inner.liveLocationMessage!
    assert.deepEqual([degreesLatitude, caption, Number(sequenceNumber)], [1.5, 'on my way', 7])
    const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`
    const liveLocationMessage = { degreesLatitude: 3, degreesLongitude: 4, sequenceNumber: 1, caption: 'me too' }
    await ana.client.socket.relayMessage(ben.lid, { liveLocationMessage }, { messageId: id })
    const entry = await ben.until.message((one) => one.id === id)
    assert.deepEqual([entry.kind, entry.text, entry.details?.['latitude']], ['live_location', 'me too', 3])
  })

  it('hand over one contact or several', async () => {
    const vcard = 'BEGIN:VCARD\nVERSION:3.0\nFN:Eva\nTEL;waid=34600111222:+34 600 111 222\nEND:VCARD'
    const one = await atBen({ contacts: { displayName: 'Eva', contacts: [{ displayName: 'Eva', vcard }] } })
    assert.deepEqual([one.entry.kind, one.entry.text], ['contact', 'Eva'])
    assert.deepEqual(one.entry.details?.['contacts'], [{ name: 'Eva', vcard, phone: '34600111222' }])
    const two = {
      displayName: '2',
      contacts: [
        { displayName: 'Eva', vcard },
        { displayName: 'Iva', vcard },
      ],
    }
    assert.equal((await atBen({ contacts: two })).entry.kind, 'contacts')
    const wish = [
      { name: 'Eva', phone: '34600111222' },
      { name: 'Max', vcard },
    ]
    const back = await ben.send(ana.phone.jid, { contacts: wish })
    const { inner } = await shown(ana.client, back.id)
    assert.deepEqual(
      inner.contactsArrayMessage?.contacts?.map(({ displayName }) => displayName),
      ['Eva', 'Max'],
    )
    assert.match(inner.contactsArrayMessage?.contacts?.[0]?.vcard ?? '', /waid=34600111222/)
    const single = await ben.send(ana.phone.jid, { contact: { name: 'Eva', phone: '34600111222' } })
    assert.equal((await shown(ana.client, single.id)).inner.contactMessage?.displayName, 'Eva')
  })

  it('let a phone vote in the poll of a client, which opens the vote', async () => {
    const poll = { name: 'Where?', values: ['Sea', 'Hills', 'Home'], selectableCount: 1 }
    const { sent, entry } = await atBen({ poll })
    assert.deepEqual(entry.details, { question: 'Where?', options: ['Sea', 'Hills', 'Home'], max_choices: 1 })
    const vote = await ben.send(ana.phone.jid, { vote: { poll: entry.id, options: ['Hills'] } })
    const { whole, inner } = await shown(ana.client, vote.id)
    assert.equal(inner.pollUpdateMessage?.pollCreationMessageKey?.id, entry.id)
    const opened = decryptPollVote(inner.pollUpdateMessage!.vote!, {
      pollCreatorJid: ana.phone.lid,
      pollMsgId: entry.id,
      pollEncKey: sent.message!.messageContextInfo!.messageSecret!,
      voterJid: ben.lid,
    })
    const pollUpdates = [{ pollUpdateMessageKey: whole.key, vote: opened, senderTimestampMs: 1 }]
    const results = getAggregateVotesInPollMessage({ message: sent.message!, pollUpdates })
    assert.deepEqual(
      results.filter(({ voters }) => voters.length > 0).map(({ name }) => name),
      ['Hills'],
    )
    await atAna(vote.id)
    const counted = ana.phone.messages(ben.jid).find(({ id }) => id === entry.id)
    assert.deepEqual(counted?.votes, { [ben.jid]: ['Hills'] })
    const tooMany = { poll: entry.id, options: ['Sea', 'Home'] }
    await assert.rejects(ben.send(ana.phone.jid, { vote: tooMany }), /allows 1/)
  })

  it('let a client vote in the poll of a phone, by either addressing, and take the vote back', async () => {
    const poll = await ben.send(ana.phone.jid, { poll: { question: 'When?', options: ['Now', 'Later'] } })
    const { inner } = await shown(ana.client, poll.id)
    assert.deepEqual(
      inner.pollCreationMessage?.options?.map(({ optionName }) => optionName),
      ['Now', 'Later'],
    )
    const secret = poll.message.messageContextInfo!.messageSecret!
    const voteAs = async (voter: string, creator: string, options: string[]) => {
      const key = hkdfSync('sha256', secret, '', Buffer.from(`${poll.id}${creator}${voter}Poll Vote`), 32)
      const encIv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', Buffer.from(key), encIv).setAAD(Buffer.from(`${poll.id}\0${voter}`))
      const plain = proto.Message.PollVoteMessage.encode({ selectedOptions: options.map(hashOf) }).finish()
      const encPayload = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
      const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`
      const pollCreationMessageKey = { remoteJid: ben.lid, fromMe: false, id: poll.id }
      const pollUpdateMessage = { pollCreationMessageKey, vote: { encPayload, encIv }, senderTimestampMs: 1 }
      await ana.client.socket.relayMessage(ben.lid, { pollUpdateMessage }, { messageId: id })
      await ben.until.message((one) => one.id === id)
      return ben.messages(ana.phone.jid).find((one) => one.id === poll.id)?.votes
    }
    assert.deepEqual(await voteAs(ana.phone.lid, ben.lid, ['Now', 'Later']), { [ana.phone.jid]: ['Now', 'Later'] })
    assert.deepEqual(await voteAs(ana.phone.jid, ben.jid, ['Later']), { [ana.phone.jid]: ['Later'] })
    assert.deepEqual(await voteAs(ana.phone.lid, ben.lid, []), { [ana.phone.jid]: [] })
  })

  it('show the preview of a link', async () => {
    const linkPreview = {
      'canonical-url': 'https://example.com/',
      'matched-text': 'https://example.com/',
      title: 'Example',
    }
    const { entry } = await atBen({
      text: 'see https://example.com/',
      linkPreview: { ...linkPreview, description: 'd' },
    })
    const preview = { url: 'https://example.com/', title: 'Example', description: 'd' }
    assert.deepEqual(entry.details, { preview })
    const image = randomBytes(500)
    const sent = await ben.send(ana.phone.jid, { text: 'https://example.com/', preview: { ...preview, image } })
    const { inner } = await shown(ana.client, sent.id)
    const { title, matchedText, thumbnailDirectPath } = inner.extendedTextMessage!
    assert.deepEqual([title, matchedText], ['Example', preview.url])
    assert.ok(thumbnailDirectPath)
  })

  it('are named even when nobody here looks into them, and handed on whole', async () => {
    const id = `3EB0${randomBytes(9).toString('hex').toUpperCase()}`
    const listMessage = { title: 'Menu', buttonText: 'Open', listType: 1, sections: [{ title: 'All', rows: [] }] }
    await ana.client.socket.relayMessage(ben.lid, { listMessage }, { messageId: id })
    const entry = await ben.until.message((one) => one.id === id)
    assert.equal(entry.kind, 'list')
    const sent = await ben.sendMessage(ana.phone.account, entry.message)
    const { inner } = await shown(ana.client, sent.id)
    assert.deepEqual([inner.listMessage?.title, inner.listMessage?.sections?.[0]?.title], ['Menu', 'All'])
  })

  it('are forwarded with the mark of it', async () => {
    const origin = await ben.send(ana.phone.jid, { location: { latitude: 1, longitude: 2, name: 'There' } })
    const { whole } = await shown(ana.client, origin.id)
    const { entry } = await atBen({ forward: whole, force: true })
    assert.deepEqual([entry.kind, entry.forwarded, entry.text], ['location', true, 'There'])
    const { entry: note } = await atBen({ text: 'pass it on' })
    const on = await ben.send(ana.phone.jid, { forward: { message: note.id } })
    assert.deepEqual([on.kind, on.forwarded], ['text', true])
    const { inner } = await shown(ana.client, on.id)
    assert.deepEqual(
      [inner.extendedTextMessage?.text, inner.extendedTextMessage?.contextInfo?.isForwarded],
      ['pass it on', true],
    )
  })

  it('are viewed once, sent by either side', async () => {
    const file = randomBytes(700)
    const { entry } = await atBen({ image: file, viewOnce: true, jpegThumbnail: '' })
    assert.deepEqual([entry.kind, entry.viewOnce, entry.media], ['image', true, 'here'])
    const sent = await ben.send(ana.phone.jid, { voice: {}, view_once: true })
    const { whole, inner } = await shown(ana.client, sent.id)
    assert.ok(whole.message?.viewOnceMessageV2)
    assert.equal(inner.audioMessage?.viewOnce, true)
    await assert.rejects(ben.send(ana.phone.jid, { text: 'x', view_once: true }), /viewed once/)
  })

  it('are appointments, sent by either side', async () => {
    const start = new Date('2027-01-01T10:00:00Z')
    const { entry } = await atBen({ event: { name: 'Lunch', startDate: start } })
    assert.deepEqual(
      [entry.kind, entry.text, entry.details?.['start_time']],
      ['event', 'Lunch', start.getTime() / 1000],
    )
    const sent = await ben.send(ana.phone.jid, { event: { name: 'Tea', start_time: 1_800_000_000 } })
    assert.equal((await shown(ana.client, sent.id)).inner.eventMessage?.name, 'Tea')
  })

  it('are rich answers of a bot', async () => {
    const parts = [
      { text: 'Here you are:' },
      { code: 'print(1)', language: 'python' },
      {
        table: [
          ['a', 'b'],
          ['1', '2'],
        ],
        title: 'Numbers',
      },
    ]
    const sent = await ben.send(ana.phone.jid, { ai_rich_response: { parts } })
    assert.deepEqual(sent.details, { parts })
    const { whole } = await shown(ana.client, sent.id)
    const rich = whole.message?.botForwardedMessage?.message?.richResponseMessage
    assert.equal(rich?.submessages?.[0]?.messageText, 'Here you are:')
    assert.equal(rich?.submessages?.[1]?.codeMetadata?.codeBlocks?.[0]?.codeContent, 'print(1)')
    assert.deepEqual(rich?.submessages?.[2]?.tableMetadata?.rows?.[1]?.items, ['1', '2'])
  })

  it('count the votes of several, each as it was given last', async () => {
    const { id: group } = await ana.client.socket.groupCreate('Deciding', [ben.lid, caro.lid])
    for (const phone of [ben, caro]) await phone.groups.of(group).until.change('create')
    const poll = { name: 'Colour?', values: ['red', 'green', 'blue'], selectableCount: 1 }
    const asked = await sendWith(ana.client, group, { poll })
    const { id } = asked.key
    for (const phone of [ben, caro]) await phone.until.message((entry) => entry.id === id)
    await ben.send(group, { vote: { poll: id!, options: ['red'] } })
    const green = await caro.send(group, { vote: { poll: id!, options: ['green'] } })
    const last = await ben.send(group, { vote: { poll: id!, options: ['blue'] } })
    await caro.until.message((entry) => entry.id === last.id)
    await atAna(last.id)
    const votes = { [ben.jid]: ['blue'], [caro.jid]: ['green'] }
    for (const phone of [ben, caro, ana.phone])
      assert.deepEqual(phone.messages(group).find((entry) => entry.id === id)?.votes, votes)
    const pollEncKey = asked.message!.messageContextInfo!.messageSecret!
    for (const [sent, voter, option] of [
      [green, caro, 'green'],
      [last, ben, 'blue'],
    ] as const) {
      const { vote } = (await shown(ana.client, sent.id)).inner.pollUpdateMessage!
      const parties = { pollCreatorJid: ana.phone.lid, pollMsgId: id!, pollEncKey, voterJid: voter.lid }
      assert.deepEqual(decryptPollVote(vote!, parties).selectedOptions?.map(Buffer.from), [hashOf(option)])
    }
  })

  it('work in groups too: polls, votes, reactions, and taking back by an admin', async () => {
    const { id: group } = await ana.client.socket.groupCreate('Plans', [ben.lid])
    await ben.groups.of(group).until.change('create')
    const asked = await sendWith(ana.client, group, {
      poll: { name: 'Go?', values: ['yes', 'no'], selectableCount: 0 },
    })
    const entry = await ben.until.message(({ id }) => id === asked.key.id)
    const vote = await ben.send(group, { vote: { poll: entry.id, options: ['yes'] } })
    assert.deepEqual(entry.votes, { [ben.jid]: ['yes'] })
    const key = (await shown(ana.client, vote.id)).inner.pollUpdateMessage?.pollCreationMessageKey
    // The client turns keys to its own view: the poll is its own.
    assert.deepEqual([key?.participant, key?.fromMe], [ana.phone.lid, true])
    await atAna(vote.id)
    assert.deepEqual(ana.phone.messages(group).find(({ id }) => id === entry.id)?.votes, { [ben.jid]: ['yes'] })
    await ben.send(group, { reaction: { message: entry.id, emoji: '👍' } })
    await ana.client.until('messages.reaction', (all) => all.some(({ key: about }) => about.id === entry.id))
    const own = await ben.send(group, { text: 'rude', mentions: 'all' })
    const { whole } = await shown(ana.client, own.id)
    assert.equal(whole.message?.extendedTextMessage?.contextInfo?.nonJidMentions, 1)
    const back = await sendWith(ana.client, group, { delete: whole.key })
    await ben.until.message(({ id }) => id === back.key.id)
    assert.equal(own.revoked, true)
    await assert.rejects(ben.send(group, { revoke: { message: entry.id } }), /somebody else/)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
