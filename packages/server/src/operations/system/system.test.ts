import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { parse } from 'yaml'
import { answersOf, openApiDocument } from '../../docs-page/openapi-document.ts'
import { operations } from '../../generated/operations.ts'
import { isStream } from '../../kit/registered.ts'
import { missingRoutes } from '../../schemas/missing-routes.ts'
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
    const { components } = JSON.parse(text)
    for (const [, kind, name] of text.matchAll(/#\/components\/(\w+)\/([^"]+)"/g)) {
      assert.ok(components[kind!][name!], name)
    }
    assert.ok(!text.includes('#/$defs/'))
  })

  it('has every path and every name once', () => {
    const { paths } = openApiDocument('')
    const shapes = Object.keys(paths).map((path) => path.replaceAll(/\{\w+\}/g, '{}'))
    assert.deepEqual(shapes.filter((shape, place) => shapes.indexOf(shape) !== place).sort(), [])
    const ids = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    assert.equal(new Set(ids).size, ids.length)
  })

  it('leaves out what nobody serves yet', () => {
    const { paths } = openApiDocument('')
    for (const { method, path } of missingRoutes(operations.map(({ operation }) => operation))) {
      assert.equal(paths[path]?.[method.toLowerCase()], undefined, `${method} ${path}`)
    }
    const described = Object.values(paths).flatMap((methods) => Object.values(methods))
    assert.equal(described.length, operations.length)
  })

  it('says each thing once, and what webhooks are sent under a tag of its own', () => {
    const document = openApiDocument('')
    const { tags, webhooks, paths } = document
    const told = new Set(tags.map(({ name }) => name))
    assert.ok(tags.every(({ description }) => description.length > 0))
    for (const operation of Object.values(paths).flatMap((methods) => Object.values(methods))) {
      assert.ok(told.has(operation.tags[0]!), operation.operationId)
      for (const [status, response] of Object.entries(operation.responses)) {
        assert.ok(Number(status) < 400 || '$ref' in response, `${operation.operationId} ${status}`)
      }
      const shapes = Object.values(operation.requestBody?.content ?? {}).map(({ schema }) => schema.$ref)
      assert.ok(!shapes.includes(undefined), `${operation.operationId} has a body without a name`)
    }
    for (const { post } of Object.values(webhooks)) {
      assert.deepEqual([post.tags, post.security, post.requestBody?.required], [['Webhook Events'], [], true])
    }
    const text = JSON.stringify(document)
    assert.ok(
      !/"anyOf":\[\{"type":"\w+"[^\]]*\},\{"type":"null"\}\]/.test(text),
      'a type that may be null is said by its type',
    )
    // Generators that drop the word would make one class of both.
    const names = Object.keys(document.components.schemas)
    assert.deepEqual(
      names.filter((name) => names.includes(`New${name}`)),
      [],
    )
  })

  it('shows an example of every request, which is taken, and of every answer', () => {
    const { paths } = openApiDocument('')
    for (const { id, operation } of operations) {
      if (isStream(operation)) continue
      const described = paths[operation.path]![operation.method.toLowerCase()]!
      const { requestBody } = described
      if (operation.body) {
        const example = requestBody?.content['application/json']?.example
        assert.ok(operation.body.safeParse(example).success, `${id} does not take ${JSON.stringify(example)}`)
      }
      const json = answersOf(openApiDocument(''), described)[operation.status ?? 200]?.content?.['application/json']
      if (operation.response) assert.ok(json?.example !== undefined, id)
    }
  })

  it('tells of each answer that is not the envelope', () => {
    const document = openApiDocument('')
    const answers = (path: string, method: string) => answersOf(document, document.paths[path]![method]!)
    assert.deepEqual(Object.keys(answers('/metrics', 'get')['200']?.content ?? {}), ['text/plain'])
    assert.deepEqual(Object.keys(answers('/devices/me/login', 'post')['200']?.content ?? {}), [
      'application/json',
      'text/html',
    ])
    assert.ok(answers('/favicon.ico', 'get')['204'])
    assert.ok(answers('/chats/{chat_jid}/messages', 'post')['202']?.content)
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
      /switchboard_http_request_duration_seconds_count\{operation="deviceRegistration\.create",status="201"\} 1/,
    )
    assert.match(text, /switchboard_event_loop_delay_seconds_count /)
  })
})
