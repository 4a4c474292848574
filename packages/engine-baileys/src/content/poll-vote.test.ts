import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import type { PollContent, VoteContent } from '@switchboard/engine'
import { decryptPollVote, getAggregateVotesInPollMessage, proto } from 'baileys-stock'
import { Message as codec } from '../proto/message.ts'
import { composeMessage } from './compose.ts'
import { describeMessage } from './describe.ts'
import { openVote, sealVote } from './poll-vote.ts'
import { stanzaMarks } from './stanza-marks.ts'

const now = Date.now()
const [group, author, voter] = ['120363000000000001@g.us', '1@lid', '2@lid']
const lunch: PollContent = { type: 'poll', question: 'Lunch?', options: ['Pizza', 'Salad', 'Soup'], selectable: 0 }
const target = { id: 'POLL', sender: author, fromMe: false }

const asked = (changes: Partial<PollContent> = {}) => composeMessage({ ...lunch, ...changes }, { chat: group, now })
const draft = (poll: Uint8Array, options: readonly string[], content: Partial<VoteContent> = {}, at = now) =>
  composeMessage({ type: 'poll_vote', target, poll, options, ...content }, { chat: group, now: at })
const cast = (poll: Uint8Array, options: readonly string[], named = voter) =>
  codec.encode(sealVote(codec.decode(draft(poll, options)), group, named))
const hash = (option: string) => createHash('sha256').update(option).digest('hex')

describe('votes', () => {
  it('are opened by the stock library, in polls of every version', () => {
    for (const changes of [
      {},
      { selectable: 1 },
      { correctOption: 'Soup' },
      { hidesVoters: true, endsAt: now + 1000 },
    ]) {
      const poll = asked(changes)
      const { pollUpdateMessage } = proto.Message.decode(cast(poll, ['Soup']))
      const opened = decryptPollVote(pollUpdateMessage!.vote!, {
        ...{ pollCreatorJid: author, pollMsgId: 'POLL', voterJid: voter },
        pollEncKey: codec.decode(poll).messageContextInfo!.messageSecret!,
      })
      const message = proto.Message.decode(asked())
      const pollUpdates = [{ pollUpdateMessageKey: { participant: voter }, vote: opened }]
      const counted = getAggregateVotesInPollMessage({ message, pollUpdates })
      assert.deepEqual(counted.find(({ voters }) => voters.length > 0)?.name, 'Soup')
    }
  })

  it('leave sealed, without the secret of the poll, and hidden from those who cannot read them', () => {
    const vote = codec.decode(cast(asked(), ['Soup']))
    assert.equal(vote.messageContextInfo, undefined)
    assert.equal(vote.pollUpdateMessage?.vote?.encIv?.length, 12)
    assert.ok(!Buffer.from(codec.encode(vote)).includes(Buffer.from(hash('Soup'), 'hex')))
    const { attrs, enc, nodes } = stanzaMarks(vote)
    assert.deepEqual([attrs, enc], [{ type: 'poll' }, { 'decrypt-fail': 'hide' }])
    assert.deepEqual(nodes, [{ tag: 'meta', attrs: { polltype: 'vote' } }])
  })

  it('are opened under whichever addresses the two were named, and by nobody who was not there', () => {
    const poll = asked()
    const authors = [author, '41@s.whatsapp.net', '41:7@s.whatsapp.net', '1:7@lid']
    for (const writer of authors) {
      for (const by of [voter, '42@s.whatsapp.net']) {
        const named = codec.decode(draft(poll, ['Pizza', 'Soup'], { target: { ...target, sender: writer } }))
        const vote = codec.encode(sealVote(named, group, by))
        const parties = { id: 'POLL', authors, by: [voter, '42@s.whatsapp.net'] }
        assert.deepEqual(openVote(vote, poll, parties), [hash('Pizza'), hash('Soup')])
        assert.equal(openVote(vote, poll, { ...parties, by: ['3@lid'] }), undefined)
        assert.equal(openVote(vote, poll, { ...parties, id: 'OTHER' }), undefined)
        assert.equal(openVote(vote, asked(), parties), undefined)
      }
    }
  })

  it('say what they choose in the open until they leave', () => {
    assert.deepEqual(describeMessage(draft(asked(), ['Salad'])).chosen, [hash('Salad')])
    assert.deepEqual(describeMessage(draft(asked(), [])).chosen, [])
    assert.equal(describeMessage(cast(asked(), ['Salad'])).chosen, undefined)
  })

  it('name pictures by the hash that the poll has for them', () => {
    const [bytes, text] = [Buffer.alloc(32, 7), Buffer.alloc(32, 8)]
    const options = [
      { optionName: 'a', optionHash: bytes.toString('base64') },
      { optionName: 'b', optionHash: text.toString('hex') },
    ]
    const poll = codec.encode({ pollCreationMessageV3: { name: 'Which?', options, pollContentType: 2 } })
    assert.deepEqual(describeMessage(poll).poll?.hashes, [bytes.toString('hex'), text.toString('hex')])
  })

  it('are made only as the poll allows', () => {
    const wrong: [Uint8Array, string[], number?][] = [
      [asked(), ['Cake']],
      [asked(), ['Soup', 'Soup']],
      [asked({ selectable: 1 }), ['Soup', 'Salad']],
      [asked({ correctOption: 'Soup' }), ['Soup', 'Salad']],
      [asked({ endsAt: now + 1000 }), ['Soup'], now + 1000],
      [codec.encode({ pollCreationMessage: { name: 'q' } }), []],
      [codec.encode({ conversation: 'no poll' }), []],
    ]
    for (const [poll, options, at] of wrong) {
      assert.throws(() => draft(poll, options, {}, at), { code: 'invalid_argument' }, JSON.stringify(options))
    }
  })

  it('that are no votes open nothing', () => {
    const parties = { id: 'POLL', authors: [author], by: [voter] }
    const junk = Buffer.from('ffff', 'hex')
    for (const bytes of [junk, new Uint8Array(), codec.encode({ pollUpdateMessage: { vote: { encPayload: junk } } })]) {
      assert.equal(openVote(bytes, asked(), parties), undefined)
      assert.equal(openVote(cast(asked(), []), bytes, parties), undefined)
    }
  })
})
