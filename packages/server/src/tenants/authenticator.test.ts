import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { openDatabase } from '../storage/open-database.ts'
import { createKeyring } from '../storage/sealing/keyring.ts'
import { letIn } from '../testing/let-in.ts'
import { testSecrets } from '../testing/test-secrets.ts'
import { createTenants } from './create-tenants.ts'

describe('the authenticator', () => {
  it('knows who may call without the database: new, replaced and deleted alike', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'switchboard-auth-'))
    const database = await openDatabase({ type: 'sqlite', file: path.join(folder, 'switchboard.db') })
    const keyring = createKeyring(database, [new Uint8Array(32).fill(7)])
    const tenants = await createTenants({ database, keyring, secrets: testSecrets })
    const { apiKeys, devices } = tenants
    const key = await apiKeys.create({ customerName: 'Shop', maxDevices: 5, requestsPerHour: 0 })
    const [kept, renewed, deleted] = await Promise.all(['a', 'b', 'c'].map((name) => devices.create(key.id, name)))
    const fresh = await devices.createToken(renewed!.id, renewed!.secret)
    await devices.delete(deleted!.id, async () => {})
    // From here on any read would throw.
    await database.close()
    await rm(folder, { recursive: true })
    await assert.rejects(devices.get(kept!.id))

    assert.equal(letIn(tenants).device(`Bearer ${kept!.token}`).deviceId, kept!.id)
    assert.equal(letIn(tenants).device(`Bearer ${fresh}`).deviceId, renewed!.id)
    for (const token of [renewed!.token, deleted!.token]) {
      assert.throws(() => letIn(tenants).device(`Bearer ${token}`), { code: 'unauthorized' })
    }
  })

  it('refuses a device from the moment its deletion begins', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'switchboard-auth-'))
    const database = await openDatabase({ type: 'sqlite', file: path.join(folder, 'switchboard.db') })
    const keyring = createKeyring(database, [new Uint8Array(32).fill(7)])
    const tenants = await createTenants({ database, keyring, secrets: testSecrets })
    const { apiKeys, devices } = tenants
    const key = await apiKeys.create({ customerName: 'Shop', maxDevices: 5, requestsPerHour: 0 })
    const { id, token } = await devices.create(key.id, 'a')
    await devices.delete(id, async () => {
      assert.throws(() => letIn(tenants).device(`Bearer ${token}`), { code: 'unauthorized' })
    })
    await database.close()
    await rm(folder, { recursive: true })
  })
})
