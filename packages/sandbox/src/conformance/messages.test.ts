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

  before(async () => {
    ;[ana, ben] = await stage.two()
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

  it('are reacted to by both sides, and reactions are taken back', async () => {
    const { sent, entry } = await atBen({ text: 'good news' })
    const like = await ben.send(ana.phone.jid, { reaction: { message: entry.id, emoji: '🎉' } })
    assert.equal(entry.reactions?.[ben.jid], '🎉')
    const [seen] = await ana.client.until('messages.reaction', (all) => all.some(({ key }) => key.id === entry.id))
    assert.deepEqual([seen?.reaction.text, seen?.key.fromMe], ['🎉', true])
    await atAna(like.id)
    const own = await sendWith(ana.client, ben.lid, { react: { text: '😀', key: sent.key } })
    await ben.until.message(({ id }) => id === own.key.id)
    assert.deepEqual(entry.reactions, { [ben.jid]: '🎉', [ana.phone.jid]: '😀' })
    const none = await sendWith(ana.client, ben.lid, { react: { text: '', key: sent.key } })
    await ben.until.message(({ id }) => id === none.key.id)
    await ben.send(ana.phone.jid, { reaction: { message: entry.id, emoji: '' } })
    assert.deepEqual(entry.reactions, {})
    await ana.client.until('messages.reaction', (all) => all.some(({ reaction }) => reaction.text === ''))
  })

  it('are edited by their author, texts and captions, for 15 minutes', async () => {
    const { sent, entry } = await atBen({ text: 'helo' })
    const change = await sendWith(ana.client, ben.lid, { text: 'hello', edit: sent.key })
    const seen = await ben.until.message(({ id }) => id === change.key.id)
    assert.deepEqual([seen.kind, seen.targetId, entry.editedText], ['edit', entry.id, 'hello'])
    const own = await ben.send(ana.phone.jid, { image: { caption: 'my dgo' } })
    await ben.send(ana.phone.jid, { edit: { message: own.id, text: 'my dog' } })
    assert.equal(own.editedText, 'my dog')
    await ana.client.until('messages.update', (updates) =>
      updates.some(
        ({ key, update }) =>
          key.id === own.id && update.message?.editedMessage?.message?.imageMessage?.caption === 'my dog',
      ),
    )
    const foreign = ben.send(ana.phone.jid, { edit: { message: entry.id, text: 'x' } })
    await assert.rejects(foreign, /somebody else/)
  })

  it('are taken back by their author on either side', async () => {
    const { sent, entry } = await atBen({ text: 'not for you' })
    const back = await sendWith(ana.client, ben.lid, { delete: sent.key })
    const seen = await ben.until.message(({ id }) => id === back.key.id)
    assert.deepEqual([seen.kind, entry.revoked], ['revoke', true])
    const own = await ben.send(ana.phone.jid, { text: 'nor this' })
    await shown(ana.client, own.id)
    await ben.send(ana.phone.jid, { revoke: { message: own.id } })
    assert.equal(own.revoked, true)
    await ana.client.until('messages.update', (all) =>
      all.some(({ key, update }) => key.id === own.id && update.message === null),
    )
    await assert.rejects(ben.send(ana.phone.jid, { revoke: { message: entry.id } }), /somebody else/)
  })

  it('answer another message, whatever its kind, and mention people', async () => {
    const first = await ben.send(ana.phone.jid, { image: { caption: 'who is it?' } })
    const { whole } = await shown(ana.client, first.id)
    const answer = await ana.client.socket.sendMessage(
      ben.lid,
      { text: '@you', mentions: [ben.lid] },
      { quoted: whole },
    )
    const entry = await ben.until.message(({ id }) => id === answer?.key.id)
    assert.deepEqual([entry.quotedId, entry.mentions], [first.id, [ben.lid]])
    const back = await ben.send(ana.phone.jid, { sticker: {}, quoted: entry.id, mentions: [ana.phone.id] })
    const { inner } = await shown(ana.client, back.id)
    const context = inner.stickerMessage?.contextInfo
    assert.deepEqual(
      [context?.stanzaId, context?.participant, context?.mentionedJid],
      [entry.id, ana.phone.lid, [ana.phone.lid]],
    )
    assert.equal(context?.quotedMessage?.extendedTextMessage?.text, '@you')
    await assert.rejects(ben.send(ana.phone.jid, { text: 'x', quoted: 'nope' }), /no message nope/)
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

  it('disappear after the time that either side sets', async () => {
    await sendWith(ana.client, ben.lid, { disappearingMessagesInChat: 86_400 })
    const set = await ben.until.message(({ kind, details }) => kind === 'expiry' && details?.['seconds'] === 86_400)
    assert.equal(set.fromMe, false)
    const sent = await ben.send(ana.phone.jid, { text: 'soon gone' })
    assert.equal(sent.expiresAfter, 86_400)
    const { inner } = await shown(ana.client, sent.id)
    assert.equal(inner.extendedTextMessage?.contextInfo?.expiration, 86_400)
    const keep = await ben.send(ana.phone.jid, { keep: { message: sent.id } })
    assert.equal((await shown(ana.client, keep.id)).inner.keepInChatMessage?.key?.id, sent.id)
    assert.equal(sent.kept, true)
    await ben.send(ana.phone.jid, { expiry: { seconds: 0 } })
    await ana.client.until('chats.update', (chats) =>
      chats.some((chat) => 'ephemeralExpiration' in chat && !chat.ephemeralExpiration),
    )
    assert.equal((await ben.send(ana.phone.jid, { text: 'stays' })).expiresAfter, undefined)
    await assert.rejects(ben.send(ana.phone.jid, { expiry: { seconds: 5 } }), /one of/)
  })

  it('are pinned by either side', async () => {
    const { sent, entry } = await atBen({ text: 'rules' })
    const pinned = await sendWith(ana.client, ben.lid, { pin: sent.key, type: 1, time: 604_800 })
    const seen = await ben.until.message(({ id }) => id === pinned.key.id)
    assert.deepEqual([seen.kind, seen.details, entry.pinned], ['pin', { undo: false, seconds: 604_800 }, true])
    const off = await ben.send(ana.phone.jid, { pin: { message: entry.id, undo: true } })
    assert.equal((await shown(ana.client, off.id)).inner.pinInChatMessage?.type, 2)
    assert.equal(entry.pinned, false)
  })

  it('are commented on, sealed with their own secret', async () => {
    const { sent, entry } = await atBen({ text: 'announcement', contextInfo: {} })
    const comment = await ben.send(ana.phone.jid, { comment: { message: entry.id, text: 'well said' } })
    assert.equal(comment.text, 'well said')
    const { inner } = await shown(ana.client, comment.id)
    assert.equal(inner.encCommentMessage?.targetMessageKey?.id, sent.key.id)
    const atPhone = await atAna(comment.id)
    assert.deepEqual([atPhone.kind, atPhone.text, atPhone.targetId], ['comment', 'well said', sent.key.id])
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

  it('come as a placeholder first, and whole when the client asks its phone', async () => {
    const sent = await ben.send(ana.phone.jid, { text: 'not for every device', unavailable: '' })
    await atAna(sent.id)
    // The client waits two seconds for the message to come by itself.
    const { inner } = await shown(ana.client, sent.id)
    assert.equal(inner.conversation, 'not for every device')
    assert.ok(ana.client.messages.some(({ key, message }) => key?.id === sent.id && !message))
  })

  it('are announced only, when companions may not view them', async () => {
    const sent = await ben.send(ana.phone.jid, { image: {}, view_once: true, unavailable: 'view_once' })
    const { messages } = await ana.client.until('messages.upsert', (event) =>
      event.messages.some(({ key }) => key.id === sent.id),
    )
    const seen = messages.find(({ key }) => key.id === sent.id)
    assert.equal(seen?.key.isViewOnce, true)
    assert.equal(seen?.message ?? undefined, undefined)
  })

  it('are asked for again when they cannot be read, and come whole', async (test) => {
    // The library tells the console of what it cannot read.
    test.mock.method(console, 'error', () => {})
    const sandbox = await stage.sandbox()
    sandbox.fault.next(ana.jid, 'message', { corrupt: true })
    const sent = await ben.send(ana.phone.jid, { poll: { question: 'Again?', options: ['a', 'b'], max_choices: 1 } })
    const { inner } = await shown(ana.client, sent.id)
    assert.equal(inner.pollCreationMessageV3?.name, 'Again?')
    await ben.until.event('phone.retry_answered', ({ id }) => id === sent.id)
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

  it('come to groups as a placeholder for companions, and whole when the client asks its phone', async () => {
    const group = await ben.groups.create({ subject: 'Not for all', participants: [ana.phone.jid] })
    await ana.phone.groups.of(group.jid).until.change('create')
    const sent = await ben.send(group.jid, { text: 'for phones first', unavailable: '' })
    await ana.phone.until.message(({ id }) => id === sent.id)
    const { whole, inner } = await shown(ana.client, sent.id)
    assert.equal(inner.conversation, 'for phones first')
    assert.equal(whole.key.remoteJid, group.jid)
    assert.ok(ana.client.messages.some(({ key, message }) => key?.id === sent.id && !message))
    const open = await ben.send(group.jid, { text: 'for all again' })
    assert.equal((await shown(ana.client, open.id)).inner.conversation, 'for all again')
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
