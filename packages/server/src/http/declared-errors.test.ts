import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { type ErrorCode, errorCatalogue } from '../errors/catalogue.ts'
import { operations } from '../generated/operations.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { openApiDocument } from '../operations/system/openapi-document.ts'
import { pruneEvents } from '../storage/event-retention.ts'
import type { ApiAnswer, ApiClient } from '../testing/api-client.ts'
import { bareServer } from '../testing/bare-server.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

/** How a request differs from one that would succeed. */
interface Change {
  readonly api?: ApiClient
  readonly path?: Readonly<Record<string, string>>
  readonly query?: string
  readonly body?: Readonly<Record<string, unknown>>
  /** Sent instead of the body, as it is. */
  readonly raw?: string
  readonly headers?: Readonly<Record<string, string>>
}

const json = { 'content-type': 'application/json' }

const describedOf = ({ operation }: RegisteredOperation) =>
  openApiDocument('').paths[operation.path]![operation.method.toLowerCase()]!

/** What the document says that an operation can be refused with. */
const declaredBy = (entry: RegisteredOperation): ErrorCode[] =>
  Object.values(describedOf(entry).responses)
    .flatMap(({ description }) => [...description.matchAll(/`(\w+)`: /g)].map(([, code]) => code as ErrorCode))
    .filter((code) => code in errorCatalogue)

const sends = ({ operation }: RegisteredOperation): boolean =>
  'idempotent' in operation && operation.idempotent === true

/** Nobody can ask for these, or not in the time of a test: `to-app-error.test.ts` shows that such failures become these answers. */
const unasked: ReadonlySet<ErrorCode> = new Set(['internal', 'whatsapp_timeout'])
/** Answered before anything of an operation runs, and asked for where nothing runs. */
const notServing: ReadonlySet<ErrorCode> = new Set(['not_ready', 'shutting_down'])

describe('every error that an operation declares', () => {
  let gateway: TestGateway
  /** Without a world: nothing can be reached from here. It is where limits are used up. */
  let cutOff: TestGateway
  let device: TestDevice & { phone: Phone }
  /** Devices that sent a message, and then lost their connection or their link. */
  let offline: Change
  let unlinked: Change
  let unreachable: ApiClient
  let friend: Phone
  let key: { id: number; api: ApiClient }
  let names: Record<string, string>

  const jid = () => gateway.services.sessions.account(device.id)!.jid

  /** Sends a message; its id is a value of paths. */
  const say = async ({ api }: TestDevice): Promise<{ message_id: string }> => {
    const { message_id } = await api.post<{ message_id: string }>(`/chats/${friend.id}/messages`, { text: 'first' })
    return { message_id }
  }

  before(async () => {
    const environment = { HTTP_BODY_LIMIT_SIZE: '2K', WEBHOOK_MAX_PER_DEVICE: '1' }
    gateway = await startTestGateway({ sandbox: true, environment })
    cutOff = await startTestGateway()
    device = await gateway.linkDevice()
    unreachable = (await cutOff.createDevice()).api
    friend = await gateway.phone('Friend')
    key = await gateway.createKey()
    const { message_id } = await say(device)
    const [away, gone] = [await gateway.linkDevice(), await gateway.linkDevice()]
    offline = { api: away.api, path: await say(away) }
    gateway.sandbox!.disconnect(gateway.services.sessions.account(away.id)!.jid, 403)
    await until('it is offline', () => gateway.services.sessions.status(away.id).state.name === 'blocked')
    unlinked = { api: gone.api, path: await say(gone) }
    await gone.api.delete('/devices/me/session')
    const { webhook_id } = await device.api.post<{ webhook_id: number }>('/webhooks', { url: 'http://127.0.0.1:9/' })
    names = {
      id: String(key.id),
      device_id: device.id,
      phone: friend.id,
      chat_jid: friend.jid,
      message_id,
      webhook_id: String(webhook_id),
      event_id: 'evt_none',
    }
  })
  after(async () => {
    await gateway.stop()
    await cutOff.stop()
  })

  const callerOf = ({ operation }: RegisteredOperation): ApiClient =>
    ({ device: device.api, api_key: key.api, admin: gateway.admin, none: gateway.api })[operation.auth]

  const ask = (entry: RegisteredOperation, change: Change): Promise<ApiAnswer> => {
    const { operation } = entry
    const known = { ...names, ...change.path }
    const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(known[name]!))
    const example = describedOf(entry).requestBody?.content['application/json']?.example as Record<string, unknown>
    const filled = Object.fromEntries(
      Object.entries(example ?? {}).map(([name, value]) => [name, names[name] ?? value]),
    )
    const body = change.raw ?? (example && { ...filled, ...change.body })
    const api = (change.api ?? callerOf(entry)).with(change.headers ?? {})
    return api.call(operation.method, `${path}${change.query ?? ''}`, body)
  }

  /** Where the operation says to whom it speaks. */
  const toChat = ({ operation }: RegisteredOperation, chat: string): Change =>
    operation.path.includes('{chat_jid}') ? { path: { chat_jid: chat } } : { body: { chat_jid: chat } }

  const usedUp = async (entry: RegisteredOperation): Promise<Change> => {
    const { auth } = entry.operation
    if (auth === 'none') {
      const guess = { device_id: device.id, device_secret: 'a guess' }
      for (let n = 0; n < 10; n++) await cutOff.api.call('POST', '/devices/token', guess)
      return { api: cutOff.api }
    }
    if (auth === 'admin') {
      const guess = cutOff.api.with({ 'x-admin-secret': 'a guess' })
      await until('guessing is over', async () => (await guess.call('GET', '/admin/stats')).status === 429)
      return { api: guess }
    }
    const limited = await gateway.createKey({ rate_limit_per_hour: 2 })
    const { api } = await gateway.createDevice(limited.key)
    await api.get('/devices/me')
    return { api: auth === 'device' ? api : limited.api }
  }

  /** Two at once under one key, while nothing gets through: one is refused, the other goes on. */
  const atOnce = async (entry: RegisteredOperation): Promise<ApiAnswer> => {
    const fault = await gateway.sandbox!.fault.apply({ device: jid(), action: { kind: 'partition' } })
    const change = { headers: { 'idempotency-key': randomUUID() } }
    const both = [ask(entry, change), ask(entry, change)]
    const refused = await Promise.race(both)
    gateway.sandbox!.fault.cancel(fault!)
    await Promise.all(both)
    return refused
  }

  /** WhatsApp answers the next request with this code. */
  const answered =
    (code: number) =>
    async (entry: RegisteredOperation): Promise<Change> => {
      // Only a change is told to WhatsApp.
      if (entry.id === 'devices.setPassive') await device.api.post('/devices/me/passive', { passive: false })
      gateway.sandbox!.fault.next(jid(), sends(entry) ? 'message' : 'iq', { nack: code })
      return {}
    }

  const failing = async (entry: RegisteredOperation): Promise<Change> =>
    entry.operation.path.startsWith('/devices/me/login') ? { api: unreachable } : answered(500)(entry)

  const inactiveWebhook = async (): Promise<Change> => {
    const { api } = await gateway.createDevice()
    const hook = { url: 'http://127.0.0.1:9/', active: false }
    const { webhook_id } = await api.post<{ webhook_id: number }>('/webhooks', hook)
    return { api, path: { webhook_id: String(webhook_id) } }
  }

  const fullKey = async (): Promise<Change> => {
    const full = await gateway.createKey({ max_devices: 1 })
    await gateway.createDevice(full.key)
    return { api: full.api }
  }

  const otherBody = async (entry: RegisteredOperation): Promise<Change> => {
    const headers = { 'idempotency-key': randomUUID() }
    await ask(entry, { headers })
    return { headers, body: { text: 'other words' } }
  }

  const unknownMessage = ({ id }: RegisteredOperation): Change => {
    if (id === 'messages.sendText') return { body: { reply_to_message_id: '3EB0NONE' } }
    return id === 'messages.list' ? { query: '?before=3EB0NONE' } : { path: { message_id: '3EB0NONE' } }
  }

  const wrongPhone = (entry: RegisteredOperation): Change =>
    entry.operation.path.includes('/devices/me')
      ? { path: { phone: '0170' }, body: { phone: '0170' } }
      : toChat(entry, '12345678901234567')

  const notYet = (entry: RegisteredOperation): Change => {
    if (entry.id === 'chats.markRead') return { body: { read: false } }
    return sends(entry) ? toChat(entry, 'status@broadcast') : {}
  }

  const asks: Partial<Record<ErrorCode, (entry: RegisteredOperation) => Change | Promise<Change>>> = {
    invalid_request: () => ({ query: '?no_such_field=1' }),
    invalid_json: () => ({ raw: '{', headers: json }),
    unsupported_media_type: () => ({ raw: '<a/>', headers: { 'content-type': 'application/xml' } }),
    payload_too_large: () => ({ raw: JSON.stringify('x'.repeat(3000)), headers: json }),
    unauthorized: ({ operation }) => (operation.auth === 'none' ? {} : { api: gateway.api }),
    rate_limited: usedUp,
    idempotency_conflict: otherBody,
    invalid_jid: (entry) => toChat(entry, 'nobody@nowhere'),
    invalid_phone: wrongPhone,
    invalid_webhook_url: () => ({ body: { url: 'ftp://example.com/' } }),
    api_key_not_found: () => ({ path: { id: '999999' } }),
    device_not_found: () => ({ path: { device_id: randomUUID() } }),
    cursor_expired: async () => {
      const { eventLog, database } = gateway.services
      const tick = { type: 'message.read', payload: {} }
      await eventLog.append(device.id, [tick, tick, tick])
      await pruneEvents(database, Date.now() + 1)
      return { query: '?after=1' }
    },
    cursor_ahead: ({ id }) =>
      id === 'webhooks.replay' ? { body: { from_seq: 900_000, to_seq: 900_001 } } : { query: '?after=900000' },
    message_not_found: unknownMessage,
    webhook_not_found: () => ({ path: { webhook_id: '999999' } }),
    delivery_not_found: () => ({}),
    device_not_connected: () => offline,
    device_not_linked: () => unlinked,
    not_on_whatsapp: (entry) => toChat(entry, '4915100000000'),
    message_not_cancellable: () => ({}),
    message_refused: answered(463),
    refused_by_whatsapp: answered(406),
    whatsapp_rate_limited: answered(429),
    quota_exceeded: fullKey,
    webhook_limit_reached: () => ({}),
    webhook_inactive: inactiveWebhook,
    unsupported: notYet,
    whatsapp_error: failing,
  }

  const refusal = async (entry: RegisteredOperation, code: ErrorCode): Promise<ApiAnswer> => {
    if (code === 'idempotency_in_progress') return atOnce(entry)
    const change = asks[code]
    assert.ok(change, `say in this test how ${entry.id} comes to answer ${code}`)
    return ask(entry, await change(entry))
  }

  for (const entry of operations) {
    it(`is answered by ${entry.id}`, async () => {
      for (const code of declaredBy(entry).filter((each) => !unasked.has(each) && !notServing.has(each))) {
        const { status, text, body, headers } = await refusal(entry, code)
        assert.equal(body?.error_code, code, `${entry.id} answered ${status} ${text}`)
        assert.equal(status, errorCatalogue[code].status)
        assert.equal(body.request_id, headers.get('x-request-id'))
      }
    })
  }

  it('is answered while the server starts and while it ends', async () => {
    for (const [phase, code] of [
      ['starting', 'not_ready'],
      ['draining', 'shutting_down'],
    ] as const) {
      const app = await bareServer({ operations, phase })
      for (const entry of operations) {
        const { operation } = entry
        const expected = declaredBy(entry).includes(code)
        assert.ok(expected || ('always' in operation && operation.always), `${entry.id} declares ${code}`)
        if (!expected) continue
        const answer = await app.inject({ method: operation.method, url: operation.path.replaceAll(/[{}]/g, '') })
        assert.equal(answer.json().error_code, code, entry.id)
      }
      await app.close()
    }
  })
})
