import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

interface Told {
  readonly events: readonly { readonly data: Readonly<Record<string, unknown>> }[]
}

describe('names that people give themselves', () => {
  let gateway: TestGateway
  let device: TestDevice & { readonly phone: Phone }
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
  })
  after(() => gateway.stop())

  const updates = async () => (await device.api.get<Told>('/events?types=pushname.update&limit=100')).events
  const say = async (from: Phone, text: string) => {
    const { id } = await from.send(device.phone.id, { text })
    await until('it came', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
  }

  it('are told when a message shows another one, with the name before, once', async () => {
    const bob = await gateway.phone('Bob')
    for (const text of ['one', 'two', 'three']) await say(bob, text)
    assert.deepEqual(await updates(), [])
    await bob.rename('Robert')
    for (const text of ['four', 'five']) await say(bob, text)
    const [told, ...more] = await updates()
    assert.equal(more.length, 0)
    const { target, target_lid, target_alt, old, new: name } = told!.data
    assert.deepEqual([target, target_lid, target_alt, old, name], [bob.jid, bob.lid, bob.lid, 'Bob', 'Robert'])
    const { contacts } = await device.api.get<{ contacts: { push_name: string }[] }>('/users/me/contacts?search=Robert')
    assert.equal(contacts.length, 1)
  })
})
