import assert from 'node:assert/strict'
import { createReadStream, openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { testSecrets } from '../../server/src/testing/test-secrets.ts'
import { type FileSource, Switchboard, SwitchboardError } from './index.ts'

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

  it('sends files from wherever they are, with lists as fields of the form', async () => {
    const { token } = await gateway.linkDevice()
    const bob = await gateway.phone('Bob')
    const sb = new Switchboard({ baseUrl, deviceToken: token })
    const folder = await mkdtemp(path.join(tmpdir(), 'switchboard-client-'))
    try {
      const place = path.join(folder, 'note.txt')
      const bytes = Buffer.from('one line, then another\n'.repeat(10_000))
      await writeFile(place, bytes)
      const sources: FileSource[] = [
        new File([bytes], 'note.txt', { type: 'text/plain' }),
        await openAsBlob(place),
        { data: createReadStream(place), name: 'nöte "1".txt', type: 'text/plain' },
        new Blob([bytes]).stream(),
        bytes,
      ]
      for (const file of sources) {
        const body = { file, caption: 'read', mentions: [bob.id, '15550001111'] }
        const { message_id } = await sb.messaging.sendDocument({ path: { chat_jid: bob.jid }, body })
        await bob.until.message(({ id }) => id === message_id)
        const response = await sb.media.download({ path: { message_id } })
        assert.ok(bytes.equals(await response.bytes()))
      }
      const names = (await sb.messaging.list({ path: { chat_jid: bob.jid } })).messages.map(
        ({ media }) => media?.file_name,
      )
      assert.ok(names.includes('nöte "1".txt'), names.join())
    } finally {
      await rm(folder, { recursive: true })
    }
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
