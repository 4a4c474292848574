import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Core } from '../sessions/testing/core.ts'

describe('messages', () => {
  let core: Core
  before(async () => {
    core = await Core.start()
  })
  after(() => core.close())

  it('sends a text that the other phone can read', async () => {
    const { deviceId } = await core.linked('Ana')
    const bob = await core.sandbox.phone({ name: 'Bob' })
    const sent = await core.messages.send({
      deviceId,
      chat: bob.id,
      content: { type: 'text', text: 'hello' },
      waitMs: 5_000,
    })
    assert.equal(sent.state, 'sent')
    const seen = await bob.until.message((message) => message.text === 'hello')
    assert.equal(seen.id, sent.messageId)
    await core.event(deviceId, 'message.delivered', { where: (payload) => payload['message_id'] === sent.messageId })
    const known = await core.messages.get(deviceId, sent.messageId)
    assert.equal(known?.message.state, 'delivered')
    assert.deepEqual(
      known?.history.map(({ state }) => state),
      ['queued', 'sent', 'delivered'],
    )
  })
})
