import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

interface Sent {
  message_id: string
  status: string
  timestamp: string
  chat_jid: string
}

describe('messages.sendText', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  it('delivers a text that the other phone can read', async () => {
    const { api } = await gateway.linkDevice()
    const bob = await gateway.phone('Bob')
    const sent = await api.post<Sent>(`/chats/${bob.id}/messages`, { text: 'hello' })
    assert.equal(sent.status, 'sent')
    assert.equal(sent.chat_jid, bob.jid)
    const seen = await bob.until.message(({ text }) => text === 'hello')
    assert.equal(seen.id, sent.message_id)
  })
})
