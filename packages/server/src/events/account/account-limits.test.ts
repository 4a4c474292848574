import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

describe('limits that WhatsApp sets for an account', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  it('are events: a reach-out timelock with its end and its reason, and that it is over', async () => {
    const { id, api } = await gateway.linkDevice()
    const { jid } = gateway.services.sessions.account(id)!
    const told = (fits: (data: Data) => boolean) =>
      until('it is told', async () => {
        const { events } = await api.get<{ events: { data: Data }[] }>('/events?types=account.reachout_timelock')
        return events.map(({ data }) => data).find(fits)
      })
    const before = gateway.sandbox!.world.clock.now()
    await gateway.sandbox!.fault.apply({ device: jid, action: { kind: 'reach-out-timelock', seconds: 3600 } })
    const locked = await told(({ is_active }) => is_active === true)
    assert.equal(locked['enforcement'], 'WEB_COMPANION_ONLY')
    const lastsMs = Date.parse(String(locked['until'])) - before
    assert.ok(lastsMs > 3590_000 && lastsMs < 3700_000)
    gateway.sandbox!.fault.clear()
    const over = await told(({ is_active }) => is_active === false)
    assert.equal(over['until'], undefined)
  })

  it('are events: how many of the new chats that it may begin it has begun', async () => {
    const { api, phone } = await gateway.linkDevice()
    const since = gateway.sandbox!.world.clock.now()
    phone.account.standing.newChats = { quota: 1, used: 0, since, until: since + 86_400_000 }
    const stranger = await gateway.phone('Stranger')
    await api.post(`/chats/${stranger.id}/messages`, { text: 'the only one' })
    const told = await until('it is told', async () => {
      const { events } = await api.get<{ events: { data: Data }[] }>('/events?types=account.new_chat_limit')
      return events[0]?.data
    })
    assert.deepEqual([told['quota'], told['used'], told['status']], [1, 1, 'CAPPED'])
    assert.equal(Date.parse(String(told['until'])), Math.floor((since + 86_400_000) / 1000) * 1000)
  })
})
