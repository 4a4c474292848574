import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { operations } from '../generated/operations.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { type JsonSchema, openApiDocument } from '../operations/system/openapi-document.ts'
import { sampleOf } from '../testing/sample-of.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

const document = openApiDocument('')
const { schemas } = document.components

const resolved = (schema: JsonSchema): JsonSchema =>
  schema.$ref ? resolved(schemas[schema.$ref.replace('#/components/schemas/', '')] ?? {}) : schema

const bodySchema = ({ operation }: RegisteredOperation): JsonSchema | undefined => {
  const described = document.paths[operation.path]?.[operation.method.toLowerCase()]
  return described?.requestBody?.content['application/json']?.schema
}

/** A value that no field of ours takes. */
const nonsense = { nonsense: [[{ deeper: null }]] }

const takesObjects = (schema: JsonSchema): boolean => {
  const { type, anyOf, oneOf } = resolved(schema)
  return (anyOf ?? oneOf ?? []).some(takesObjects) || [type].flat().includes('object') || type === undefined
}

describe('wrong input on every registered route', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let friend: Phone
  let key: string
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WEBHOOKS_ENABLED: 'false' } })
    device = await gateway.linkDevice()
    friend = await gateway.phone('Friend')
    key = (await gateway.createKey()).key
  })
  after(() => gateway.stop())

  const pathOf = ({ operation }: RegisteredOperation): string => {
    const values: Record<string, string> = { phone: friend.id, chat_jid: friend.jid, device_id: device.id, id: '1' }
    return operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? '1'))
  }

  /** The answer is a refusal that the catalogue knows, and no fault of ours. */
  const refused = async (entry: RegisteredOperation, body: string, type = 'application/json'): Promise<void> => {
    const { auth } = entry.operation
    const credentials = { device: device.api.headers, api_key: { 'x-api-key': key }, admin: gateway.admin.headers }
    const caller = gateway.api.with({ ...(auth !== 'none' && credentials[auth]), 'content-type': type })
    const answer = await caller.call(entry.operation.method as 'POST', pathOf(entry), body)
    const told = `${entry.id} answered ${answer.status} ${answer.text} to ${body.slice(0, 200)}`
    assert.ok([400, 413, 415, 429].includes(answer.status), told)
    assert.ok(answer.body.error_code && answer.body.request_id, told)
  }

  /** All that the owner and the operator can see of what is stored. */
  const state = async (): Promise<string> => {
    // Of the events only what requests cause: the history of a link goes on arriving, and moves `next_after`.
    const events = '/events?types=message.sent,message.failed,connection.disconnected,connection.logged_out'
    const mine = ['/devices/me', '/devices/me/proxy', `/chats/${friend.id}/messages`, '/webhooks', events]
    const operators = ['/admin/api-keys', '/admin/stats']
    const answers = await Promise.all([
      ...mine.map((path) => device.api.call('GET', path)),
      ...operators.map((path) => gateway.admin.call('GET', path)),
    ])
    return answers.map(({ text }) => text.replaceAll(/"(last_active(_at)?":"[^"]*"|next_after":\d+)/g, '')).join('\n')
  }

  const withBody = operations.filter((entry) => bodySchema(entry))

  it('is refused by each, whichever field is wrong, and changes nothing', async () => {
    const before = await state()
    for (const entry of withBody) {
      const schema = resolved(bodySchema(entry)!)
      const good = sampleOf(schema, schemas, { phone: friend.id, chat_jid: friend.jid }) as Record<string, unknown>
      const bodies: unknown[] = [[], 'text', 7, null, { ...good, no_such_field: 1 }]
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if (!takesObjects(field)) bodies.push({ ...good, [name]: nonsense }, { ...good, [name]: [nonsense] })
      }
      for (const name of schema.required ?? []) bodies.push({ ...good, [name]: undefined })
      for (const body of bodies) await refused(entry, JSON.stringify(body))
      const whole = JSON.stringify(good)
      await refused(entry, whole.slice(0, -1))
      await refused(entry, whole, 'application/xml')
    }
    assert.ok(withBody.length > 10)
    assert.equal(await state(), before)
    assert.deepEqual(friend.messages(), [])
  })

  it('is refused where the body is larger than the limit', async () => {
    const before = await state()
    const big = JSON.stringify({ text: 'x'.repeat(9 * 1024 * 1024) })
    const json = device.api.with({ 'content-type': 'application/json' })
    await json.refuses('payload_too_large', 'POST', `/chats/${friend.id}/messages`, big)
    assert.equal(await state(), before)
    assert.deepEqual(friend.messages(), [])
  })

  it('does nothing with a body whose sender leaves in the middle of it', async () => {
    const { hostname, port } = new URL(device.api.url)
    const body = JSON.stringify({ text: 'never whole' })
    const head = [
      `POST /chats/${friend.id}/messages HTTP/1.1`,
      'host: localhost',
      `authorization: ${device.api.headers['authorization']}`,
      'content-type: application/json',
      // Valid JSON as far as it came: only the length tells that more was to follow.
      `content-length: ${body.length + 10}`,
    ].join('\r\n')
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.end(`${head}\r\n\r\n${body}`)
    await new Promise((resolve) => socket.once('close', resolve).resume())
    await device.api.post(`/chats/${friend.id}/messages`, { text: 'a whole one' })
    await until('the whole one arrives', () => friend.messages().length > 0)
    assert.deepEqual(
      friend.messages().map(({ text }) => text),
      ['a whole one'],
    )
    const { messages } = await device.api.get<{ messages: unknown[] }>(`/chats/${friend.id}/messages`)
    assert.equal(messages.length, 1)
  })

  it('is named by what is wrong with an address or a number', async () => {
    for (const path of ['/chats/%20/messages', '/chats/a%40b%40c/messages', '/chats/1%40nowhere.example/messages']) {
      await device.api.refuses('invalid_jid', 'POST', path, { text: 'never' })
    }
    await device.api.refuses('invalid_phone', 'GET', '/devices/me/contacts/0170/registered')
    await device.api.refuses('invalid_phone', 'POST', '/devices/me/login-code', { phone: '12' })
    await device.api.refuses('message_not_found', 'GET', '/messages/3EB0000000000000000000')
    await device.api.refuses('webhook_not_found', 'GET', '/webhooks/999999')
  })

  it('is not hidden by a device that is not linked: nothing is stored for it', async () => {
    const idle = await gateway.createDevice()
    const offline: [string, unknown][] = [
      [`/chats/${friend.id}/messages`, { text: 'never' }],
      [`/chats/${friend.id}/presence`, { presence_type: 'composing' }],
      [`/chats/${friend.id}/mark-read`, { read: true }],
      ['/messages/3EB0000000000000000000/read', { chat_jid: friend.id }],
      ['/devices/me/reconnect', undefined],
    ]
    for (const [path, body] of offline) await idle.api.refuses('device_not_linked', 'POST', path, body)
    const { messages } = await idle.api.get<{ messages: unknown[] }>(`/chats/${friend.id}/messages`)
    assert.deepEqual(messages, [])
  })
})
