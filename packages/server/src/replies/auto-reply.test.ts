import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { readConfig } from '../config/read-config.ts'
import { ApiClient } from '../testing/api-client.ts'
import { GatewayProcesses } from '../testing/gateway-process.ts'
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

  it('go once to somebody who writes several times at the same moment, under both addresses', async () => {
    const eva = await sandbox.phone({ name: 'Eva' })
    await Promise.all(
      (['lid', 'pn', 'lid', 'pn'] as const).map((addressing, n) => eva.send(ana.jid, { text: `${n}`, addressing })),
    )
    await eva.until.message((message) => message.text === text)
    await caughtUp()
    assert.equal(answersAt(eva).length, 1)
  })

  it('go to nobody whose message is older than a day, and to no bot', async () => {
    const [late, bot] = [await sandbox.phone({ name: 'Late' }), await sandbox.phone({ phone: '13135550002' })]
    clock.set(25 * 60 * 60_000)
    await late.send(ana.jid, { text: 'yesterday' })
    await until('the old message is stored', async () => {
      const { messages } = await device.api.get<{ messages: { text: string }[] }>(`/chats/${late.id}/messages`)
      return messages.some((message) => message.text === 'yesterday')
    })
    clock.set(-25 * 60 * 60_000)
    await bot.send(ana.jid, { text: 'beep' })
    await caughtUp()
    assert.deepEqual([...answersAt(late), ...answersAt(bot)], [])
  })

  it('go to nobody in groups or channels, to no own message, and not for what nobody reads', async () => {
    const cid = await sandbox.phone({ name: 'Cid' })
    const group = await cid.groups.create({ subject: 'Team', participants: [ana.jid] })
    await cid.send(group.jid, { text: 'hello group' })
    await ana.send(cid.jid, { text: 'from my own phone' })
    const { id } = await cid.until.message((message) => message.text === 'from my own phone')
    await cid.send(ana.jid, { reaction: { message: id, emoji: '👍' } })
    await cid.status.post({ text: 'a status' })
    const channel = await cid.channels.create({ name: 'News' })
    await ana.channels.follow(channel.jid)
    await channel.post({ text: 'a post' })
    await until('the post is there', async () => {
      const { messages } = await device.api.get<{ messages: { text: string }[] }>(`/chats/${channel.jid}/messages`)
      return messages.some((message) => message.text === 'a post')
    })
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

  it('are given by default once in 24 hours, with the text of the setting', () => {
    const { autoReply } = readConfig({ WHATSAPP_AUTO_REPLY_ENABLED: 'true', WHATSAPP_AUTO_REPLY_TEXT: 'Closed.' })
    assert.deepEqual(autoReply, { enabled: true, text: 'Closed.', intervalMs: 24 * 60 * 60_000 })
    assert.equal(readConfig({}).autoReply.enabled, false)
  })

  it('are switched on only with a text', async () => {
    await assert.rejects(
      startTestGateway({ environment: { WHATSAPP_AUTO_REPLY_ENABLED: 'true' } }),
      /WHATSAPP_AUTO_REPLY_TEXT is missing/,
    )
  })
})

describe('automatic answers of a process that is killed', () => {
  const processes = new GatewayProcesses()
  let sandbox: Sandbox
  before(async () => {
    sandbox = await Sandbox.start({ seed: 44, control: true })
  })
  after(async () => {
    await processes.end()
    await sandbox.stop()
  })

  it('are given once, whenever it is killed', async () => {
    const [ana, bob] = [await sandbox.phone({ name: 'Ana' }), await sandbox.phone({ name: 'Bob' })]
    const settings = {
      ...environment,
      SWITCHBOARD_SANDBOX_URL: sandbox.origin,
      WHATSAPP_AUTO_PRESENCE_ENABLED: 'false',
    }
    const first = processes.run(settings)
    const url = await first.listening()
    const secret = readFileSync(path.join(first.cwd, 'data/secrets/admin-secret'), 'utf8').trim()
    const key = await new ApiClient(url, { 'x-admin-secret': secret }).post<{ api_key: string }>('/admin/api-keys', {
      ...{ customer_name: 'Test', max_devices: 1 },
    })
    const { token } = await new ApiClient(url, { 'x-api-key': key.api_key }).post<{ token: string }>('/devices', {
      device_name: 'Test',
    })
    const api = new ApiClient(url, { authorization: `Bearer ${token}` })
    await ana.scan((await api.post<{ qr_text: string }>('/devices/me/login?output=json')).qr_text)
    await until('it is linked', async () => (await api.get<{ connected: boolean }>('/devices/me/status')).connected)
    await bob.send(ana.jid, { text: 'anybody there?' })
    const isAnswer = (message: { text?: string }) => message.text === text
    // As early as can be seen: its message is stored, and the answer may be anywhere on its way.
    await until('the message is stored', async () => {
      const { status } = await api.call('GET', `/chats/${bob.id}`)
      return status === 200
    })
    first.child.kill('SIGKILL')
    await first.ended
    for (let round = 0; round < 2; round++) {
      const next = processes.run(settings, first.cwd)
      await next.listening()
      await bob.until.message(isAnswer)
      await bob.send(ana.jid, { text: `and in round ${round}?` })
      const witness = await sandbox.phone({ name: `Witness ${round}` })
      await witness.send(ana.jid, { text: 'hello' })
      await witness.until.message(isAnswer)
      assert.equal(bob.messages().filter(isAnswer).length, 1)
      next.child.kill('SIGKILL')
      await next.ended
    }
  })
})
