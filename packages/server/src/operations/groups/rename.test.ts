import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

describe('groups.rename', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
  })
  after(() => gateway.stop())

  const rename = (group: string) => `/groups/${encodeURIComponent(group)}/name`

  it('gives the group another name on the phones of its members', async () => {
    const { jid } = await device.phone.groups.create({ subject: 'Before', participants: [bob.id] })
    await device.api.patch(rename(jid), { name: ' Größe 10 ' })
    await bob.groups.of(jid).until.change('subject', ({ subject }) => subject === 'Größe 10')
    assert.equal((await device.phone.groups.of(jid).info()).subject, 'Größe 10')
    const told = await until('it is told', async () => {
      const { events } = await device.api.get<{ events: { data: Record<string, unknown> }[] }>(
        '/events?types=group.info_update&limit=1000',
      )
      return events.map(({ data }) => data).find((data) => data['group_jid'] === jid && data['change'] === 'name')
    })
    assert.deepEqual([told['name'], told['sender'], told['join']], ['Größe 10', device.phone.jid, []])
  })

  it('takes the address of a group without its server', async () => {
    const { jid } = await device.phone.groups.create({ subject: 'Before', participants: [bob.id] })
    await device.api.patch(rename(jid.replace('@g.us', '')), { name: 'After' })
    assert.equal((await bob.groups.of(jid).info()).subject, 'After')
  })

  it('is forbidden where only admins may, and where the account is no member', async () => {
    const locked = await bob.groups.create({ subject: 'Locked', participants: [device.phone.id], locked: true })
    const others = await bob.groups.create({ subject: 'Of others' })
    for (const { jid } of [locked, others]) {
      const { body } = await device.api.refuses('forbidden_by_whatsapp', 'PATCH', rename(jid), { name: 'Mine' })
      assert.deepEqual(body.details, { whatsapp_code: 403 })
    }
    assert.equal((await locked.info()).subject, 'Locked')
    assert.equal((await others.info()).subject, 'Of others')
  })

  it('is refused for a name that is blank or too long, and for what is no group', async () => {
    const { jid } = await device.phone.groups.create({ subject: 'Stays' })
    for (const name of ['', '  ', 'x'.repeat(101)]) {
      await device.api.refuses('invalid_request', 'PATCH', rename(jid), { name })
    }
    await device.api.refuses('invalid_jid', 'PATCH', rename(bob.jid), { name: 'Bob' })
    assert.equal((await device.phone.groups.of(jid).info()).subject, 'Stays')
  })
})
