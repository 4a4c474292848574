import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import type { JsonSchema } from '../docs-page/openapi-document.ts'
import { operations } from '../generated/operations.ts'
import type { Operation } from '../kit/define-operation.ts'
import { paramsOf } from '../kit/needs.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { type Belongings, settle } from '../testing/belongings.ts'
import { type CallerKind, callersOf } from '../testing/callers-of.ts'
import { bodySchema, describedBy, resolved } from '../testing/path-values.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'
import { stateOfDevice } from '../testing/state-of-device.ts'

/** A value that no field of ours takes. */
const nonsense = { nonsense: [[{ deeper: null }]] }

const takesObjects = (schema: JsonSchema): boolean => {
  const { type, anyOf, oneOf } = resolved(schema)
  return (anyOf ?? oneOf ?? []).some(takesObjects) || [type].flat().includes('object') || type === undefined
}

/** A schema that takes any text, or any that is not blank, takes nonsense too. */
const takesAnyText = (schema: JsonSchema): boolean => {
  const { type, format, pattern, enum: choices, anyOf, oneOf } = resolved(schema)
  if (anyOf ?? oneOf) return (anyOf ?? oneOf ?? []).some(takesAnyText)
  const isFree = format === undefined && choices === undefined && (pattern === undefined || pattern === '\\S')
  return [type].flat().includes('string') && isFree
}

/** What another program sends has fields that nobody here reads. */
const isOpen = ({ additionalProperties: others }: JsonSchema): boolean => others !== undefined && others !== false

describe('wrong input on every registered route', () => {
  let gateway: TestGateway
  let mine: Belongings
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WEBHOOKS_ENABLED: 'false' } })
    mine = await settle(gateway)
  })
  after(() => gateway.stop())

  const credentials = (as: CallerKind): Record<string, string> => {
    const known = {
      device: mine.device.api.headers,
      api_key: { 'x-api-key': mine.key.key },
      admin: gateway.admin.headers,
      session: mine.session.headers,
    }
    return as === 'none' ? {} : { ...known[as] }
  }

  /** The answer is a refusal that the catalogue knows, and no fault of ours. */
  const refused = async (
    entry: RegisteredOperation,
    { path = mine.values.path(entry), body, type }: { path?: string; body?: string; type?: string },
    statuses: readonly number[] = [400, 413, 415, 429],
  ): Promise<void> => {
    for (const as of callersOf(entry)) {
      const caller = gateway.api.with({ ...credentials(as), ...(type && { 'content-type': type }) })
      const answer = await caller.call(entry.operation.method, path, body)
      const told = `${entry.id} answered ${answer.status} ${answer.text} to ${path} ${(body ?? '').slice(0, 200)}`
      assert.ok(statuses.includes(answer.status), told)
      // A page for people says it in words.
      if (answer.status === 404 && answer.text.startsWith('<!doctype')) continue
      assert.ok(answer.body.error_code && answer.body.request_id, told)
    }
  }

  const json = 'application/json'

  /** All that is stored of the device, what the operator sees, and what the friend got. */
  const state = async () => {
    const stored = await stateOfDevice(gateway.services.database, mine.device.id)
    const seen = ['/admin/api-keys', '/admin/stats'].map((path) => gateway.admin.call('GET', path))
    const group = await mine.friend.groups.of(mine.values.known('GroupAddress')).info()
    const answers = (await Promise.all(seen)).map(({ text }) => text)
    return { ...stored, answers, subject: group.subject, received: mine.friend.messages().length }
  }

  const withBody = operations.filter((entry) => bodySchema(entry))

  it('is refused by each, whichever field is wrong, and changes nothing', async () => {
    const before = await state()
    for (const entry of withBody) {
      const schema = bodySchema(entry)!
      const good = mine.values.body(entry)!
      const { body: shape } = entry.operation as Operation
      // Else it would be refused for another reason than the field that is made wrong below.
      assert.ok(shape!.safeParse(good).success, `${entry.id} does not take its own example ${JSON.stringify(good)}`)
      const bodies: unknown[] = [[], 'text', 7, null, ...(isOpen(schema) ? [] : [{ ...good, no_such_field: 1 }])]
      for (const [name, field] of Object.entries(schema.properties ?? {})) {
        if (!takesObjects(field)) bodies.push({ ...good, [name]: nonsense }, { ...good, [name]: [nonsense] })
      }
      for (const name of schema.required ?? []) bodies.push({ ...good, [name]: undefined })
      for (const body of bodies) await refused(entry, { body: JSON.stringify(body), type: json })
      const whole = JSON.stringify(good)
      await refused(entry, { body: whole.slice(0, -1), type: json })
      await refused(entry, { body: whole, type: 'application/xml' })
    }
    assert.ok(withBody.length > 10)
    assert.deepEqual(await state(), before)
  })

  it('is refused in each value of a path, and changes nothing', async () => {
    const before = await state()
    const withPath = operations.filter(({ operation }) => operation.path.includes('{'))
    for (const entry of withPath) {
      const body = mine.values.body(entry)
      const sent = body && { body: JSON.stringify(body), type: json }
      for (const wrong of [' ', 'a@b@c', 'x'.repeat(300), '\u0000', '../..']) {
        const path = paramsOf(entry.operation.path).reduce(
          (values, name) => values.with({ [name]: wrong }),
          mine.values,
        )
        // What is no address of anything may also be one of nothing.
        await refused(entry, { path: path.path(entry), ...sent }, [400, 404])
      }
    }
    assert.ok(withPath.length > 10)
    assert.deepEqual(await state(), before)
  })

  it('is refused in each field of a query, and changes nothing', async () => {
    const before = await state()
    for (const entry of operations) {
      const body = mine.values.body(entry)
      const sent = body && { body: JSON.stringify(body), type: json }
      const path = mine.values.path(entry)
      await refused(entry, { path: `${path}?no_such_field=1`, ...sent })
      for (const { name, in: place, schema } of describedBy(entry).parameters) {
        if (place !== 'query' || takesAnyText(schema)) continue
        await refused(entry, { path: `${path}?${name}=%7Bno%7D`, ...sent })
      }
    }
    assert.deepEqual(await state(), before)
  })

  it('is refused where the body is larger than the limit', async () => {
    const before = await state()
    const { api } = mine.device
    const big = JSON.stringify({ text: 'x'.repeat(9 * 1024 * 1024) })
    const large = api.with({ 'content-type': json })
    await large.refuses('payload_too_large', 'POST', `/chats/${mine.friend.id}/messages`, big)
    assert.deepEqual(await state(), before)
  })

  it('does nothing with a body whose sender leaves in the middle of it', async () => {
    const { device, friend } = mine
    const before = await state()
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
    assert.deepEqual(await state(), before)
    await device.api.post(`/chats/${friend.id}/messages`, { text: 'a whole one' })
    await friend.until.message(({ text }) => text === 'a whole one')
    assert.ok(friend.messages().every(({ text }) => text !== 'never whole'))
  })

  it('is named by what is wrong with an address or a number', async () => {
    const { api } = mine.device
    for (const path of ['/chats/%20/messages', '/chats/a%40b%40c/messages', '/chats/1%40nowhere.example/messages']) {
      await api.refuses('invalid_jid', 'POST', path, { text: 'never' })
    }
    await api.refuses('invalid_jid', 'PATCH', `/groups/${mine.friend.id}/name`, { name: 'never' })
    await api.refuses('invalid_phone', 'GET', '/devices/me/contacts/0170/registered')
    await api.refuses('invalid_phone', 'POST', '/devices/me/login-code', { phone: '12' })
    await api.refuses('message_not_found', 'GET', '/messages/3EB0000000000000000000')
    await api.refuses('webhook_not_found', 'GET', '/webhooks/999999')
  })

  it('is not hidden by a device that is not linked: nothing is stored for it', async () => {
    const idle = await gateway.createDevice()
    const before = await stateOfDevice(gateway.services.database, idle.id)
    const needy = operations.filter(
      ({ operation }) => operation.auth === 'device' && operation.errors?.includes('device_not_linked'),
    )
    for (const entry of needy) {
      const { method } = entry.operation
      const path = `${mine.values.path(entry)}${mine.values.query(entry)}`
      const { text, body } = await idle.api.call(method, path, mine.values.body(entry))
      // A message or an approval of somebody else is looked for before the connection.
      assert.match(
        body.error_code ?? '',
        /^(device_not_linked|(message|media|poll|approval)_not_found)$/,
        `${entry.id} answered ${text}`,
      )
    }
    assert.ok(needy.length > 5)
    assert.deepEqual(await stateOfDevice(gateway.services.database, idle.id), before)
  })
})
