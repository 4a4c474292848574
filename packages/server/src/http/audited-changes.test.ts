import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { callersOf } from '../testing/callers-of.ts'
import { callWith } from '../testing/change.ts'
import { PathValues } from '../testing/path-values.ts'
import { startTestGateway, type TestGateway } from '../testing/start-test-gateway.ts'

/** Groups that change who may do what, and settings of the gateway. */
const groups = new Set(['accessKeys', 'admin', 'console', 'device', 'deviceRegistration', 'pairing', 'webhooks'])
const others = new Set([
  ...['calls.setSettings', 'media.setPolicy', 'messaging.setSendLimits', 'safety.pause', 'safety.resume'],
])

/** What changes nothing that is kept here. */
const withoutEntry: Readonly<Record<string, string>> = {
  'admin.drainNode': 'a gateway that is alone is no node: the tests of several nodes look for the entry',
  'admin.reconnectDevices': 'connections are opened again',
  'admin.refreshWebVersion': 'a version is asked for',
  'device.answerPasskey': 'a step of linking, which is noted when it begins',
  'device.confirmPasskey': 'a step of linking, which is noted when it begins',
  'device.reconnect': 'a connection is opened again',
  'device.setPushNotifications': 'WhatsApp keeps it',
  'device.setServerPushConfig': 'WhatsApp keeps it',
  'pairing.requestCode': 'linking is noted when it begins',
  'safety.resume': 'a pause ends: the tests of the governor look for the entry',
  'webhooks.redeliver': 'a delivery is made again: the log of deliveries has it',
  'webhooks.redeliverFailed': 'deliveries are made again: the log of deliveries has them',
  'webhooks.replay': 'deliveries are made again: the log of deliveries has them',
  'webhooks.resume': 'a pause ends',
  'webhooks.sendTest': 'a delivery is made: the log of deliveries has it',
}

const changing = operations.filter(
  ({ id, operation }) => operation.method !== 'GET' && (groups.has(id.split('.')[0]!) || others.has(id)),
)

/** Needs a device that is not linked yet. */
const links = new Set(['device.login', 'device.loginCode'])

/** Bodies that change something, where the example does not. */
const bodies: Readonly<Record<string, Record<string, unknown>>> = {
  'console.signIn': {},
  'device.setProxy': { proxy_url: 'http://user:secret-of-a-proxy@127.0.0.1:9' },
}

describe('every change of who may do what, and of settings', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WEBHOOKS_ENABLED: 'false' } })
  })
  after(() => gateway.stop())

  const entries = async (after: number) => {
    const select = gateway.services.database.query.selectFrom('audit').selectAll().where('id', '>', after)
    return select.orderBy('id').execute()
  }

  /** A tenant of its own for each operation. */
  const tenant = async (entry: RegisteredOperation) => {
    const key = await gateway.createKey()
    const made = await gateway.createDevice(key.key)
    const device = links.has(entry.id) ? made : await gateway.linkDevice(undefined, made)
    const owner = callersOf(entry).includes('device') ? device.api : key.api
    const hook = await owner.post<{ webhook_id: number }>('/webhooks', { url: 'https://owner.example/hook' })
    const accessKey = await key.api.post<{ access_key_id: string }>('/access-keys', {
      label: 'Of it',
      scopes: ['read'],
    })
    const values = new PathValues({
      ...{ device_id: device.id, DeviceId: device.id, device_secret: device.secret, credential: device.token },
      ...{ id: String(key.id), webhook_id: String(hook.webhook_id), access_key_id: accessKey.access_key_id },
      phone: '4917012345678',
    })
    const session = await gateway.signIn(device.token)
    const callers = { device: device.api, api_key: key.api, admin: gateway.admin, session, none: gateway.api }
    const actors = {
      device: `device:${device.id}`,
      api_key: `key:${key.id}`,
      admin: 'admin',
      session: `device:${device.id}`,
      none: `device:${device.id}`,
    }
    const as = callersOf(entry)[0]!
    return { api: callers[as], actor: actors[as], values, secrets: [device.token, device.secret, key.key] }
  }

  it('knows of no reason for an operation that is not there', () => {
    const ids = new Set(changing.map(({ id }) => id))
    assert.deepEqual(
      Object.keys(withoutEntry).filter((id) => !ids.has(id)),
      [],
    )
  })

  for (const entry of changing.filter(({ id }) => withoutEntry[id] === undefined)) {
    it(`is noted by ${entry.id} with who made it and from where`, async () => {
      const { api, actor, values, secrets } = await tenant(entry)
      const before = (await entries(0)).at(-1)?.id ?? 0
      const answer = await callWith(api, entry, values, { body: bodies[entry.id] ?? {} })
      assert.ok(answer.status < 300, `${entry.id} answered ${answer.status} ${answer.text}`)
      const noted = (await entries(before)).filter((row) => row.actor === actor)
      assert.ok(noted.length > 0, `${entry.id} left ${JSON.stringify(await entries(before))}`)
      assert.ok(
        noted.every(({ address }) => address === '127.0.0.1'),
        JSON.stringify(noted),
      )
      for (const secret of [...secrets, 'secret-of-a-proxy']) assert.ok(!JSON.stringify(noted).includes(secret))
    })
  }

  it('names whoever acts for a device, and not the device', async () => {
    const key = await gateway.createKey()
    const device = await gateway.createDevice(key.key)
    const { access_key_id, secret } = await key.api.post<{ access_key_id: string; secret: string }>('/access-keys', {
      ...{ label: 'Manager', scopes: ['manage'] },
    })
    const named = { 'x-device-id': device.id }
    const before = (await entries(0)).at(-1)?.id ?? 0
    for (const api of [gateway.admin, key.api, gateway.api.with({ 'x-api-key': secret })]) {
      await api.with(named).post('/devices/me/passive', { passive: true })
    }
    const noted = (await entries(before)).filter(({ action }) => action === 'device.passive_set')
    assert.deepEqual(
      noted.map(({ actor, target, api_key_id }) => [actor, target, api_key_id]),
      ['admin', `key:${key.id}`, `access_key:${access_key_id}`].map((actor) => [actor, device.id, key.id]),
    )
  })
})
