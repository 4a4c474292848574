import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Moment {
  readonly at: string
  readonly type: string
  readonly text: string
  readonly actor?: string
  readonly event_id?: string
  readonly data?: Record<string, unknown>
}

interface Timeline {
  readonly timeline: readonly Moment[]
  readonly last_pairing: {
    readonly began_at: string
    readonly ended_at: string | null
    readonly outcome: string
    readonly reason: string | null
    readonly text: string
  } | null
  readonly next_cursor?: string
}

describe('GET /devices/me/timeline', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  it('tells how a device was linked, connected and taken off the phone, newest first', async () => {
    const device = await gateway.linkDevice()
    await device.api.post('/devices/me/proxy', { proxy_url: 'socks5://user:hidden@127.0.0.1:9' })
    await device.api.post('/devices/me/proxy', { proxy_url: '' })
    await gateway.connected(device)
    device.phone.unlink(1)
    const read = () => device.api.get<Timeline>('/devices/me/timeline')
    const whole = await until('the end is in it', async () => {
      const seen = await read()
      return seen.timeline.some(({ type }) => type === 'connection.logged_out') && seen
    })
    const types = whole.timeline.map(({ type }) => type)
    const order = ['connection.logged_out', 'device.proxy_cleared', 'device.proxy_set', 'connection.pair_success']
    const places = [...order, 'device.pairing_began', 'device.created'].map((type) => types.indexOf(type))
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
      types.join(),
    )
    assert.ok(!types.includes('connection.qr') && !places.includes(-1))
    const of = (type: string) => whole.timeline.find((moment) => moment.type === type)!
    assert.equal(of('device.proxy_set').text, 'The proxy was set to socks5://127.0.0.1:9')
    assert.equal(of('device.proxy_set').actor, `device:${device.id}`)
    assert.match(of('connection.pair_success').text, new RegExp(`^Linked to ${device.phone.id}`))
    assert.match(of('connection.pair_success').event_id!, /^evt_/)
    assert.equal(of('device.pairing_began').text, 'Linking began by QR code')
    assert.doesNotMatch(JSON.stringify(whole), /hidden/)
    assert.deepEqual([whole.last_pairing!.outcome, whole.last_pairing!.reason], ['linked', null])

    const paged: Moment[] = []
    for (let cursor = ''; ; ) {
      const page = await device.api.get<Timeline>(`/devices/me/timeline?limit=3${cursor && `&cursor=${cursor}`}`)
      paged.push(...page.timeline)
      if (page.next_cursor === undefined) break
      cursor = page.next_cursor
    }
    assert.deepEqual(paged, whole.timeline)
  })

  it('says why nobody could link the device', async () => {
    const device = await gateway.createDevice()
    const read = () => device.api.get<Timeline>('/devices/me/timeline')
    assert.equal((await read()).last_pairing, null)
    const { qr_text: code } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    assert.equal((await read()).last_pairing!.outcome, 'waiting')
    const phone = await gateway.phone('Eve')
    await phone.scan(code, 'account_signature').catch(() => {})
    const { last_pairing: pairing, timeline } = await until('it failed', async () => {
      const seen = await read()
      return seen.last_pairing!.outcome === 'failed' && seen
    })
    assert.equal(pairing!.reason, 'pairing_failed')
    assert.match(pairing!.text, /did not agree/)
    assert.ok(Date.parse(pairing!.ended_at!) >= Date.parse(pairing!.began_at))
    assert.deepEqual(timeline.map(({ type }) => type).toSorted(), [
      'connection.pair_error',
      'device.created',
      'device.pairing_began',
      'device.pairing_ended',
    ])
  })
})
