import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Fields = Record<string, unknown>

describe('groups.setMemberLabel', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let group: string
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    group = (await bob.groups.create({ subject: 'Team', participants: [device.phone.jid] })).jid
  })
  after(() => gateway.stop())

  it('is seen by the members and the own phone, and taken away again', async () => {
    for (const label of ['Support 🚀', '']) {
      const sent = await device.api.call<Fields>('PATCH', `/groups/${group}/member-label`, { label })
      assert.equal(sent.status, 200, sent.text)
      const id = sent.body.data['message_id']
      for (const phone of [bob, device.phone]) {
        const shown = await phone.until.message((entry) => entry.id === id)
        assert.deepEqual([shown.kind, shown.text], ['member_label', label])
      }
    }
    const { id } = await bob.send(group, { member_label: { label: 'Cook' } })
    const event = await until('the label of Bob is told', async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>('/events?types=message.received')
      return events.map(({ data }) => data).find((data) => data['message_id'] === id)
    })
    assert.deepEqual([event['type'], event['text'], event['from']], ['member_label', 'Cook', bob.jid])
    assert.deepEqual([...bob.violations, ...device.phone.violations], [])
  })

  it('has at most thirty characters, and is for groups', async () => {
    const label = 'x'.repeat(31)
    await device.api.refuses('invalid_request', 'PATCH', `/groups/${group}/member-label`, { label })
    await device.api.refuses('invalid_jid', 'PATCH', `/groups/${bob.id}/member-label`, { label: 'Cook' })
  })
})
