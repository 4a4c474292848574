import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

describe('a request that names a message and a chat', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let cid: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    cid = await gateway.phone('Cid')
  })
  after(() => gateway.stop())

  const arrived = (id: string) =>
    until('it is stored', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
  const reply = (id: string) => `/messages/${id}/reply`

  it('sends nothing of one chat to another', async () => {
    const { id } = await bob.send(device.phone.jid, { text: 'SALARY 12345' })
    await arrived(id)
    await device.api.refuses('message_not_found', 'POST', reply(id), { chat_jid: cid.jid, text: 'hi' })
    const quoting = { text: 'hi', reply_to_message_id: id }
    await device.api.refuses('message_not_found', 'POST', `/chats/${cid.id}/messages`, quoting)
    await device.api.post(`/chats/${cid.id}/messages`, { text: 'afterwards' })
    await cid.until.message(({ text }) => text === 'afterwards')
    assert.deepEqual(
      cid.messages().map(({ text }) => text),
      ['afterwards'],
    )
    await device.api.post(reply(id), { chat_jid: bob.lid, text: 'thanks' })
    assert.equal((await bob.until.message(({ text }) => text === 'thanks')).quotedId, id)
  })

  it('answers somebody of a group in private, and names the group', async () => {
    const { jid } = await bob.groups.create({ subject: 'Team', participants: [device.phone.jid, cid.jid] })
    const { id } = await bob.send(jid, { text: 'ask me alone' })
    await arrived(id)
    await device.api.post(reply(id), { chat_jid: bob.jid, text: 'psst' })
    const { quotedId, message } = await bob.until.message(({ text }) => text === 'psst')
    const context = message.extendedTextMessage?.contextInfo
    assert.deepEqual([quotedId, context?.remoteJid, context?.participant], [id, jid, bob.lid])
    await device.api.refuses('message_not_found', 'POST', reply(id), { chat_jid: cid.jid, text: 'psst' })
  })

  it('reads a message where it was said, and nowhere else', async () => {
    const { id } = await bob.send(device.phone.jid, { text: 'read me' })
    await arrived(id)
    await device.api.refuses('message_not_found', 'POST', `/messages/${id}/read`, { chat_jid: cid.jid })
    const wrong = { chat_jid: cid.jid, sender_jid: cid.jid }
    await device.api.refuses('message_not_found', 'POST', `/messages/${id}/read`, wrong)
    await device.api.post(`/messages/${id}/read`, { chat_jid: bob.jid })
    await bob.until.receipt({ id, type: 'read' })
  })
})
