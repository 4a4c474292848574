import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { isStream, type RegisteredOperation } from '../kit/registered.ts'
import { openApiDocument } from '../operations/system/openapi-document.ts'
import { sampleOf } from '../testing/sample-of.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

const document = openApiDocument('')

/** What belongs to the victim. None of it may ever be in an answer to somebody else, nor change by their doing. */
interface Belongings {
  readonly device: TestDevice
  readonly names: Readonly<Record<string, string>>
  readonly marks: readonly string[]
}

const settle = async (gateway: TestGateway): Promise<Belongings> => {
  const device = await gateway.linkDevice()
  const friend = await gateway.phone('Friend')
  const text = 'a-text-that-only-the-victim-may-see'
  const mine = await device.api.post<{ message_id: string }>(`/chats/${friend.id}/messages`, { text })
  await friend.send(device.phone.id, { text: `${text}-received` })
  const received = await until('the reply arrives', async () => {
    const { messages } = await device.api.get<{ messages: { message_id: string; is_from_me: boolean }[] }>(
      `/chats/${friend.id}/messages`,
    )
    return messages.find((message) => !message.is_from_me)
  })
  const url = 'https://victim.example/hook'
  const webhook = await device.api.post<{ webhook_id: number }>('/webhooks', { url })
  const names = {
    message_id: received.message_id,
    webhook_id: String(webhook.webhook_id),
    chat_jid: friend.jid,
    device_id: device.id,
    phone: friend.id,
    event_id: 'evt_00000000000000000000000000000000',
    id: '1',
  }
  return { device, names, marks: [text, url, mine.message_id, received.message_id, device.id, device.token] }
}

const pathOf = (path: string, names: Readonly<Record<string, string>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = names[name]
    assert.ok(value, `say in this test which ${name} belongs to the victim (${path})`)
    return encodeURIComponent(value)
  })

const bodyOf = ({ operation }: RegisteredOperation, names: Readonly<Record<string, string>>): unknown => {
  const described = document.paths[operation.path]?.[operation.method.toLowerCase()]
  const schema = described?.requestBody?.content['application/json']?.schema
  return schema && sampleOf(schema, document.components.schemas, names)
}

/** What the victim sees of everything that is theirs. */
const state = async ({ device, names }: Belongings): Promise<string> => {
  const answers = await Promise.all(
    [
      '/devices/me',
      '/devices/me/proxy',
      `/chats/${names['chat_jid']}/messages`,
      `/messages/${names['message_id']}`,
      '/webhooks',
    ].map(async (path) => (await device.api.call('GET', path)).text),
  )
  return answers.join('\n').replaceAll(/"last_active(_at)?":"[^"]*"/g, '')
}

/** Status and the first bytes of an answer; a stream would not end by itself. */
const ask = async (
  gateway: TestGateway,
  entry: RegisteredOperation,
  victim: Belongings,
  headers: Record<string, string>,
) => {
  const { operation } = entry
  const body = bodyOf(entry, victim.names)
  const stop = new AbortController()
  const response = await fetch(`${gateway.api.url}${pathOf(operation.path, victim.names)}`, {
    method: operation.method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: stop.signal,
  })
  if (!isStream(operation) || !response.ok) return { status: response.status, text: await response.text() }
  const first = await response.body!.getReader().read()
  stop.abort()
  return { status: response.status, text: Buffer.from(first.value ?? []).toString() }
}

const named = (kind: string) => operations.filter(({ operation }) => operation.auth === kind)

describe('every registered route', () => {
  let gateway: TestGateway
  let victim: Belongings
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WEBHOOKS_ENABLED: 'false' } })
    victim = await settle(gateway)
  })
  after(() => gateway.stop())

  it('refuses callers without credentials, with garbage and with those of another kind', async () => {
    const stranger = await gateway.createKey()
    const device = await gateway.createDevice(stranger.key)
    const wrong = {
      device: [{}, { authorization: 'Bearer x.y.z' }, { authorization: device.token }, { 'x-api-key': stranger.key }],
      api_key: [{}, { 'x-api-key': `wam_${'0'.repeat(28)}` }, { authorization: `Bearer ${device.token}` }],
      admin: [
        {},
        { 'x-admin-secret': 'wrong' },
        { 'x-api-key': stranger.key },
        { authorization: `Bearer ${device.token}` },
      ],
    }
    const before = await state(victim)
    for (const [kind, credentials] of Object.entries(wrong)) {
      for (const entry of named(kind)) {
        for (const headers of credentials) {
          const { status, text } = await ask(gateway, entry, victim, headers as Record<string, string>)
          // Guessing is throttled at some point; both are refusals.
          assert.ok(
            status === 401 || status === 429,
            `${entry.id} answered ${status} ${text} to ${JSON.stringify(headers)}`,
          )
        }
      }
    }
    assert.equal(await state(victim), before)
  })

  it("hides everything of a tenant from another tenant's token, and lets it change nothing", async () => {
    const before = await state(victim)
    for (const entry of named('device')) {
      // A device of its own for each route: some of them end the caller's own session.
      const intruder = await gateway.createDevice()
      const { status, text } = await ask(gateway, entry, victim, { authorization: `Bearer ${intruder.token}` })
      for (const mark of victim.marks) {
        const echoed = pathOf(entry.operation.path, victim.names).includes(mark)
        assert.ok(echoed || !text.includes(mark), `${entry.id} shows ${mark} to another tenant: ${text}`)
      }
      if (/\{(message_id|webhook_id|event_id)\}/.test(entry.operation.path)) {
        assert.ok([404, 409].includes(status), `${entry.id} answered ${status} ${text} about another tenant's thing`)
      }
      assert.notEqual(status, 500, `${entry.id} failed: ${text}`)
    }
    assert.equal(await state(victim), before)
  })

  it("hides a customer's devices from another customer's key, and lets it change nothing", async () => {
    const before = await state(victim)
    for (const entry of named('api_key')) {
      const stranger = await gateway.createKey()
      const { status, text } = await ask(gateway, entry, victim, { 'x-api-key': stranger.key })
      for (const mark of victim.marks) assert.ok(!text.includes(mark), `${entry.id} shows ${mark} to another customer`)
      if (entry.operation.path.includes('{')) assert.equal(status, 404, `${entry.id} answered ${status} ${text}`)
    }
    assert.equal(await state(victim), before)
  })

  it('ends with the device that it belongs to', async () => {
    const token = await gateway.createDevice()
    await gateway.admin.delete(`/admin/devices/${token.id}`)
    for (const entry of named('device')) {
      const { status } = await ask(gateway, entry, victim, { authorization: `Bearer ${token.token}` })
      assert.equal(status, 401, entry.id)
    }
  })
})
