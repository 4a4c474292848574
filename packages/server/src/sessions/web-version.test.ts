import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { createBaileysEngine, whatsappEndpoints } from '@switchboard/engine-baileys'
import { readConfig } from '../config/read-config.ts'
import { createLogger } from '../observe/logging.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { TestClock } from '../testing/test-clock.ts'
import { until } from '../testing/until.ts'
import { CurrentWebVersion } from './web-version.ts'

const logger = createLogger({ log: { level: 'silent', format: 'json' } })

describe('The WhatsApp Web version', () => {
  const engine = createBaileysEngine()
  const clock = new TestClock({ stands: true })
  let answer = { status: 200, text: '' }
  let asked = 0
  const page = createServer((request, response) => {
    assert.equal(request.url, '/sw.js')
    asked++
    response.writeHead(answer.status).end(answer.text)
  })

  const current = (environment: Record<string, string> = {}): CurrentWebVersion => {
    const { port } = page.address() as AddressInfo
    const endpoints = { ...whatsappEndpoints, webOrigin: `http://127.0.0.1:${port}` }
    return new CurrentWebVersion({ engine, endpoints, clock, logger, config: readConfig(environment).whatsapp })
  }

  before(() => new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve)))
  after(async () => {
    await engine.close()
    page.close()
  })

  it('is read from the page in each of its forms', async () => {
    const version = current()
    assert.deepEqual(version.version, engine.webVersion)
    for (const [revision, text] of [
      [1_050_000_001, 'x={"server_revision":1,"client_revision":1050000001,"tier":"c"}'],
      [1_050_000_002, String.raw`JSON.parse("{\"client_revision\":1050000002}")`],
      [1_050_000_003, '"client_revision": 1050000003}'],
    ] as const) {
      answer = { status: 200, text }
      assert.equal(await version.refresh({ force: true }), true)
      assert.deepEqual(version.version, [2, 3000, revision])
    }
  })

  it('stays when the page does not come, is another one, or is endless, and says why', async () => {
    const version = current()
    for (const [status, text, reason] of [
      [503, 'later', /HTTP 503/],
      [302, '', /HTTP 302/],
      [200, '<html>', /names no version/],
      [200, `"client_revision":0${' '.repeat(10)}`, /names no version/],
      [200, ' '.repeat(5 * 1024 * 1024), /too large/],
    ] as const) {
      answer = { status, text }
      await assert.rejects(version.refresh({ force: true }), { code: 'whatsapp_error' })
      assert.match(version.lastLook.error, reason)
      assert.deepEqual(version.version, engine.webVersion)
    }
    answer = { status: 200, text: '"client_revision":1050000004,' }
    await version.refresh({ force: true })
    assert.deepEqual(version.lastLook, { at: clock.now(), error: '' })
  })

  it('is looked for at most once in the shortest time, unless it is forced; looks at the same time are one', async () => {
    const version = current({ WHATSAPP_WAVERSION_REFRESH_MIN_INTERVAL: '10m' })
    answer = { status: 200, text: '"client_revision":1050000005,' }
    asked = 0
    const both = await Promise.all([version.refresh({ force: true }), version.refresh({ force: false })])
    assert.deepEqual([both, asked], [[true, true], 1])
    assert.equal(await version.refresh({ force: false }), false)
    assert.equal(await version.refresh({ force: true }), true)
    clock.pass(10 * 60_000)
    assert.equal(await version.refresh({ force: false }), true)
    assert.equal(asked, 3)
  })

  it('is what the settings say, for ever, when they do', async () => {
    const three = { WHATSAPP_VERSION_MAJOR: '2', WHATSAPP_VERSION_MINOR: '3000', WHATSAPP_VERSION_PATCH: '17' }
    const version = current(three)
    asked = 0
    assert.equal(await version.refresh({ force: true }), false)
    assert.equal(await version.replaces([2, 3000, 17]), false)
    assert.deepEqual([version.version, version.fixed, asked], [[2, 3000, 17], true, 0])
  })

  it('is looked for on the schedule, whatever its notation', async () => {
    for (const [index, schedule] of ['* * * * * *', '@every 1s'].entries()) {
      const version = current({
        WHATSAPP_ENABLE_WAVERSION_REFRESH_CRON: 'true',
        WHATSAPP_WAVERSION_REFRESH_CRON_FORCE: 'true',
        WHATSAPP_WAVERSION_REFRESH_CRON_SPEC: schedule,
      })
      const revision = 1_050_000_006 + index
      answer = { status: 200, text: `"client_revision":${revision},` }
      version.start()
      await until('the schedule looks', () => version.version[2] === revision)
      version.stop()
    }
  })
})

describe('A device with a version that is too old', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  it('is connected again with the newest version as soon as that is known', async () => {
    const device = await gateway.linkDevice()
    gateway.sandbox!.world.minimumVersion = [2, 3000, 1_060_000_000]
    await gateway.restart()
    const again = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(again)
    const { wa_web_version } = await gateway.admin.get('/admin/whatsapp/version')
    assert.deepEqual(wa_web_version, { array: [2, 3000, 1_060_000_000], string: '2.3000.1060000000' })
    const { events } = await again.api.get<{ events: { event_type: string }[] }>('/events?limit=200')
    const outdated = events.filter(({ event_type }) => event_type === 'connection.client_outdated')
    assert.equal(outdated.length, 1)
    const refreshed = await gateway.admin.post('/admin/whatsapp/version/refresh?force=false')
    assert.deepEqual([refreshed.refreshed, refreshed.last_error], [false, ''])
  })
})
