import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { serveWorld } from '../../server/serve-world.ts'
import { ManualClock } from '../../world/manual-clock.ts'
import { World } from '../../world/world.ts'
import type { ChatEntry } from '../chat-log.ts'
import { sha256 } from '../media/seal-media.ts'
import { Phone } from '../phone.ts'
import { sealWithSecret } from './message-secret.ts'

const minuteMs = 60_000

function people() {
  const clock = new ManualClock()
  const world = serveWorld(new World({ seed: 9, clock }))
  const phone = (name: string): Phone => Phone.create(world, world.createAccount({ name }))
  return { clock, world, ana: phone('Ana'), ben: phone('Ben') }
}

const arrived = (phone: Phone, id: string): Promise<ChatEntry> => phone.until.message((entry) => entry.id === id)

describe('what messages may do', () => {
  it('lets an author edit for 15 minutes and take back for two and a half days', async () => {
    const { clock, ana, ben } = people()
    const sent = await ana.send(ben.jid, { text: 'one' })
    clock.advance(14 * minuteMs)
    await ana.send(ben.jid, { edit: { message: sent.id, text: 'two' } })
    const entry = await arrived(ben, sent.id)
    await ben.until.message(({ kind }) => kind === 'edit')
    assert.equal(entry.editedText, 'two')
    clock.advance(2 * minuteMs)
    await assert.rejects(ana.send(ben.jid, { edit: { message: sent.id, text: 'three' } }), /15 minutes/)
    clock.advance(61 * 60 * minuteMs)
    await assert.rejects(ana.send(ben.jid, { revoke: { message: sent.id } }), /too old/)
    assert.equal(sent.editedText, 'two')
  })

  it('lets messages disappear by the clock, unless they are kept', async () => {
    const { clock, ana, ben } = people()
    await ana.send(ben.jid, { expiry: { seconds: 86_400 } })
    await ben.until.message(({ kind }) => kind === 'expiry')
    const [gone, kept] = [await ben.send(ana.jid, { text: 'gone' }), await ben.send(ana.jid, { image: {} })]
    await arrived(ana, kept.id)
    await ana.send(ben.jid, { keep: { message: kept.id } })
    await ben.until.message(({ kind }) => kind === 'keep')
    clock.advance(86_400_000)
    for (const phone of [ana, ben]) {
      const other = phone === ana ? ben : ana
      const ids = phone.messages(other.jid).map(({ id }) => id)
      assert.deepEqual([ids.includes(gone.id), ids.includes(kept.id)], [false, true])
    }
  })

  it('counts no vote that is sealed by somebody else, with another secret, or for what is no option', async () => {
    const { world, ana, ben } = people()
    const poll = await ana.send(ben.jid, { poll: { question: 'Tea?', options: ['yes', 'no'] } })
    await arrived(ben, poll.id)
    const secret = poll.message.messageContextInfo?.messageSecret
    assert.ok(secret)
    const eve = world.createAccount({ name: 'Eve' })
    const vote = async (by: Phone['account'], key: Uint8Array, option: string) => {
      const plaintext = Buffer.concat([Buffer.of(0x0a, 32), sha256(Buffer.from(option))])
      const sealed = sealWithSecret(
        'Poll Vote',
        key,
        { id: poll.id, author: ana.account, by },
        { author: 'lid', by: 'lid' },
        plaintext,
      )
      const pollCreationMessageKey = { remoteJid: ana.lid, fromMe: false, id: poll.id }
      const { id } = await ben.sendMessage(ana.account, { pollUpdateMessage: { pollCreationMessageKey, vote: sealed } })
      await arrived(ana, id)
      return poll.votes
    }
    assert.equal(await vote(eve, secret, 'yes'), undefined)
    assert.equal(await vote(ben.account, randomBytes(32), 'yes'), undefined)
    assert.equal(ana.violations.length, 2)
    assert.deepEqual(await vote(ben.account, secret, 'maybe'), { [ben.jid]: [] })
    assert.equal(ana.violations.length, 3)
    assert.deepEqual(await vote(ben.account, secret, 'no'), { [ben.jid]: ['no'] })
    assert.deepEqual(new Set(ana.violations.map(({ rule }) => rule)), new Set(['poll_vote']))
  })

  it('refuses polls that no phone would send', async () => {
    const { ana, ben } = people()
    const bad = [
      { question: 'x', options: ['a'] },
      { question: 'x', options: ['a', 'a'] },
      { question: 'x', options: ['a', 'b'], max_choices: 3 },
    ]
    for (const poll of bad) await assert.rejects(ana.send(ben.jid, { poll }))
    await assert.rejects(ana.send(ben.jid, {}), /exactly one kind/)
    await assert.rejects(ana.send(ben.jid, { text: 'a', image: {} }), /exactly one kind/)
    assert.deepEqual(ben.messages(), [])
  })

  it('changes nothing of somebody else', async () => {
    const { ana, ben } = people()
    const sent = await ana.send(ben.jid, { text: 'mine' })
    await arrived(ben, sent.id)
    const key = { remoteJid: ana.lid, fromMe: true, id: sent.id }
    const editedMessage = { conversation: 'yours' }
    const edit = await ben.sendMessage(ana.account, { protocolMessage: { key, type: 14, editedMessage } })
    const revoke = await ben.sendMessage(ana.account, { protocolMessage: { key, type: 0 } })
    await arrived(ana, edit.id)
    await arrived(ana, revoke.id)
    assert.deepEqual([sent.editedText, sent.revoked], [undefined, undefined])
  })
})
