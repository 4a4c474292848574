import { describe, it } from 'node:test'
import { startTestGateway } from '../testing/start-test-gateway.ts'

describe('a request of a device that is deleted meanwhile', () => {
  it('is answered as any later one', async (test) => {
    const gateway = await startTestGateway()
    try {
      const { governor, webhooks } = gateway.services
      const { rules } = governor
      const change = rules.change.bind(rules)
      const create = webhooks.create.bind(webhooks)
      let ends: () => Promise<unknown>
      test.mock.method(rules, 'change', async (...asked: Parameters<typeof change>) => {
        await ends()
        return change(...asked)
      })
      test.mock.method(webhooks, 'create', async (...asked: Parameters<typeof create>) => {
        await ends()
        return create(...asked)
      })
      const quiet_hours = { from: '22:00', to: '07:00', time_zone: 'UTC' }
      for (const [method, path, body] of [
        ['PATCH', '/devices/me/send-limits', { quiet_hours }],
        ['POST', '/webhooks', { url: 'http://127.0.0.1:9/' }],
      ] as const) {
        const key = await gateway.createKey()
        const device = await gateway.createDevice(key.key)
        ends = () => key.api.call('DELETE', `/devices/${device.id}`)
        await device.api.refuses('unauthorized', method, path, body)
      }
    } finally {
      await gateway.stop()
    }
  })
})
