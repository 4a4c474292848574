import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { ApiClient } from '../testing/api-client.ts'
import { type GatewayProcess, GatewayProcesses } from '../testing/gateway-process.ts'
import { openReceiver, type Receiver } from './testing.ts'

const adminSecret = 'the admin secret of this very test'

/** A webhook whose delivery is under way: the receiver has the request and has not answered yet. */
interface UnderWay {
  /** As its device. */
  readonly api: ApiClient
  readonly webhook: number
  readonly device: string
  readonly key: number
  readonly eventId: string
}

/** In a process of its own: a loop that never ends would hold up the test as well. */
describe('a webhook that is ended while a delivery is under way', { timeout: 300_000 }, () => {
  const processes = new GatewayProcesses()
  const receivers: Receiver[] = []
  let gateway: GatewayProcess
  let admin: ApiClient
  let frozen = false

  before(async () => {
    gateway = processes.run({ ADMIN_SECRET_KEY: adminSecret, SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'true' })
    admin = new ApiClient(await gateway.listening(), { 'x-admin-secret': adminSecret })
  })

  after(async () => {
    await processes.end()
    await Promise.all(receivers.map((receiver) => receiver.close()))
  })

  /** The process answers. Once it does not, nobody need wait for it again. */
  const answers = async () => {
    const ready = frozen
      ? undefined
      : await fetch(`${admin.url}/readyz`, { signal: AbortSignal.timeout(60_000) }).catch(() => undefined)
    frozen = ready === undefined
    assert.equal(ready?.status, 200, 'the process answers')
  }

  /** The process answers, and delivers to others. */
  const works = async () => {
    await answers()
    const { receiver, answer } = await underWay()
    answer(204)
    assert.equal(receiver.received.length, 1)
  }

  const underWay = async (): Promise<UnderWay & { receiver: Receiver; answer: (status: number) => void }> => {
    await answers()
    const receiver = await openReceiver()
    receivers.push(receiver)
    const { promise: status, resolve: answer } = Promise.withResolvers<number>()
    receiver.answer = async (_request, response) => response.writeHead(await status).end()
    const made = await admin.post<{ id: number; api_key: string }>('/admin/api-keys', {
      customer_name: 'Test',
      max_devices: 1,
    })
    const owner = admin.with({ 'x-api-key': made.api_key })
    const device = await owner.post<{ device_id: string; token: string }>('/devices', { device_name: 'Test' })
    const api = admin.with({ authorization: `Bearer ${device.token}` })
    const { webhook_id: webhook } = await api.post<{ webhook_id: number }>('/webhooks', { url: receiver.url })
    const { event_id: eventId } = await api.post<{ event_id: string }>(`/webhooks/${webhook}/test`)
    await receiver.waitFor(1)
    return { api, webhook, device: device.device_id, key: made.id, eventId, receiver, answer }
  }

  const endings: Readonly<Record<string, (underWay: UnderWay) => Promise<unknown>>> = {
    'deleting it': ({ api, webhook }) => api.delete(`/webhooks/${webhook}`),
    'switching it off': ({ api, webhook }) => api.patch(`/webhooks/${webhook}`, { active: false }),
    'changing and deleting it': async ({ api, webhook }) => {
      await api.patch(`/webhooks/${webhook}`, { events: ['message.read'] })
      await api.delete(`/webhooks/${webhook}`)
    },
    'asking for its event again and deleting it': async ({ api, webhook, eventId }) => {
      await api.post(`/webhooks/${webhook}/deliveries/${eventId}/redeliver`)
      await api.delete(`/webhooks/${webhook}`)
    },
    'switching it off and on and off': async ({ api, webhook }) => {
      for (const active of [false, true, false]) await api.patch(`/webhooks/${webhook}`, { active })
    },
    'deleting its device': ({ device }) => admin.delete(`/admin/devices/${device}`),
    'deleting its API key': ({ key }) => admin.delete(`/admin/api-keys/${key}`),
  }

  for (const [what, end] of Object.entries(endings)) {
    for (const status of [204, 500, 422, 410]) {
      it(`by ${what} leaves the process as it was when the receiver then answers ${status}`, async () => {
        const { answer, ...rest } = await underWay()
        await end(rest)
        answer(status)
        await works()
      })
    }
  }

  it('leaves the process as it was when the receiver says that it is gone after a change', async () => {
    const { answer, api, webhook } = await underWay()
    await api.patch(`/webhooks/${webhook}`, { events: ['message.read'] })
    answer(410)
    await works()
    const { webhook: off } = await api.get<{ webhook: { active: boolean } }>(`/webhooks/${webhook}`)
    assert.equal(off.active, false)
  })

  it('leaves a process that ends on SIGTERM', async () => {
    const { answer, api, webhook } = await underWay()
    await api.delete(`/webhooks/${webhook}`)
    gateway.child.kill('SIGTERM')
    answer(204)
    assert.equal(await gateway.ended, 0, gateway.said.err)
    assert.doesNotMatch(gateway.said.out, /the database failed/)
  })
})
