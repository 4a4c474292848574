import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { parse } from 'yaml'
import { operations } from '../../generated/operations.ts'
import { bareServer } from '../../testing/bare-server.ts'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'

describe('system', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ environment: { HTTP_BASE_URL: '/api/v1' } })
  })
  after(() => gateway.stop())

  it('tells name, version and uptime at the base path, with and without a slash', async () => {
    for (const path of ['', '/']) {
      const data = await gateway.api.get<{ name: string; version: string; uptime: number }>(path)
      assert.equal(data.name, 'switchboard')
      assert.ok(data.uptime >= 0)
    }
  })

  it('is alive and ready', async () => {
    assert.deepEqual(await gateway.api.get('/healthz'), { phase: 'ready' })
    assert.deepEqual(await gateway.api.get('/readyz'), { phase: 'ready', database: 'ok' })
  })

  it('is alive and not ready while it starts, and takes no requests', async () => {
    const app = await bareServer({ operations })
    assert.equal((await app.inject('/healthz')).json().data.phase, 'starting')
    assert.equal((await app.inject('/readyz')).json().error_code, 'not_ready')
    const other = await app.inject('/devices/me')
    assert.equal(other.statusCode, 503)
    assert.equal(other.json().error_code, 'not_ready')
    await app.close()
  })

  it('describes every registered operation in both notations, with its base path', async () => {
    const json = JSON.parse((await gateway.api.call('GET', '/docs/swagger.json')).text)
    assert.equal(json.openapi, '3.1.0')
    assert.deepEqual(json.servers, [{ url: '/api/v1' }])
    for (const { id, operation } of operations) {
      assert.equal(json.paths[operation.path][operation.method.toLowerCase()].operationId, id)
    }
    const yaml = await gateway.api.call('GET', '/docs/swagger.yaml')
    assert.match(yaml.headers.get('content-type') ?? '', /yaml/)
    assert.deepEqual(parse(yaml.text), json)
  })

  it('refers only to shapes that exist', async () => {
    const { text } = await gateway.api.call('GET', '/docs/swagger.json')
    const { schemas } = JSON.parse(text).components
    for (const [, name] of text.matchAll(/#\/components\/schemas\/([^"]+)"/g)) assert.ok(schemas[name!], name)
    assert.ok(!text.includes('#/$defs/'))
  })

  it('has a page with every operation that loads nothing from elsewhere', async () => {
    const page = await gateway.api.call('GET', '/docs/')
    assert.match(page.headers.get('content-type') ?? '', /^text\/html/)
    for (const { operation } of operations) assert.ok(page.text.includes(`/api/v1${operation.path}`), operation.path)
    assert.ok(!/<script|<link|src=|@import|url\(/.test(page.text))
  })

  it('answers for the icon at the root', async () => {
    const root = gateway.api.url.replace('/api/v1', '')
    const answer = await fetch(`${root}/favicon.ico`)
    assert.equal(answer.status, 204)
  })

  it('gives metrics to the operator only', async () => {
    await gateway.api.refuses('unauthorized', 'GET', '/metrics')
    await gateway.createDevice()
    const { text } = await gateway.admin.call('GET', '/metrics')
    assert.match(
      text,
      /switchboard_http_request_duration_seconds_count\{operation="devices\.createDevice",status="201"\} 1/,
    )
    assert.match(text, /nodejs_eventloop_lag_seconds /)
  })
})
