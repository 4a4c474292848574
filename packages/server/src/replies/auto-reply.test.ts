import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'
import { isReplyId, replyIdFor } from './reply-mark.ts'

const text = 'Thanks, we answer tomorrow.\nYour team'
const environment = {
  WHATSAPP_AUTO_REPLY_ENABLED: 'true',
  WHATSAPP_AUTO_REPLY_TEXT: 'Thanks, we answer tomorrow.\\nYour team',
  WHATSAPP_AUTO_REPLY_INTERVAL: '1h',
}

describe('automatic answers', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  const clock = new TestClock()
  before(async () => {
    sandbox = await Sandbox.start({ seed: 43 })
    gateway = await startTestGateway({ sandbox, environment, clock })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const answersAt = (phone: Phone) => phone.messages().filter((message) => message.text === text && !message.fromMe)
  /** Everything that phones sent before has been dealt with, and what it caused has left. */
  const caughtUp = async () => {
    const witness = await sandbox.phone({ name: 'Witness' })
    await witness.send(ana.jid, { text: 'hello' })
    await witness.until.message((message) => message.text === text)
  }
  const restart = async () => {
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
  }

  it('go to whoever writes, once in the set time, also after a restart', async () => {
    await bob.send(ana.jid, { text: 'anybody there?' })
    await bob.until.message((message) => message.text === text)
    await bob.send(ana.jid, { text: 'hello?' })
    await restart()
    await bob.send(ana.jid, { text: 'still nobody?' })
    await caughtUp()
    assert.equal(answersAt(bob).length, 1)
    clock.pass(61 * 60_000)
    await bob.send(ana.jid, { text: 'an hour later' })
    await until('the second answer', () => answersAt(bob).length === 2)
  })

  it('go to nobody in groups, to no own message, and not for what nobody reads', async () => {
    const cid = await sandbox.phone({ name: 'Cid' })
    const group = await cid.groups.create({ subject: 'Team', participants: [ana.jid] })
    await cid.send(group.jid, { text: 'hello group' })
    await ana.send(cid.jid, { text: 'from my own phone' })
    const { id } = await cid.until.message((message) => message.text === 'from my own phone')
    await cid.send(ana.jid, { reaction: { message: id, emoji: '👍' } })
    await cid.status.post({ text: 'a status' })
    await caughtUp()
    assert.deepEqual(answersAt(cid), [])
  })

  it('are not given to answers of another gateway: two that answer each other fall silent', async () => {
    const other = await startTestGateway({ sandbox, environment })
    try {
      const dora = await sandbox.phone({ name: 'Dora' })
      const theirs = await other.linkDevice(dora)
      const sent = await theirs.api.post<{ message_id: string }>(`/chats/${ana.id}/messages`, { text: 'hi gateway' })
      await dora.until.message((message) => message.text === text)
      await caughtUp()
      const between = dora.messages(ana.jid).map((message) => [message.fromMe, message.text])
      assert.deepEqual(between, [
        [true, 'hi gateway'],
        [false, text],
      ])
      assert.ok(!isReplyId(sent.message_id))
    } finally {
      await other.stop()
    }
  })

  it('carry an id by which they are known', () => {
    for (const id of [replyIdFor('a'), replyIdFor('a', 'b')]) {
      assert.match(id, /^3EB0[0-9A-F]{18}$/)
      assert.ok(isReplyId(id))
    }
    assert.equal(replyIdFor('a', 'b'), replyIdFor('a', 'b'))
    assert.notEqual(replyIdFor('a', 'b'), replyIdFor('a', 'c'))
    for (const id of ['3EB0C767D26A1B2E5F6A77', '', '3EB0', 'ABC']) assert.ok(!isReplyId(id))
  })

  it('are switched on only with a text', async () => {
    await assert.rejects(
      startTestGateway({ environment: { WHATSAPP_AUTO_REPLY_ENABLED: 'true' } }),
      /WHATSAPP_AUTO_REPLY_TEXT is missing/,
    )
  })
})
