import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'

describe('business and bots', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
  })
  after(() => gateway.stop())

  it('shows everything that a business shows of itself, under either address', async () => {
    const baker = await gateway.phone('Baker')
    baker.settings.openBusiness({
      ...{ verifiedName: 'Baker & Sons', verifiedLevel: 'high', description: 'Bread', address: 'Main Street 1' },
      ...{ email: 'bread@example.com', websites: ['https://bread.example', 'https://cakes.example'] },
      categories: [
        { id: '1', name: 'Bakery' },
        { id: '2', name: 'Café' },
      ],
      hours: {
        timezone: 'Europe/Berlin',
        days: [
          { day: 'mon', mode: 'specific_hours', openMinutes: 480, closeMinutes: 1050 },
          { day: 'sun', mode: 'open_24h' },
        ],
      },
    })
    for (const who of [baker.id, baker.jid, baker.lid]) {
      const { lid, ...profile } = await device.api.get(`/business/${encodeURIComponent(who)}/profile`)
      assert.ok(lid === undefined || lid === baker.lid)
      assert.deepEqual(profile, {
        ...{ jid: baker.jid, address: 'Main Street 1', description: 'Bread' },
        ...{ email: 'bread@example.com', websites: ['https://bread.example', 'https://cakes.example'] },
        categories: [
          { id: '1', name: 'Bakery' },
          { id: '2', name: 'Café' },
        ],
        ...{ category: 'Bakery', profile_options: {} },
        business_hours: [
          { day_of_week: 'mon', mode: 'specific_hours', open_time: '08:00', close_time: '17:30' },
          { day_of_week: 'sun', mode: 'open_24h' },
        ],
        business_hours_timezone: 'Europe/Berlin',
      })
    }
    const plain = await gateway.phone('Plain')
    await device.api.refuses('not_a_business', 'GET', `/business/${plain.id}/profile`)
  })

  it('lists the bots of WhatsApp, and what they say of themselves', async () => {
    const { bots } = await device.api.get<{ bots: { jid: string; persona_id: string }[] }>('/bots')
    assert.deepEqual(bots[0], { jid: '13135550002@s.whatsapp.net', persona_id: '867051314767696$760019659443059' })
    const { profiles } = await device.api.get<{ profiles: Record<string, unknown>[] }>('/bots/profiles')
    assert.equal(profiles.length, bots.length)
    const first = profiles.find(({ jid }) => jid === bots[0]!.jid)!
    assert.deepEqual(
      [first['name'], first['is_default'], first['persona_id']],
      [...['Assistant', true, bots[0]!.persona_id]],
    )
    assert.deepEqual(first['commands'], [
      { name: 'imagine', description: 'Draws what you describe' },
      { name: 'reset', description: 'Forgets the conversation' },
    ])
    assert.deepEqual(first['prompts'], [{ emoji: '🗺️', text: 'Plan a weekend trip' }])
  })
})
