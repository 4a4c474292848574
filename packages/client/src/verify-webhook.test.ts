import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { startTestGateway } from '../../server/src/testing/start-test-gateway.ts'
import { WebhookReceiver } from '../../server/src/testing/webhook-receiver.ts'
import { Switchboard, verifyWebhook, WebhookError } from './index.ts'

const secret = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`
const body = JSON.stringify({ event_type: 'message.received', data: { text: 'Grüße 👋' } })

const signed = (at = new Date(), by = secret) => ({
  'webhook-id': 'evt_1',
  'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
  'webhook-signature': new Webhook(by).sign('evt_1', at, body),
})

describe('verifyWebhook', () => {
  it('takes headers and bodies as programs have them', async () => {
    const headers = signed()
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    const lists = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]))
    for (const given of [headers, upper, lists, new Headers(headers), new Map(Object.entries(headers))])
      assert.equal((await verifyWebhook(given, body, secret)).event_type, 'message.received')
    const bytes = new TextEncoder().encode(body)
    for (const given of [bytes, Buffer.from(body), bytes.buffer])
      assert.equal((await verifyWebhook(headers, given, secret)).event_type, 'message.received')
  })

  it('takes any of several signatures and secrets, as while a secret is changed', async () => {
    const other = `whsec_${Buffer.from('another secret, as long as it').toString('base64')}`
    const both = `${signed(new Date(), other)['webhook-signature']} ${signed()['webhook-signature']}`
    await verifyWebhook({ ...signed(), 'webhook-signature': both }, body, secret)
    await verifyWebhook({ ...signed(), 'webhook-signature': both.split(' ') }, body, secret)
    await verifyWebhook(signed(), body, [other, secret])
  })

  it('refuses what is changed, old, unsigned or signed by somebody else, as the library of the standard does', async () => {
    const headers = signed()
    const refused = async (given: Record<string, string>, text = body) => {
      await assert.rejects(verifyWebhook(given, text, secret), WebhookError)
      assert.throws(() => new Webhook(secret).verify(text, given))
    }
    await refused(headers, body.replace('Grüße', 'Grusse'))
    await refused({ ...headers, 'webhook-id': 'evt_2' })
    await refused(signed(new Date(Date.now() - 301_000)))
    await refused(signed(new Date(Date.now() + 302_000)))
    await refused({ ...headers, 'webhook-timestamp': 'soon' })
    await refused({ ...headers, 'webhook-signature': 'v1,AAAA' })
    await refused({ ...headers, 'webhook-signature': headers['webhook-signature'].replace('v1,', 'v2,') })
    await refused({ 'webhook-id': 'evt_1' })
    await refused(signed(new Date(), `whsec_${Buffer.from('another secret').toString('base64')}`))
    await assert.rejects(verifyWebhook(headers, body, ''), WebhookError)
    await verifyWebhook(signed(new Date(Date.now() - 301_000)), body, secret, { toleranceSeconds: 600 })
  })

  it('opens what the gateway delivers, with its own secret and with one that was chosen', async () => {
    const gateway = await startTestGateway()
    const hook = await WebhookReceiver.start()
    try {
      const { token } = await gateway.createDevice()
      const sb = new Switchboard({ baseUrl: gateway.api.url, deviceToken: token })
      for (const own of [undefined, 'a secret that somebody chose']) {
        const made = await sb.webhooks.create({ body: { url: hook.url, ...(own && { secret: own }) } })
        await sb.webhooks.sendTest({ path: { webhook_id: made.id } })
        const { headers, raw } = await hook.until(({ body: { event_type } }) => event_type === 'test.ping')
        assert.equal((await verifyWebhook(headers, raw, own ?? made.secret)).event_type, 'test.ping')
        await sb.webhooks.delete({ path: { webhook_id: made.id } })
        hook.received.length = 0
      }
    } finally {
      await gateway.stop()
      await hook.stop()
    }
  })
})
