import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { AppError } from '../errors/app-error.ts'
import type { Database } from '../storage/database.ts'
import { createKeyring } from '../storage/sealing/keyring.ts'
import { type OpenTestDatabase, withPostgres } from '../storage/testing/with-databases.ts'
import { letIn } from '../testing/let-in.ts'
import { TestClock } from '../testing/test-clock.ts'
import { testSecrets } from '../testing/test-secrets.ts'
import { until } from '../testing/until.ts'
import { createTenants } from './create-tenants.ts'
import type { DevicePrincipal } from './principals.ts'

const refusalOf = (run: () => unknown): string => {
  try {
    run()
    return 'let in'
  } catch (error) {
    return error instanceof AppError ? error.code : String(error)
  }
}

describe('who may call, as two nodes know it', () => {
  withPostgres('on PostgreSQL', (open: OpenTestDatabase, freshTarget) => {
    const twoNodes = async () => {
      const target = await freshTarget()
      const webhooks: string[] = []
      const node = async (clock = new TestClock()) => {
        const database: Database = await open(target)
        const keyring = createKeyring(database, [new Uint8Array(32).fill(7)])
        const webhooksChanged = (scope: string) => void webhooks.push(scope)
        const tenants = await createTenants({ database, keyring, secrets: testSecrets, clock, webhooksChanged })
        return { tenants, database, clock, changes: tenants.shared!.changes, windows: tenants.shared!.windows }
      }
      const [a, b] = [await node(), await node()]
      const stop = async () => {
        await Promise.all([a.tenants.shared!.stop(), b.tenants.shared!.stop()])
      }
      return { a, b, target, webhooks, stop }
    }

    it('is the same on both when one of them changes it', async () => {
      const { a, b, stop } = await twoNodes()
      const key = await a.tenants.apiKeys.create({ customerName: 'Shop', maxDevices: 5, requestsPerHour: 0 })
      const device = await a.tenants.devices.create(key.id, 'one')
      const onB = () => refusalOf(() => letIn(b.tenants).device(`Bearer ${device.token}`))
      await b.changes.refresh()
      assert.equal(onB(), 'let in')
      assert.equal(await b.changes.refresh(), false)
      // Nobody asks for it: it comes by itself.
      const renewed = await b.tenants.devices.createToken(device.id, device.secret)
      await until('the old token is refused', () => {
        return refusalOf(() => letIn(a.tenants).device(`Bearer ${device.token}`)) === 'unauthorized'
      })
      assert.equal(
        refusalOf(() => letIn(a.tenants).device(`Bearer ${renewed}`)),
        'let in',
      )
      const { secret, key: access } = await a.tenants.accessKeys.create(key.id, null, {
        ...{ label: 'bot', scopes: ['read'], networks: [], expiresAt: null },
      })
      const { cookie, session } = await a.tenants.consoleSessions.open(key.text, {})
      await a.tenants.sendPolicies.set(
        { apiKeyId: key.id },
        { mode: 'approve', recipients: undefined, clientMayApprove: false, expirySeconds: 60 },
        'admin',
      )
      await b.changes.refresh()
      assert.equal(b.tenants.authenticator.accessKey(secret).kind, 'access_key')
      assert.equal(b.tenants.consoleSessions.find(cookie)?.grant.kind, 'api_key')
      assert.equal(b.tenants.sendPolicies.get({ apiKeyId: key.id })?.mode, 'approve')
      await a.tenants.accessKeys.delete(key.id, access.id)
      await a.tenants.apiKeys.rotate(key.id)
      await a.tenants.consoleSessions.close(session)
      await a.tenants.sendPolicies.set({ apiKeyId: key.id }, undefined, 'admin')
      await a.tenants.devices.delete(device.id, async () => {})
      await b.changes.refresh()
      assert.equal(
        refusalOf(() => b.tenants.authenticator.accessKey(secret)),
        'unauthorized',
      )
      assert.equal(
        refusalOf(() => b.tenants.authenticator.apiKey(key.text)),
        'unauthorized',
      )
      assert.equal(b.tenants.consoleSessions.find(cookie), undefined)
      assert.equal(b.tenants.sendPolicies.get({ apiKeyId: key.id }), undefined)
      assert.equal(
        refusalOf(() => letIn(b.tenants).device(`Bearer ${renewed}`)),
        'unauthorized',
      )
      await stop()
    })

    it('misses no change whose transaction ends behind those of others', async () => {
      const { a, b, target, stop } = await twoNodes()
      const [slow, quick] = await Promise.all(
        ['slow', 'quick'].map((customerName) =>
          a.tenants.apiKeys.create({ customerName, maxDevices: 5, requestsPerHour: 0 }),
        ),
      )
      await b.changes.refresh()
      const client = new pg.Client({ connectionString: (target as { uri: string }).uri })
      await client.connect()
      await client.query('begin')
      await client.query('update api_key set is_active = 0 where id = $1', [slow!.id])
      await a.tenants.apiKeys.update(quick!.id, { isActive: false })
      const admit = (text: string) => () => {
        const grant = b.tenants.authenticator.apiKey(text)
        return b.tenants.authenticator.admit(grant, { auth: 'api_key' })
      }
      await b.changes.refresh()
      assert.equal(refusalOf(admit(quick!.text)), 'unauthorized')
      assert.equal(refusalOf(admit(slow!.text)), 'let in')
      await client.query('commit')
      await b.changes.refresh()
      assert.equal(refusalOf(admit(slow!.text)), 'unauthorized')
      await client.end()
      await stop()
    })

    it('reads everything again after a while without the database, and lets nobody in before', async () => {
      const { a, b, stop } = await twoNodes()
      await b.tenants.shared!.stop()
      const key = await a.tenants.apiKeys.create({ customerName: 'Shop', maxDevices: 5, requestsPerHour: 0 })
      b.clock.pass(9_000)
      assert.equal(
        refusalOf(() => b.changes.check()),
        'let in',
      )
      b.clock.pass(1_500)
      assert.equal(
        refusalOf(() => b.changes.check()),
        'not_ready',
      )
      b.clock.pass(60_000)
      // So much later nothing says any more that it was made.
      await a.database.commit([{ query: a.database.query.deleteFrom('change').compile() }])
      await b.changes.refresh()
      assert.equal(
        refusalOf(() => b.changes.check()),
        'let in',
      )
      assert.equal(b.tenants.authenticator.apiKey(key.text).kind, 'api_key')
      await stop()
    })

    it('counts requests together, as far as the nodes have told each other', async () => {
      const { a, b, stop } = await twoNodes()
      const key = await a.tenants.apiKeys.create({ customerName: 'Shop', maxDevices: 5, requestsPerHour: 10 })
      await b.changes.refresh()
      const admit = (node: typeof a) =>
        refusalOf(() => {
          const grant = node.tenants.authenticator.apiKey(key.text)
          node.tenants.authenticator.admit(grant, { auth: 'api_key' })
        })
      const times = (node: typeof a, count: number) => Array.from({ length: count }, () => admit(node))
      assert.ok([...times(a, 6), ...times(b, 3)].every((answer) => answer === 'let in'))
      for (const { windows } of [a, b]) await windows.add()
      // It has told nothing since, so that it has not asked either: what it lets in is told, and then it knows.
      assert.equal(admit(a), 'let in')
      await a.windows.add()
      assert.equal(admit(a), 'rate_limited')
      assert.equal(admit(b), 'let in')
      await b.windows.add()
      assert.equal(admit(b), 'rate_limited')
      for (const { clock } of [a, b]) clock.pass(3_600_000)
      await a.database.commit([{ query: a.database.query.updateTable('request_window').set({ ends_at: 0 }).compile() }])
      assert.deepEqual(times(a, 2), ['let in', 'let in'])
      for (const { windows } of [a, b]) await windows.add()
      await stop()
    })

    it('takes a ticket of one node on the other, once', async () => {
      const { a, b, stop } = await twoNodes()
      const key = await a.tenants.apiKeys.create({ customerName: 'Shop', maxDevices: 5, requestsPerHour: 0 })
      const { id, token } = await a.tenants.devices.create(key.id, 'one')
      const principal = letIn(a.tenants).device(`Bearer ${token}`) as DevicePrincipal
      const ticket = await a.tenants.tickets.create(principal, { types: ['message.received'] })
      const taken = await Promise.all([b, a].map(({ tenants }) => tenants.tickets.redeem(ticket)))
      const [used, ...others] = taken.filter((each) => each !== undefined)
      assert.equal(others.length, 0)
      assert.deepEqual([used!.types, used!.grant, used!.target], [['message.received'], principal.by, { deviceId: id }])
      assert.equal(await b.tenants.tickets.redeem(ticket), undefined)
      await stop()
    })

    it('hears of webhooks that the other has changed', async () => {
      const { a, b, webhooks, stop } = await twoNodes()
      const key = await a.tenants.apiKeys.create({ customerName: 'Shop', maxDevices: 5, requestsPerHour: 0 })
      const row = {
        scope: `key:${key.id}`,
        api_key_id: key.id,
        url: 'http://127.0.0.1:9/',
        secret_sealed: new Uint8Array(1),
      }
      const insert = a.database.query
        .insertInto('webhook')
        .values({ ...row, device_id: null, active: 1, created_at: 1, updated_at: 1 } as never)
      await a.database.commit([{ query: insert.compile() }])
      await b.changes.refresh()
      assert.ok(webhooks.includes(`key:${key.id}`))
      await stop()
    })
  })
})
