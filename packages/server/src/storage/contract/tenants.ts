import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { it } from 'node:test'
import { AppError } from '../../errors/app-error.ts'
import type { ErrorCode } from '../../errors/catalogue.ts'
import { createTenants } from '../../tenants/create-tenants.ts'
import type { Tenants } from '../../tenants/tenants.ts'
import { letIn } from '../../testing/let-in.ts'
import { TestClock } from '../../testing/test-clock.ts'
import type { Database } from '../database.ts'
import { createKeyring } from '../sealing/keyring.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const secrets = {
  adminSecret: 'admin secret of a test with characters',
  jwtSecret: 'token secret of a test with characters',
}
const masterKey = randomBytes(32)
const clock = new TestClock({ stands: true })

const openTenants = (database: Database): Promise<Tenants> =>
  createTenants({ database, keyring: createKeyring(database, [masterKey]), secrets, clock })

const createKey = (tenants: Tenants, limits: { maxDevices?: number; requestsPerHour?: number } = {}) =>
  tenants.apiKeys.create({ customerName: 'A', maxDevices: 5, requestsPerHour: 0, ...limits })

const isError = (code: ErrorCode) => (error: unknown) => error instanceof AppError && error.code === code
const refused = (run: () => unknown, code: ErrorCode = 'unauthorized') => assert.throws(run, isError(code))
const noSession = async () => {}

/** What holds of tenants on every database. */
export function tenantsContract(open: OpenTestDatabase): void {
  it('never lets creations at the same time exceed max_devices', async () => {
    const database = await open()
    const [tenants, other] = [await openTenants(database), await openTenants(database)]
    const { id } = await createKey(tenants, { maxDevices: 5 })
    const attempts = Array.from({ length: 50 }, (_, n) => (n % 2 ? tenants : other).devices.create(id, `device ${n}`))
    const outcomes = await Promise.allSettled(attempts)
    const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
    assert.equal(failures.length, 45)
    for (const failure of failures) assert.ok(isError('quota_exceeded')(failure.reason), String(failure.reason))
    assert.equal((await tenants.devices.list({ apiKeyId: id })).length, 5)
  })

  it('keeps the limit when two processes create without knowing of each other', async () => {
    const database = await open()
    const tenants = await openTenants(database)
    const { id } = await createKey(tenants, { maxDevices: 3 })
    // Without a common lane the two would meet on different connections.
    const lanes = (n: number): Database => ({ ...database, commit: (unit) => database.commit(unit, { lane: `${n}` }) })
    const processes = await Promise.all(Array.from({ length: 10 }, (_, n) => openTenants(lanes(n))))
    const outcomes = await Promise.allSettled(processes.map((each) => each.devices.create(id, '')))
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3)
  })

  it('knows a device by its token, also after a restart', async () => {
    const database = await open()
    const tenants = await openTenants(database)
    const key = await createKey(tenants)
    const { id, token, secret } = await tenants.devices.create(key.id, 'phone')
    const by = { kind: 'device', deviceId: id, apiKeyId: key.id, tokenVersion: 1, endsAt: Number.POSITIVE_INFINITY }
    const principal = { kind: 'device', deviceId: id, apiKeyId: key.id, by }
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    assert.match(secret, /^[0-9a-f]{64}$/)
    assert.deepEqual(letIn(tenants).device(`Bearer ${token}`), principal)
    assert.deepEqual(letIn(tenants).device(`bearer  ${token}`), principal)
    assert.deepEqual(letIn(await openTenants(database)).device(`Bearer ${token}`), principal)
    for (const wrong of ['', token, `Basic ${token}`, `Bearer ${token} x`, 'Bearer']) {
      refused(() => letIn(tenants).device(wrong))
    }
  })

  it('refuses the old token on the next request after a new one was made', async () => {
    const database = await open()
    const tenants = await openTenants(database)
    const { id, token, secret } = await tenants.devices.create((await createKey(tenants)).id, '')
    const newer = await tenants.devices.createToken(id, secret)
    refused(() => letIn(tenants).device(`Bearer ${token}`))
    assert.equal(letIn(tenants).device(`Bearer ${newer}`).deviceId, id)
    refused(() => letIn(tenants).device(`Bearer ${token}`))
  })

  it('leaves only the newest of tokens that were made at the same time', async () => {
    const tenants = await openTenants(await open())
    const { id, secret } = await tenants.devices.create((await createKey(tenants)).id, '')
    const made = await Promise.all(Array.from({ length: 10 }, () => tenants.devices.createToken(id, secret)))
    const accepted = made.filter((token) => {
      try {
        return letIn(tenants).device(`Bearer ${token}`)
      } catch {
        return false
      }
    })
    assert.equal(accepted.length, 1)
  })

  it('makes no token for another secret, another device or none', async () => {
    const tenants = await openTenants(await open())
    const { id: keyId } = await createKey(tenants)
    const [mine, theirs] = [await tenants.devices.create(keyId, ''), await tenants.devices.create(keyId, '')]
    const unauthorized = isError('unauthorized')
    await assert.rejects(tenants.devices.createToken(mine.id, theirs.secret), unauthorized)
    await assert.rejects(tenants.devices.createToken('nobody', mine.secret), unauthorized)
    await assert.rejects(tenants.devices.createToken(mine.id, ''), unauthorized)
    assert.ok(letIn(tenants).device(`Bearer ${mine.token}`))
  })

  it('stops a switched-off key and its devices at once, and lets them on again', async () => {
    const tenants = await openTenants(await open())
    const key = await createKey(tenants)
    const { id, token, secret } = await tenants.devices.create(key.id, '')
    await tenants.apiKeys.update(key.id, { isActive: false })
    refused(() => letIn(tenants).device(`Bearer ${token}`))
    refused(() => letIn(tenants).apiKey(key.text))
    await assert.rejects(tenants.devices.create(key.id, ''), isError('unauthorized'))
    await assert.rejects(tenants.devices.createToken(id, secret), isError('unauthorized'))
    await tenants.apiKeys.update(key.id, { isActive: true })
    assert.ok(letIn(tenants).device(`Bearer ${token}`))
    assert.equal(letIn(tenants).apiKey(key.text).apiKeyId, key.id)
  })

  it('refuses a device from the moment its deletion begins, then ends its session, then deletes all of it', async () => {
    const database = await open()
    const tenants = await openTenants(database)
    const { id, token, secret } = await tenants.devices.create((await createKey(tenants)).id, '')
    const mapping = database.query.insertInto('lid_mapping').values({ device_id: id, lid: 'l', jid: 'j' })
    await database.commit([{ query: mapping.compile() }])
    await tenants.devices.delete(id, async (ended) => {
      assert.equal(ended, id)
      refused(() => letIn(tenants).device(`Bearer ${token}`))
      assert.ok(await tenants.devices.get(id))
    })
    refused(() => letIn(tenants).device(`Bearer ${token}`))
    await assert.rejects(tenants.devices.get(id), isError('device_not_found'))
    await assert.rejects(tenants.devices.createToken(id, secret), isError('unauthorized'))
    await assert.rejects(tenants.devices.delete(id, noSession), isError('device_not_found'))
    assert.equal((await database.query.selectFrom('lid_mapping').selectAll().execute()).length, 0)
  })

  it('keeps a device whose session could not be ended, usable and deletable', async () => {
    const tenants = await openTenants(await open())
    const { id, token } = await tenants.devices.create((await createKey(tenants)).id, '')
    const failing = tenants.devices.delete(id, () => Promise.reject(new Error('no')))
    await assert.rejects(failing, /no/)
    assert.ok(letIn(tenants).device(`Bearer ${token}`))
    await tenants.devices.delete(id, noSession)
  })

  it('ends every device of a deleted key, and nobody else’s', async () => {
    const database = await open()
    const tenants = await openTenants(database)
    const [gone, kept] = [await createKey(tenants, { maxDevices: 20 }), await createKey(tenants)]
    const devices = await Promise.all(Array.from({ length: 20 }, () => tenants.devices.create(gone.id, '')))
    const neighbour = await tenants.devices.create(kept.id, '')
    const ended: string[] = []
    const remove = (id: string) => tenants.devices.delete(id, async () => void ended.push(id))
    await tenants.apiKeys.delete(gone.id, remove)
    assert.deepEqual(ended.sort(), devices.map(({ id }) => id).sort())
    for (const { token } of devices) refused(() => letIn(tenants).device(`Bearer ${token}`))
    assert.ok(letIn(tenants).device(`Bearer ${neighbour.token}`))
    refused(() => letIn(tenants).apiKey(gone.text))
    await assert.rejects(tenants.apiKeys.get(gone.id), isError('api_key_not_found'))
    await assert.rejects(tenants.apiKeys.delete(gone.id, remove), isError('api_key_not_found'))
    assert.deepEqual(
      (await tenants.apiKeys.list()).map((key) => [key.id, key.deviceCount]),
      [[kept.id, 1]],
    )
  })

  it('counts the requests of a key and its devices together, by the hour', async () => {
    const tenants = await openTenants(await open())
    const key = await createKey(tenants, { requestsPerHour: 30 })
    const free = await createKey(tenants)
    const { token } = await tenants.devices.create(key.id, '')
    const other = await tenants.devices.create(free.id, '')
    const caller = letIn(tenants)
    const asDevice = async () => caller.device(`Bearer ${token}`)
    const asKey = async () => caller.apiKey(key.text)
    const requests = Array.from({ length: 50 }, (_, n) => (n % 2 ? asDevice() : asKey()))
    const outcomes = await Promise.allSettled(requests)
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 30)
    assert.throws(
      () => caller.apiKey(key.text),
      (error: AppError) => {
        assert.equal(error.code, 'rate_limited')
        return error.retryAfterSeconds! > 3_500 && error.retryAfterSeconds! <= 3_600
      },
    )
    assert.ok(caller.device(`Bearer ${token}`, { again: true }))
    assert.ok(caller.device(`Bearer ${other.token}`))
    clock.pass(3_600_000)
    assert.ok(caller.device(`Bearer ${token}`))
  })

  it('takes only the admin secret itself, and it always; makes an address wait that keeps guessing', async () => {
    const caller = letIn(await openTenants(await open()))
    const { adminSecret } = secrets
    assert.equal(caller.admin(adminSecret, { from: '192.0.2.1' }).kind, 'admin')
    refused(() => caller.admin(`${adminSecret} `))
    for (let guess = 0; guess < 20; guess++) {
      const from = { from: '192.0.2.1' }
      refused(() => (guess % 2 ? caller.apiKey('wam_wrong', from) : caller.admin(`guess ${guess}`, from)))
    }
    refused(() => caller.admin('another guess', { from: '192.0.2.1' }), 'rate_limited')
    refused(() => caller.apiKey('wam_wrong', { from: '192.0.2.1' }), 'rate_limited')
    refused(() => caller.admin('another guess', { from: '192.0.2.2' }))
    assert.ok(caller.admin(adminSecret, { from: '192.0.2.1' }))
    clock.pass(60_000)
    refused(() => caller.admin('another guess', { from: '192.0.2.1' }))
  })

  it('pages through devices without missing or repeating one', async () => {
    const database = await open()
    const tenants = await openTenants(database)
    const { id } = await createKey(tenants, { maxDevices: 20 })
    for (let n = 0; n < 7; n++) {
      if (n % 3 === 0) clock.pass(1)
      await tenants.devices.create(id, `${n}`)
    }
    const all = await tenants.devices.list({ apiKeyId: id })
    const paged: string[] = []
    for (;;) {
      const last = all.find((row) => row.id === paged.at(-1))
      const after = last && { after: { createdAt: last.createdAt, id: last.id } }
      const page = await tenants.devices.list({ limit: 2, ...after })
      paged.push(...page.map((row) => row.id))
      if (page.length < 2) break
    }
    assert.deepEqual(
      paged,
      all.map((row) => row.id),
    )
    assert.equal(new Set(paged).size, 7)
    assert.equal(all[0]?.name, all.toSorted((a, b) => b.createdAt - a.createdAt)[0]?.name)
  })

  it('notes every change with who made it, and no secret', async () => {
    const database = await open()
    const tenants = await openTenants(database)
    const key = await createKey(tenants)
    const device = await tenants.devices.create(key.id, '')
    await tenants.devices.createToken(device.id, device.secret)
    await tenants.apiKeys.update(key.id, { maxDevices: 1 })
    await tenants.apiKeys.delete(key.id, (id) => tenants.devices.delete(id, noSession))
    const rows = await database.query.selectFrom('audit').selectAll().orderBy('id').execute()
    assert.deepEqual(
      rows.map(({ actor, action }) => [actor, action]),
      [
        ['admin', 'api_key.created'],
        [`key:${key.id}`, 'device.created'],
        [`device:${device.id}`, 'device.token_regenerated'],
        ['admin', 'api_key.updated'],
        ['admin', 'api_key.updated'],
        ['admin', 'device.deleted'],
        ['admin', 'api_key.deleted'],
      ],
    )
    assert.equal(JSON.stringify(rows).includes(key.text.slice(8)), false)
  })

  it('refuses the devices of keys that are not known any more', async () => {
    const database = await open()
    const { apiKeyId, deviceId } = await insertSampleDevice(database)
    const tenants = await openTenants(database)
    assert.equal((await tenants.devices.get(deviceId)).apiKeyId, apiKeyId)
    await tenants.apiKeys.delete(apiKeyId, (id) => tenants.devices.delete(id, noSession))
    await assert.rejects(tenants.devices.get(deviceId), isError('device_not_found'))
  })
}
