import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { testSecrets } from '../../server/src/testing/test-secrets.ts'
import { Switchboard, SwitchboardError } from './index.ts'

describe('Switchboard', () => {
  let gateway: TestGateway
  let baseUrl: string

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    baseUrl = gateway.api.url
  })
  after(() => gateway.stop())

  it('gives what the envelope holds, as operator, customer and device', async () => {
    const operator = new Switchboard({ baseUrl, adminSecret: testSecrets.adminSecret })
    const { api_key: apiKey } = await operator.admin.createApiKey({ body: { customer_name: 'Ada', max_devices: 2 } })
    const customer = new Switchboard({ baseUrl, apiKey })
    const { device_id, token } = await customer.deviceRegistration.create({ body: { device_name: 'shop' } })
    const device = new Switchboard({ baseUrl, deviceToken: token })
    const me = await device.device.getMe()
    assert.equal(me.device_id, device_id)
    assert.equal(await customer.deviceRegistration.delete({ path: { device_id } }), undefined)
  })

  it('sends a text, which the phone of the recipient decrypts', async () => {
    const { token } = await gateway.linkDevice()
    const bob = await gateway.phone('Bob')
    const sb = new Switchboard({ baseUrl: `${baseUrl}/`, deviceToken: token })
    const { message_id } = await sb.messaging.sendText({ path: { chat_jid: bob.id }, body: { text: 'hello Bob' } })
    const { id } = await bob.until.message(({ text }) => text === 'hello Bob')
    assert.equal(id, message_id)
    const { messages } = await sb.messaging.list({ path: { chat_jid: bob.jid }, query: { limit: 1 } })
    assert.equal(messages[0]?.text, 'hello Bob')
  })

  it('sends a file, with lists as fields of the form', async () => {
    const { token } = await gateway.linkDevice()
    const bob = await gateway.phone('Bob')
    const sb = new Switchboard({ baseUrl, deviceToken: token })
    const file = new File(['one line'], 'note.txt', { type: 'text/plain' })
    const body = { file, caption: 'read', mentions: [bob.id] }
    const { message_id } = await sb.messaging.sendDocument({ path: { chat_jid: bob.jid }, body })
    await bob.until.message(({ id }) => id === message_id)
    const response = await sb.media.download({ path: { message_id } })
    assert.equal(await response.text(), 'one line')
  })

  it('throws what the server says, and that there was no answer', async () => {
    const stranger = new Switchboard({ baseUrl, deviceToken: 'wrong' })
    await assert.rejects(stranger.device.getMe(), (error) => {
      assert.ok(error instanceof SwitchboardError)
      const { status, code, retryable, requestId } = error
      assert.deepEqual({ status, code, retryable }, { status: 401, code: 'unauthorized', retryable: false })
      assert.match(requestId ?? '', /\S/)
      return true
    })
    const nowhere = new Switchboard({ baseUrl: 'http://127.0.0.1:9', deviceToken: 'x' })
    await assert.rejects(nowhere.device.getMe(), { code: 'no_answer', status: 0, retryable: true })
    const given = AbortSignal.abort(new Error('enough'))
    await assert.rejects(stranger.device.getMe({ signal: given }), { message: 'enough' })
  })
})
