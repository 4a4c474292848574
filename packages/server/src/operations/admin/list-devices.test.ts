import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Row {
  readonly device_id: string
  readonly device_name: string
  readonly customer_name: string
  readonly status: string
  readonly state: string
  readonly reason: string | null
  readonly next_action: { readonly code: string; readonly text: string }
  readonly connected: boolean
  readonly phone: string
  readonly lid: string
  readonly push_name: string
  readonly since: string
  readonly retry_at: string | null
  readonly banned_until: string | null
  readonly last_seen_at: string | null
  readonly queued_sends: number
  readonly has_proxy: boolean
}

interface Page {
  readonly devices: readonly Row[]
  readonly summary: Record<'total' | 'connected' | 'disconnected' | 'pending' | 'matching', number>
  readonly next_cursor?: string
}

describe('GET /admin/devices and GET /devices', () => {
  let gateway: TestGateway
  let acme: { id: number; key: string; api: TestGateway['api'] }
  let other: { id: number; key: string; api: TestGateway['api'] }
  let open: TestDevice & { readonly phone: { readonly id: string } }
  let banned: TestDevice

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    acme = await gateway.createKey({ customer_name: 'Acme' })
    other = await gateway.createKey({ customer_name: 'Bolt' })
    open = await gateway.linkDevice(undefined, await gateway.createDevice(acme.key, 'Reception'))
    banned = await gateway.linkDevice(undefined, await gateway.createDevice(acme.key, 'Sales'))
    await gateway.createDevice(acme.key, 'never linked')
    await gateway.createDevice(other.key, 'elsewhere')
    gateway.sandbox!.disconnect(gateway.services.sessions.account(banned.id)!.jid, 402)
    // The next login is refused with how long the ban lasts.
    await until(
      'the ban and its end are known',
      async () => (await admin('?state=banned')).devices[0]?.banned_until ?? undefined,
    )
  })
  after(() => gateway.stop())

  const admin = (query: string) => gateway.admin.get<Page>(`/admin/devices${query}`)
  const namesOf = ({ devices }: Page) => devices.map((row) => row.device_name)

  it('say how each device does, why, and what to do', async () => {
    const { devices } = await acme.api.get<Page>('/devices')
    const row = (id: string) => devices.find((each) => each.device_id === id)!
    const connected = row(open.id)
    assert.deepEqual(
      [connected.state, connected.status, connected.connected, connected.next_action.code, connected.phone],
      ['open', 'active', true, 'none', open.phone.id],
    )
    assert.equal(connected.customer_name, 'Acme')
    assert.match(connected.lid, /@lid$/)
    assert.ok(Date.parse(connected.last_seen_at!) <= Date.now())
    assert.deepEqual([connected.queued_sends, connected.has_proxy, connected.retry_at], [0, false, null])
    const ended = row(banned.id)
    assert.deepEqual([ended.state, ended.connected, ended.next_action.code], ['banned', false, 'wait'])
    assert.match(ended.reason!, /temporarily banned/)
    assert.ok(Date.parse(ended.banned_until!) > Date.now())
    assert.equal(ended.banned_until, ended.retry_at)
    const waiting = devices.find((each) => each.device_name === 'never linked')!
    assert.deepEqual([waiting.state, waiting.next_action.code, waiting.phone], ['idle', 'login', ''])
    assert.equal(waiting.last_seen_at, null)
  })

  it('counts what a device has to send and sees its own proxy', async () => {
    const send_at = new Date(Date.now() + 3_600_000).toISOString()
    await open.api.post('/chats/4917012345678/messages', { text: 'later', send_at })
    await banned.api.post('/devices/me/proxy', { proxy_url: 'socks5://proxy.example:1080' })
    const [reception, sales] = (await acme.api.get<Page>('/devices?sort=name')).devices.slice(-2)
    assert.deepEqual([reception!.queued_sends, reception!.has_proxy], [1, false])
    assert.deepEqual([sales!.queued_sends, sales!.has_proxy], [0, true])
  })

  it('find by state, text and API key, and count what they find', async () => {
    assert.deepEqual(namesOf(await admin('?state=active')), ['Reception'])
    assert.deepEqual(namesOf(await admin('?state=banned,active&sort=name')), ['Reception', 'Sales'])
    assert.deepEqual(namesOf(await admin('?state=connecting,unreachable,logged_out')), [])
    assert.deepEqual(namesOf(await admin('?search=bolt')), ['elsewhere'])
    assert.deepEqual(namesOf(await admin(`?search=${open.phone.id.slice(2, 9)}`)), ['Reception'])
    const found = await admin(`?api_key_id=${acme.id}&state=pending`)
    assert.deepEqual(namesOf(found), ['never linked'])
    assert.deepEqual([found.summary.total, found.summary.matching, found.summary.connected], [3, 1, 1])
    const all = await admin('?limit=1')
    assert.deepEqual([all.summary.total, all.summary.matching, all.devices.length], [4, 4, 1])
  })

  it('sort and page in either direction', async () => {
    const names = ['elsewhere', 'never linked', 'Reception', 'Sales']
    assert.deepEqual(namesOf(await admin('?sort=name')), names)
    assert.deepEqual(namesOf(await admin('?sort=name&order=desc')), names.toReversed())
    const first = await admin('?sort=name&limit=3')
    const second = await admin(`?sort=name&limit=3&cursor=${first.next_cursor}`)
    assert.deepEqual([...namesOf(first), ...namesOf(second)], names)
    assert.equal(second.next_cursor, undefined)
    await gateway.admin.refuses('invalid_request', 'GET', `/admin/devices?cursor=${first.next_cursor}`)
    const seen = namesOf(await admin('?sort=last_seen'))
    assert.deepEqual(new Set(seen.slice(0, 2)), new Set(['Reception', 'Sales']))
  })

  it('show a customer nothing of another', async () => {
    const { devices, summary } = await other.api.get<Page>('/devices?search=e&state=active,pending,disconnected,banned')
    assert.deepEqual(
      devices.map((row) => row.device_name),
      ['elsewhere'],
    )
    assert.deepEqual([summary.total, summary.matching], [1, 1])
    await other.api.refuses('invalid_request', 'GET', `/devices?api_key_id=${acme.id}`)
  })

  it('refuse a state that no device has', async () => {
    for (const state of ['open', 'active,nonsense', ',']) {
      await gateway.admin.refuses('invalid_request', 'GET', `/admin/devices?state=${state}`)
    }
  })
})
