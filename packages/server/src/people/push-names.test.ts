import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

interface Told {
  readonly events: readonly { readonly data: Readonly<Record<string, unknown>> }[]
}

interface BusinessTold {
  readonly events: readonly { readonly backfill?: boolean; readonly data: Readonly<Record<string, unknown>> }[]
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

  it('are told of businesses when WhatsApp confirms another one, once, also what came while the device was away', async () => {
    const told = async (count: number) =>
      until(`${count} are told`, async () => {
        const { events } = await device.api.get<BusinessTold>('/events?types=business.name_update&limit=100')
        return events.length >= count && events
      })
    const shop = await gateway.phone('Shop')
    const card = { verifiedLevel: 'low' } as const
    shop.settings.openBusiness({ ...card, verifiedName: 'Corner Shop' })
    for (const text of ['open', 'still open']) await say(shop, text)
    assert.deepEqual(await told(0), [])
    shop.settings.openBusiness({ ...card, verifiedName: 'Corner Shop & Sons' })
    const [first] = await told(1)
    const { target, target_lid, old, new: name } = first!.data
    assert.deepEqual([target, target_lid, old, name], [shop.jid, shop.lid, 'Corner Shop', 'Corner Shop & Sons'])
    await say(shop, 'with a new sign')
    const { contacts } = await device.api.get<{ contacts: { business_name: string }[] }>(
      '/users/me/contacts?search=Corner',
    )
    assert.deepEqual(
      contacts.map(({ business_name }) => business_name),
      ['Corner Shop & Sons'],
    )
    await gateway.halt()
    shop.settings.openBusiness({ ...card, verifiedName: 'Corner Shop Ltd' })
    await gateway.start()
    device = { ...gateway.deviceWith(device.id, device.secret, device.token), phone: device.phone }
    const second = (await told(2)).find(({ data }) => data['new'] === 'Corner Shop Ltd')
    assert.deepEqual([second?.backfill, second?.data['old']], [true, 'Corner Shop & Sons'])
    assert.equal((await told(2)).length, 2)
  })
})
