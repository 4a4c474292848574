import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'

const path = '/devices/me/server-push-config'

describe('Push settings', () => {
  let gateway: TestGateway
  let ana: TestDevice

  /** What WhatsApp's server says is registered. */
  const registered = async (): Promise<Record<string, string>> => {
    const { tag, content } = await ana.api.get<{ tag: string; content: { attrs: Record<string, string> }[] }>(path)
    assert.equal(tag, 'iq')
    return content[0]!.attrs
  }

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    ana = await gateway.linkDevice()
  })
  after(() => gateway.stop())

  it('are registered with WhatsApp for an app on Android', async () => {
    assert.deepEqual(await ana.api.post(path, { platform: ' FCM ', token: 'token-1' }), { platform: 'fcm' })
    assert.deepEqual(await registered(), { platform: 'gcm', id: 'token-1', num_acc: '1' })
  })

  it('are registered for an app on iOS, with a key that its owner learns', async () => {
    const made = await ana.api.post<{ msg_id_enc_key: string }>(path, {
      platform: 'apns',
      token: 'token-2',
      voip_token: 'calls',
    })
    const { id, voip, pkey } = await registered()
    assert.deepEqual([id, voip], ['token-2', 'calls'])
    assert.equal(Buffer.from(made.msg_id_enc_key, 'base64').toString('base64url'), pkey)
    const given = Buffer.alloc(32, 7).toString('base64').replace('=', '')
    await ana.api.post(path, { platform: 'apns', token: 'token-2', msg_id_enc_key: given })
    assert.equal((await registered())['pkey'], Buffer.alloc(32, 7).toString('base64url'))
  })

  it('are registered for a browser', async () => {
    const keys = { auth: Buffer.alloc(16, 1).toString('base64'), p256dh: Buffer.alloc(65, 4).toString('base64') }
    await ana.api.post(path, { platform: 'web', endpoint: 'https://push.example/1', ...keys })
    assert.deepEqual(await registered(), { platform: 'web', endpoint: 'https://push.example/1', ...keys })
  })

  it('are chosen for an app by its token, or left to webhooks that exist', async () => {
    await ana.api.post('/devices/me/push-notifications', { platform: 'fcm', token: 'token-3' })
    assert.equal((await registered())['id'], 'token-3')
    await ana.api.refuses('webhook_not_found', 'POST', '/devices/me/push-notifications', { platform: 'webhook' })
    await ana.api.post('/webhooks', { url: 'http://127.0.0.1:9/', events: ['message.received'] })
    assert.deepEqual(await ana.api.post('/devices/me/push-notifications', { platform: 'webhook' }), {
      platform: 'webhook',
    })
  })

  it('refuse what no platform could use, and register nothing of it', async () => {
    const before = await registered()
    const wrong = [
      { platform: 'pager', token: 'x' },
      { platform: 'fcm' },
      { platform: 'apns', token: 'x', msg_id_enc_key: 'AAAA' },
      { platform: 'web', endpoint: 'https://push.example/1' },
      { platform: 'web', endpoint: 'ftp://push.example/1', auth: 'AAAA', p256dh: 'AAAA' },
      { platform: 'web', endpoint: 'https://push.example/1', auth: 'not base64!', p256dh: 'AAAA' },
    ]
    for (const body of wrong) await ana.api.refuses('invalid_request', 'POST', path, body)
    await ana.api.refuses('invalid_request', 'POST', '/devices/me/push-notifications', { platform: 'apns' })
    assert.deepEqual(await registered(), before)
  })
})
