import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { until } from '../packages/server/src/testing/until.ts'
import { createApiKey, createDevice } from './steps/api.ts'
import { execute } from './steps/n8n/execute.ts'
import { exportsOf, listed } from './steps/n8n/load-package.ts'
import { Workflow } from './steps/n8n/workflow.ts'
import { type Scene, withLinkedDevice } from './steps/with-device.ts'

interface Declared {
  readonly operationId: string
  readonly method: string
  readonly path: string
  readonly fields: Readonly<Partial<Record<'path' | 'query' | 'body', readonly { readonly name: string }[]>>>
}

const document = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../packages/server/src/generated/openapi.json'), 'utf8'),
)

const credentialsOf = ({ gateway, device }: Scene) => ({
  baseUrl: `${gateway.url}/`,
  caller: 'deviceToken',
  deviceToken: device.token,
})

const webhooksOf = async ({ device }: Scene): Promise<unknown[]> =>
  (await device.call<{ webhooks: unknown[] }>('GET', '/webhooks')).body.data.webhooks

describe('the n8n package', () => {
  it('declares operations and fields as the OpenAPI document has them', () => {
    const { operations } = exportsOf<{ operations: Declared[] }>('dist/nodes/Switchboard/operations.js')
    assert.ok(operations.length > 10)
    for (const { operationId, method, path: route, fields } of operations) {
      const operation = document.paths[route]?.[method.toLowerCase()]
      assert.equal(operation?.operationId, operationId)
      const parameters = operation.parameters.map((each: { name: string }) => each.name)
      for (const { name } of [...(fields.path ?? []), ...(fields.query ?? [])])
        assert.ok(parameters.includes(name), name)
      const reference = operation.requestBody?.content['application/json'].schema.$ref.split('/').at(-1)
      for (const { name } of fields.body ?? [])
        assert.ok(name in document.components.schemas[reference].properties, `${operationId}: ${name}`)
    }
    assert.deepEqual([listed.nodes.length, listed.credentials.length], [2, 1])
  })

  it('sends texts, files, places and reactions that a phone decrypts, and gives a file back byte for byte', () =>
    withLinkedDevice({ seed: 41 }, async (scene) => {
      const credentials = credentialsOf(scene)
      const bob = await scene.sandbox.phone({ name: 'Bob' })
      const message = (operation: string, values: object) => ({ resource: 'message', operation, ...values })
      const one = async (operation: string, values: object, run = {}) =>
        (await execute(credentials, message(operation, { chat_jid: bob.id, ...values }), run))[0]!

      const text = { text: 'Grüße aus n8n 👋' }
      const sent = await one('sendText', text, { executionId: 'again' })
      const seen = await bob.until.message((each) => each.text === text.text)
      assert.equal(seen.id, sent.json['message_id'])
      // "Retry On Fail" runs the node once more in the same execution.
      const repeated = await one('sendText', text, { executionId: 'again' })
      assert.equal(repeated.json['message_id'], seen.id)

      const bytes = randomBytes(70_000)
      const file = { bytes, fileName: 'prüf "1".bin', mimeType: 'application/octet-stream' }
      const items = [{ json: {}, binary: { data: file } }]
      const document = await one('sendDocument', { caption: 'read me', binaryField: 'data' }, { items })
      const { id, message: inner } = await bob.until.message((each) => each.id === document.json['message_id'])
      assert.ok(bytes.equals(bob.media.bytes(id)))
      assert.ok(JSON.stringify(inner).includes('prüf'), 'the name of the file')

      const [got] = await execute(credentials, message('download', { message_id: id, binaryField: 'copy' }))
      const copy = got?.binary?.['copy']
      assert.ok(copy)
      assert.ok(copy.bytes.equals(bytes))
      assert.equal(copy.fileName, file.fileName)

      const place = await one('sendLocation', { latitude: 52.5, longitude: 13.25, name: 'Tor' })
      const { details } = await bob.until.message((each) => each.id === place.json['message_id'])
      assert.deepEqual([details?.['latitude'], details?.['longitude'], details?.['name']], [52.5, 13.25, 'Tor'])
      await one('react', { message_id: seen.id, emoji: '👍' })
      await until('the reaction is there', () =>
        bob.messages().some((each) => each.id === seen.id && each.reactions?.[scene.phone.jid] === '👍'),
      )
      assert.equal(bob.messages().filter((each) => each.text === text.text).length, 1)

      const page = await execute(credentials, message('getAll', { chat_jid: bob.id, limit: 2 }))
      assert.equal(page.length, 2)
      const cursor = page[1]?.json['next_cursor']
      const rest = await execute(credentials, message('getAll', { chat_jid: bob.id, cursor }))
      assert.ok(rest.some(({ json }) => json['message_id'] === seen.id))
      const [stored] = await execute(credentials, message('get', { message_id: seen.id }))
      assert.equal(stored?.json['text'], text.text)
      const chats = await execute(credentials, { resource: 'chat', operation: 'getAll' })
      assert.deepEqual(
        chats.map(({ json }) => json['chat_jid']),
        [bob.jid],
      )
      const [status] = await execute(credentials, { resource: 'device', operation: 'getStatus' })
      assert.equal(status?.json['connected'], true)
    }))

  it('says what failed, or continues with the next item when the user wants that', () =>
    withLinkedDevice({ seed: 42 }, async (scene) => {
      const credentials = credentialsOf(scene)
      const missing = { resource: 'message', operation: 'get', message_id: '3EB0C767D26A1B2E5F6A77' }
      await assert.rejects(execute(credentials, missing), { itemIndex: 0, message: /404/ })
      const items = [{ json: {} }, { json: {} }]
      const output = await execute(credentials, missing, { items, continueOnFail: true })
      assert.deepEqual(
        output.map(({ pairedItem, json }) => [pairedItem?.item, /404/.test(String(json['error']))]),
        [
          [0, true],
          [1, true],
        ],
      )
      const apiKey = await createApiKey(scene.gateway.url, scene.gateway.adminSecret)
      const { deviceId } = await createDevice(scene.gateway.url, apiKey, 'other')
      const byKey = { baseUrl: scene.gateway.url, caller: 'apiKey', apiKey, deviceId }
      const [status] = await execute(byKey, { resource: 'device', operation: 'getStatus' })
      assert.equal(status?.json['connected'], false)
    }))

  it('registers its webhook, starts with genuine deliveries alone and once each, and removes it', () =>
    withLinkedDevice({ seed: 43 }, async (scene) => {
      const bob = await scene.sandbox.phone({ name: 'Bob' })
      const workflow = await Workflow.start(credentialsOf(scene))
      try {
        assert.equal(await workflow.lifecycle('checkExists'), false)
        await workflow.lifecycle('create')
        assert.equal(await workflow.lifecycle('checkExists'), true)

        await bob.send(scene.phone.jid, { text: 'start the workflow' })
        await until('the workflow starts', () => workflow.started.length > 0)
        const { event_type, data } = workflow.started[0]!.json as { event_type: string; data: { text: string } }
        assert.deepEqual([event_type, data.text], ['message.received', 'start the workflow'])

        const { headers, rawBody } = workflow.deliveries.at(-1)!
        const post = async (body: string, changed: Record<string, string> = {}) => {
          const own = Object.entries(headers).filter(([name]) => name.startsWith('webhook-')) as [string, string][]
          const init = { method: 'POST', headers: { ...Object.fromEntries(own), ...changed }, body }
          return (await fetch(workflow.url, init)).status
        }
        const raw = rawBody.toString()
        assert.equal(await post(raw.replace('start', 'stop')), 401)
        assert.equal(await post(raw, { 'webhook-id': 'evt_other' }), 401)
        assert.equal(await post(raw, { 'webhook-timestamp': '1' }), 401)
        assert.equal(await post(raw, { 'webhook-signature': 'v1,AAAA' }), 401)
        assert.equal(await post(raw), 200)
        assert.equal(workflow.started.length, 1)

        workflow.events = ['message.received', 'message.sent']
        assert.equal(await workflow.lifecycle('checkExists'), false)
        assert.deepEqual(await webhooksOf(scene), [])
        await workflow.lifecycle('create')
        assert.equal((await webhooksOf(scene)).length, 1)
        await workflow.lifecycle('delete')
        assert.deepEqual([await webhooksOf(scene), workflow.staticData], [[], {}])
        assert.equal(await post(raw), 401)
      } finally {
        await workflow.stop()
      }
    }))
})
