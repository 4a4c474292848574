import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { ApiClient } from '../../testing/api-client.ts'
import { askSocket, SocketClient } from '../../testing/socket-client.ts'
import { type LogLine, startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { StreamClient } from '../../testing/stream-client.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

const lines: LogLine[] = []
const clock = new TestClock({ stands: true })
let gateway: TestGateway
before(async () => {
  gateway = await startTestGateway({ clock, hearLine: (line) => lines.push(line) })
})
after(() => gateway.stop())

const ticketOf = async (api: ApiClient, body: Record<string, unknown> = {}) =>
  (await api.post<{ ticket: string }>('/events/tickets', body)).ticket

const raise = (device: TestDevice, ...types: string[]) =>
  gateway.services.eventLog.append(
    device.id,
    types.map((type) => ({ type, payload: {} })),
  )

describe('events.createTicket', () => {
  it('lets somebody without credentials open one stream, for what its maker may read', async () => {
    const device = await gateway.createDevice()
    const other = await gateway.createDevice()
    await raise(device, 'message.received', 'message.read')
    await raise(other, 'message.received')
    const ticket = await ticketOf(device.api)
    assert.match(ticket, /^tkt_[0-9a-f]{48}$/)
    const stream = await StreamClient.open(`${gateway.api.url}/events/stream?ticket=${ticket}&after=0`)
    assert.deepEqual(
      (await stream.take(2)).map(({ data }) => [data.device_id, data.seq]),
      [
        [device.id, 1],
        [device.id, 2],
      ],
    )
    stream.leave()
  })

  it('works once, whatever opens the stream, and also when two come at the same time', async () => {
    const key = await gateway.createKey()
    await gateway.createDevice(key.key)
    const url = `${gateway.api.url}/events/socket?ticket=${await ticketOf(key.api)}`
    const answers = await Promise.all([askSocket(url, {}), askSocket(url, {})])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [101, 401])
    await gateway.api.refuses('unauthorized', 'GET', url.slice(gateway.api.url.length))
    await gateway.api.refuses('unauthorized', 'GET', url.slice(gateway.api.url.length).replace('socket', 'stream'))
  })

  it('holds its reader to its filter', async () => {
    const device = await gateway.createDevice()
    const ticket = await ticketOf(device.api, { types: ['message.read'] })
    const socket = await SocketClient.open(`${gateway.api.url}/events/socket?ticket=${ticket}&after=0`)
    await raise(device, 'message.received', 'message.read')
    assert.deepEqual(
      (await socket.take(1)).map(({ event }) => event),
      ['message.read'],
    )
    socket.close()
    const wider = await ticketOf(device.api, { types: ['message.read'] })
    await gateway.api.refuses('invalid_request', 'GET', `/events/stream?ticket=${wider}&types=message.received`)
    await device.api.refuses('invalid_request', 'POST', '/events/tickets', { types: ['message.unheard_of'] })
  })

  it('ends after 30 seconds, with the credentials that it was made with, and with the process', async () => {
    const device = await gateway.createDevice()
    const late = await ticketOf(device.api)
    clock.pass(30_001)
    await gateway.api.refuses('unauthorized', 'GET', `/events/stream?ticket=${late}`)
    const replaced = await ticketOf(device.api)
    const { token } = await gateway.api.post<{ token: string }>('/devices/token', {
      device_id: device.id,
      device_secret: device.secret,
    })
    await gateway.api.refuses('unauthorized', 'GET', `/events/stream?ticket=${replaced}`)
    const renewed = gateway.deviceWith(device.id, device.secret, token)
    const [used, unused] = [await ticketOf(renewed.api), await ticketOf(renewed.api)]
    ;(await StreamClient.open(`${gateway.api.url}/events/stream?ticket=${used}`)).leave()
    await gateway.restart()
    for (const ticket of [used, unused]) {
      await gateway.api.refuses('unauthorized', 'GET', `/events/stream?ticket=${ticket}`)
    }
  })

  it('ends the streams that it opened when the API key is switched off', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const socket = await SocketClient.open(`${gateway.api.url}/events/socket?ticket=${await ticketOf(key.api)}`)
    await gateway.admin.patch(`/admin/api-keys/${key.id}`, { is_active: false })
    await raise(device, 'message.read')
    assert.deepEqual(await socket.closed, { code: 4001, reason: 'unauthorized' })
    assert.deepEqual(
      socket.told.map(({ event }) => event),
      ['error'],
    )
  })

  it('counts for nothing next to other credentials, and where no stream is asked for', async () => {
    const device = await gateway.createDevice()
    const ticket = await ticketOf(device.api)
    await device.api.refuses('invalid_request', 'GET', `/events/stream?ticket=${ticket}`)
    await gateway.api.refuses('unauthorized', 'GET', `/events?ticket=${ticket}`)
    await gateway.api.refuses('unauthorized', 'GET', `/devices/me?ticket=${ticket}`)
    ;(await StreamClient.open(`${gateway.api.url}/events/stream?ticket=${ticket}`)).leave()
  })

  it('is refused to who has made many and used none, and to nobody else', async () => {
    const [busy, other] = [await gateway.createDevice(), await gateway.createDevice()]
    for (let n = 0; n < 100; n++) await ticketOf(busy.api)
    await busy.api.refuses('rate_limited', 'POST', '/events/tickets', {})
    await ticketOf(other.api)
    clock.pass(30_001)
    await ticketOf(busy.api)
  })

  it('is in no line of the log', async () => {
    const device = await gateway.createDevice()
    const ticket = await ticketOf(device.api)
    const socket = await SocketClient.open(`${gateway.api.url}/events/socket?ticket=${ticket}`)
    socket.close()
    await gateway.api.refuses('unauthorized', 'GET', `/events/socket?ticket=${ticket}`)
    const line = await until('both requests are in the log', () =>
      lines.some(({ route, status }) => route === '/events/socket' && status === 401)
        ? lines.find((each) => each['route'] === '/events/socket' && each['device'] === device.id)
        : undefined,
    )
    assert.deepEqual([line['status'], line['caller']], [101, { kind: 'device', id: device.id }])
    assert.ok(!JSON.stringify(lines).includes('tkt_'))
  })
})
