import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { sendWith, shown } from './testing/message-steps.ts'

describe('messages that something happens to, with a stock client', () => {
  const stage = conformanceWorld(38)
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

  it('leave nothing unanswered', () => stage.assertClean())
})
