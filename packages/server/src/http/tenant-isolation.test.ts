import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { isSocket, isStream, type RegisteredOperation } from '../kit/registered.ts'
import { type Belongings, settle } from '../testing/belongings.ts'
import { type CallerKind, callersOf } from '../testing/callers-of.ts'
import type { PathValues } from '../testing/path-values.ts'
import { askSocket } from '../testing/socket-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { stateOfDevice } from '../testing/state-of-device.ts'

/** Status and the first bytes of an answer; a stream would not end by itself. */
const ask = async (
  gateway: TestGateway,
  entry: RegisteredOperation,
  values: PathValues,
  headers: Record<string, string>,
): Promise<{ status: number; text: string }> => {
  if (isSocket(entry.operation)) return askSocket(`${gateway.api.url}${values.path(entry)}`, headers)
  const { operation } = entry
  const body = values.body(entry)
  const stop = new AbortController()
  const response = await fetch(`${gateway.api.url}${values.path(entry)}`, {
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

const named = (kind: CallerKind) => operations.filter((entry) => callersOf(entry).includes(kind))

/** What an answer may never show to somebody else, unless they said it themselves. */
const assertHides = ({ marks, values }: Belongings, entry: RegisteredOperation, text: string): void => {
  const said = `${decodeURIComponent(values.path(entry))} ${JSON.stringify(values.body(entry) ?? '')}`
  for (const mark of marks) {
    assert.ok(said.includes(mark) || !text.includes(mark), `${entry.id} shows ${mark} to somebody else: ${text}`)
  }
}

/** Whether it looks up something of the caller's own. A read receipt takes the id of a message that is not stored: WhatsApp knows what it is about. */
const looksUp = ({ id, operation: { path, errors = [] } }: RegisteredOperation): boolean =>
  id !== 'messageActions.markRead' &&
  /\{(message_id|webhook_id|event_id)\}/.test(path) &&
  errors.some((code) => code.endsWith('_not_found'))

describe('every registered route', () => {
  let gateway: TestGateway
  let victim: Belongings
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WEBHOOKS_ENABLED: 'false' } })
    victim = await settle(gateway)
  })
  after(() => gateway.stop())

  /** All that is stored of the victim, and what of it the world shows. */
  const state = async () => {
    const { device, values } = victim
    const group = await device.phone.groups.of(values.known('GroupAddress')).info()
    const channel = await device.phone.channels.of(values.known('ChannelAddress')).info()
    const shown = { subject: group.subject, participants: group.participants, muted: channel.muted }
    return { ...(await stateOfDevice(gateway.services.database, device.id)), shown }
  }

  it('refuses callers without credentials, with garbage and with those of another kind', async () => {
    const stranger = await gateway.createKey()
    const device = await gateway.createDevice(stranger.key)
    const token = { authorization: `Bearer ${device.token}` }
    const wrong: Record<string, Record<string, string>[]> = {
      device: [
        {},
        { authorization: 'Bearer x.y.z' },
        { authorization: device.token },
        { 'x-api-key': stranger.key },
        gateway.admin.headers,
        { 'x-device-id': victim.device.id },
        { 'x-device-id': victim.device.id, 'x-admin-secret': 'wrong' },
      ],
      api_key: [{}, { 'x-api-key': `wam_${'0'.repeat(28)}` }, token, gateway.admin.headers],
      admin: [{}, { 'x-admin-secret': 'wrong' }, { 'x-api-key': stranger.key }, token],
      owner: [
        {},
        { authorization: 'Bearer x.y.z' },
        { 'x-api-key': `wam_${'0'.repeat(28)}` },
        gateway.admin.headers,
        { 'x-api-key-id': String(victim.key.id) },
      ],
      session: [
        {},
        { cookie: 'switchboard_session=x', 'x-requested-with': 'switchboard' },
        token,
        { 'x-api-key': stranger.key },
        gateway.admin.headers,
      ],
      // Of two credentials the first one counts, right or wrong.
      reader: [{}, { authorization: device.token, 'x-api-key': stranger.key }, { 'x-admin-secret': 'wrong' }],
    }
    const before = await state()
    for (const [kind, credentials] of Object.entries(wrong)) {
      for (const entry of operations.filter(({ operation }) => operation.auth === kind)) {
        for (const headers of credentials) {
          const { status, text } = await ask(gateway, entry, victim.values, headers)
          // Guessing is throttled at some point; both are refusals.
          const told = `${entry.id} answered ${status} ${text} to ${JSON.stringify(headers)}`
          assert.ok(status === 401 || status === 429, told)
        }
      }
    }
    assert.deepEqual(await state(), before)
  })

  /** Asks about what is the victim's with another tenant's token. */
  const intrude = async (entry: RegisteredOperation, intruder: TestDevice) => {
    const { status, text } = await ask(gateway, entry, victim.values, { authorization: `Bearer ${intruder.token}` })
    assertHides(victim, entry, text)
    if (looksUp(entry)) {
      assert.ok([404, 409].includes(status), `${entry.id} answered ${status} ${text} about another tenant's thing`)
    }
    assert.notEqual(status, 500, `${entry.id} failed: ${text}`)
  }

  it("hides everything of a tenant from another tenant's token, and lets it change nothing", async () => {
    const before = await state()
    // A device of its own for each route: some of them end the caller's own session.
    for (const entry of named('device')) await intrude(entry, await gateway.createDevice())
    assert.deepEqual(await state(), before)
  })

  it('hides it from a device that is linked to another account too', async () => {
    const before = await state()
    let intruder = await gateway.linkDevice()
    for (const entry of named('device')) {
      const { connected } = gateway.services.sessions.status(intruder.id)
      if (!connected) intruder = await gateway.linkDevice()
      await intrude(entry, intruder)
      assert.deepEqual(await state(), before, `${entry.id} changed something of another tenant`)
    }
  })

  it("hides a customer's devices from another customer's key, and lets it change nothing", async () => {
    const before = await state()
    for (const entry of named('api_key')) {
      const stranger = await gateway.createKey()
      for (const values of [victim.values, victim.valuesOfKey]) {
        const { status, text } = await ask(gateway, entry, values, { 'x-api-key': stranger.key })
        assertHides(victim, entry, text)
        if (entry.operation.path.includes('{')) assert.equal(status, 404, `${entry.id} answered ${status} ${text}`)
      }
    }
    assert.deepEqual(await state(), before)
  })

  it("refuses whoever acts for somebody else's device or key, as for one that is not there", async () => {
    const before = await state()
    const stranger = await gateway.createKey()
    const device = await gateway.createDevice(stranger.key)
    const [victimDevice, victimKey] = [victim.device.id, String(victim.key.id)]
    const asKey = { 'x-api-key': stranger.key }
    const ofDevice = [
      { ...asKey, 'x-device-id': victimDevice },
      { authorization: `Bearer ${device.token}`, 'x-device-id': victimDevice },
      { ...gateway.admin.headers, 'x-api-key-id': String(stranger.id), 'x-device-id': victimDevice },
    ]
    const ofKey = [{ ...asKey, 'x-api-key-id': victimKey }]
    const tries: Partial<Record<string, readonly [string, readonly Record<string, string>[]][]>> = {
      device: [['device_not_found', ofDevice]],
      api_key: [['api_key_not_found', ofKey]],
      owner: [
        ['device_not_found', ofDevice],
        ['api_key_not_found', ofKey],
      ],
    }
    let asked = 0
    for (const entry of operations) {
      const { auth } = entry.operation
      for (const [code, callers] of tries[auth === 'reader' ? 'owner' : auth] ?? []) {
        for (const headers of callers) {
          const { status, text } = await ask(gateway, entry, victim.values, headers)
          assert.ok(text.includes(`"${code}"`), `${entry.id} answered ${status} ${text} to ${JSON.stringify(headers)}`)
          asked++
        }
      }
    }
    assert.ok(asked > 300)
    assert.deepEqual(await state(), before)
  })

  it('hides everything of a tenant from somebody else who is signed in to the console', async () => {
    const before = await state()
    const stranger = await gateway.createKey()
    const { token } = await gateway.createDevice(stranger.key)
    for (const credential of [stranger.key, token]) {
      const isDevice = credential === token
      const { headers } = await gateway.signIn(credential)
      for (const entry of operations) {
        const { auth } = entry.operation
        if (auth === 'none' || auth === 'session') continue
        const about = await ask(gateway, entry, victim.values, { ...headers, 'x-device-id': victim.device.id })
        assertHides(victim, entry, about.text)
        const reached = isDevice ? ['device', 'owner', 'reader'] : ['api_key', 'device', 'owner', 'reader']
        const refusals = reached.includes(auth) ? [404, 429] : [401]
        const words = `${entry.id} answered ${about.status} ${about.text}`
        if (auth === 'api_key' && !entry.operation.path.includes('{')) continue
        assert.ok(refusals.includes(about.status), words)
      }
    }
    assert.deepEqual(await state(), before)
  })

  it("hides what is an API key's own from its devices, and what is a device's own from its API key", async () => {
    const before = await state()
    const dual = operations.filter(
      (entry) => callersOf(entry).length > 1 && entry.operation.path.includes('{webhook_id}'),
    )
    assert.ok(dual.length > 5)
    for (const entry of dual) {
      const token = { authorization: `Bearer ${victim.device.token}` }
      for (const [values, headers] of [
        [victim.valuesOfKey, token],
        [victim.values, { 'x-api-key': victim.key.key }],
      ] as const) {
        const { status, text } = await ask(gateway, entry, values, headers)
        assert.equal(status, 404, `${entry.id} answered ${status} ${text}`)
      }
    }
    assert.deepEqual(await state(), before)
  })

  it('ends with the device that it belongs to', async () => {
    const device = await gateway.createDevice()
    await gateway.admin.delete(`/admin/devices/${device.id}`)
    for (const entry of named('device')) {
      const { status } = await ask(gateway, entry, victim.values, { authorization: `Bearer ${device.token}` })
      assert.equal(status, 401, entry.id)
    }
  })
})
