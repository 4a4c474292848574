import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

/** What an order tells of a cake. */
const priced = (price_1000: number, place: number) => ({
  ...{ price_1000, currency: 'EUR', image_url: `https://shop.example/${place}.jpg` },
})

/** A protobuf message by the numbers of its fields, as businesses send and no phone of the sandbox does. */
const bytes = (fields: readonly (readonly [number: number, value: string | number | Uint8Array])[]): Uint8Array => {
  const varint = (value: number): number[] =>
    value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]
  return Buffer.concat(
    fields.map(([number, value]) => {
      if (typeof value === 'number') return Buffer.from([...varint(number * 8), ...varint(value)])
      const content = Buffer.from(value)
      return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(content.length)]), content])
    }),
  )
}

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

  it('says what is behind a message link', async () => {
    const florist = await gateway.phone('Florist')
    florist.settings.openBusiness({ verifiedName: 'Flowers', verifiedLevel: 'high' })
    const code = florist.settings.createMessageLink('I want roses')
    const link = await device.api.get<Record<string, unknown>>(`/business/link/${code}`)
    assert.deepEqual([link['jid'], link['verified_name'], link['message']], [florist.jid, 'Flowers', 'I want roses'])
  })

  it('shows what a business sells, page by page, and what was ordered there', async () => {
    const shop = await gateway.phone('Shop')
    const cakes = ['Apple', 'Cherry', 'Plum'].map((name, place) => ({
      ...{ id: `p${place}`, name, price1000: 4500 + place, currency: 'EUR', retailerId: `sku-${place}` },
      ...{ description: `With ${name}`, imageUrl: `https://shop.example/${place}.jpg`, url: 'https://shop.example' },
    }))
    shop.settings.openBusiness({
      ...{ verifiedName: 'Shop', verifiedLevel: 'low' },
      products: [...cakes, { id: 'secret', name: 'Not yet', hidden: true }],
    })
    const path = `/business/${shop.id}/catalog?limit=2`
    const first = await device.api.get<{ products: Record<string, unknown>[]; next_cursor?: string }>(path)
    assert.deepEqual(first.products[0], {
      ...{ id: 'p0', name: 'Apple', price_1000: 4500, currency: 'EUR', retailer_id: 'sku-0', hidden: false },
      ...{ description: 'With Apple', image_url: 'https://shop.example/0.jpg', url: 'https://shop.example' },
      review: 'APPROVED',
    })
    const last = await device.api.get<typeof first>(`${path}&cursor=${first.next_cursor}`)
    assert.deepEqual(
      [...first.products, ...last.products].map(({ id }) => id),
      ['p0', 'p1', 'p2'],
    )
    assert.equal(last.next_cursor, undefined)
    const plain = await gateway.phone('Nobody’s shop')
    await device.api.refuses('not_a_business', 'GET', `/business/${plain.id}/catalog`)
    const placed = shop.settings.recordOrder([
      { product: 'p0', quantity: 2 },
      { product: 'p2', quantity: 1 },
    ])
    const order = (id: string, token: string) => `/business/orders/${id}?${new URLSearchParams({ order_token: token })}`
    assert.deepEqual(await device.api.get(order(placed.id, placed.token)), {
      order_id: placed.id,
      products: [
        { ...{ id: 'p0', name: 'Apple', quantity: 2 }, ...priced(4500, 0) },
        { ...{ id: 'p2', name: 'Plum', quantity: 1 }, ...priced(4502, 2) },
      ],
      ...{ total_1000: 13_502, currency: 'EUR' },
    })
    await device.api.refuses('order_not_found', 'GET', order(placed.id, 'another-token'))
    await device.api.refuses('order_not_found', 'GET', order('1', placed.token))
  })

  it('understands buttons, lists, templates, products and orders that come in, also in the event', async () => {
    const shop = await gateway.phone('Sender')
    const button = bytes([
      [1, 'yes'],
      [2, bytes([[1, 'Yes']])],
      [3, 1],
    ])
    const row = bytes([
      [1, 'Apple'],
      [2, 'warm'],
      [3, 'r1'],
    ])
    const hydrated = bytes([
      [2, 'Shop'],
      [6, 'Your order'],
      [
        8,
        bytes([
          [
            1,
            bytes([
              [1, 'Stop'],
              [2, 'stop'],
            ]),
          ],
        ]),
      ],
    ])
    const goods = bytes([
      [2, 'p1'],
      [3, 'Cake'],
      [5, 'EUR'],
      [6, 4500],
      [7, 'sku'],
    ])
    const said: [raw: Uint8Array, type: string, text: string, business: object][] = [
      [
        bytes([
          [
            42,
            bytes([
              [6, 'Sure?'],
              [7, 'Shop'],
              [9, button],
              [10, 1],
            ]),
          ],
        ]),
        ...(['buttons', 'Sure?', { footer: 'Shop', buttons: [{ text: 'Yes', kind: 'reply', id: 'yes' }] }] as const),
      ],
      [
        bytes([
          [
            36,
            bytes([
              [1, 'Menu'],
              [2, 'Choose'],
              [3, 'Open'],
              [
                5,
                bytes([
                  [1, 'Cakes'],
                  [2, row],
                ]),
              ],
            ]),
          ],
        ]),
        ...(['list', 'Choose'] as const),
        {
          ...{ title: 'Menu', list_button: 'Open' },
          sections: [{ title: 'Cakes', rows: [{ title: 'Apple', id: 'r1', description: 'warm' }] }],
        },
      ],
      [
        bytes([[25, bytes([[4, hydrated]])]]),
        ...([
          'template',
          'Your order',
          { title: 'Shop', buttons: [{ text: 'Stop', kind: 'reply', id: 'stop' }] },
        ] as const),
      ],
      [
        bytes([
          [
            30,
            bytes([
              [1, goods],
              [2, shop.jid],
            ]),
          ],
        ]),
        ...(['product', 'Cake'] as const),
        {
          product: {
            id: 'p1',
            title: 'Cake',
            currency: 'EUR',
            price_1000: 4500,
            retailer_id: 'sku',
            business_jid: shop.jid,
          },
        },
      ],
      [
        bytes([
          [
            38,
            bytes([
              [1, 'o1'],
              [3, 2],
              [6, 'For Friday'],
              [8, shop.jid],
              [9, 'tok'],
              [10, 9000],
              [11, 'EUR'],
            ]),
          ],
        ]),
        ...(['order', 'For Friday'] as const),
        { order: { id: 'o1', token: 'tok', items: 2, currency: 'EUR', total_1000: 9000, seller_jid: shop.jid } },
      ],
    ]
    for (const [raw, type, text, business] of said) {
      const { id } = await shop.send(device.phone.jid, { raw })
      const data = await until(`the ${type} is told`, async () => {
        const { events } = await device.api.get<{ events: { data: Record<string, unknown> }[] }>(
          '/events?types=message.received&limit=1000',
        )
        return events.map((event) => event.data).find((each) => each['message_id'] === id)
      })
      assert.deepEqual([data['type'], data['text'], data['business']], [type, text, business])
      const stored = await device.api.get<Record<string, unknown>>(`/messages/${id}`)
      assert.deepEqual([stored['type'], stored['business']], [type, business])
    }
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
