import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Listed {
  readonly messages: readonly { readonly message_id: string; readonly status: string; readonly reason: string | null }[]
  readonly next_cursor?: string
}

describe('POST /messages/{message_id}/retry and what was not sent', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  const lock = async (deviceId: string) => {
    const { jid } = gateway.services.sessions.account(deviceId)!
    await gateway.sandbox!.fault.apply({ device: jid, action: { kind: 'reach-out-timelock', seconds: 3600 } })
  }

  it('sends a message that was refused again, and nobody gets it twice', async () => {
    const device = await gateway.linkDevice()
    const stranger = await gateway.phone('Stranger')
    await lock(device.id)
    for (const text of ['one', 'two', 'three']) {
      await device.api.refuses('message_refused', 'POST', `/chats/${stranger.id}/messages`, { text })
    }
    const first = await device.api.get<Listed>('/messages?state=failed&limit=2')
    const rest = await device.api.get<Listed>(`/messages?state=failed&limit=2&cursor=${first.next_cursor}`)
    const failed = [...first.messages, ...rest.messages]
    assert.deepEqual(
      failed.map(({ status, reason }) => [status, reason]),
      [1, 2, 3].map(() => ['failed', 'refused_463']),
    )
    assert.equal(rest.next_cursor, undefined)
    assert.deepEqual((await device.api.get<Listed>('/messages?state=unknown')).messages, [])
    assert.deepEqual((await device.api.get<Listed>('/messages')).messages, [])
    gateway.sandbox!.fault.clear()
    const oldest = failed.at(-1)!.message_id
    const [again, twice] = await Promise.all([1, 2].map(() => device.api.call('POST', `/messages/${oldest}/retry`)))
    assert.deepEqual([again!.status, twice!.status].sort(), [202, 409])
    const inbox = () => stranger.messages().filter(({ text }) => text === 'one')
    await until('it arrives', () => inbox().length > 0)
    await until('it is sent', async () => {
      const { status } = await device.api.get<{ status: string }>(`/messages/${oldest}`)
      return ['sent', 'delivered', 'read'].includes(status)
    })
    await device.api.refuses('message_not_retryable', 'POST', `/messages/${oldest}/retry`)
    assert.equal(inbox().length, 1)
    assert.equal((await device.api.get<Listed>('/messages?state=failed')).messages.length, 2)
  })

  it('does not send what may have arrived, what came in, or what another device wanted to send', async () => {
    const device = await gateway.linkDevice()
    const friend = await gateway.phone('Friend')
    const { message_id: sent } = await device.api.post<{ message_id: string }>(`/chats/${friend.id}/messages`, {
      text: 'hello',
    })
    await device.api.refuses('message_not_retryable', 'POST', `/messages/${sent}/retry`)
    const { id } = await friend.send(device.phone.id, { text: 'hi' })
    await until('it comes', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    await device.api.refuses('message_not_retryable', 'POST', `/messages/${id}/retry`)
    const other = await gateway.createDevice()
    await other.api.refuses('message_not_found', 'POST', `/messages/${sent}/retry`)
  })

  it('needs a link', async () => {
    const device = await gateway.linkDevice()
    const stranger = await gateway.phone('Another stranger')
    await lock(device.id)
    await device.api.refuses('message_refused', 'POST', `/chats/${stranger.id}/messages`, { text: 'no' })
    const [failed] = (await device.api.get<Listed>('/messages?state=failed')).messages
    gateway.sandbox!.fault.clear()
    await device.api.delete('/devices/me/session')
    await device.api.refuses('device_not_linked', 'POST', `/messages/${failed!.message_id}/retry`)
  })
})
