import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createTenants } from '../../tenants/create-tenants.ts'
import { openCredentialStore } from '../credential-store.ts'
import { claim } from '../fence.ts'
import { openDatabase } from '../open-database.ts'
import { createKeyring } from '../sealing/keyring.ts'
import { withDatabases } from '../testing/with-databases.ts'
import { tenantsContract } from './tenants.ts'

describe('tenants', () => withDatabases(tenantsContract))

describe('the database file', () => {
  it('shows no key, device secret, token, data key or credential in clear', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-clear-'))
    const masterKey = randomBytes(32)
    const secrets = { adminSecret: randomBytes(32).toString('hex'), jwtSecret: randomBytes(32).toString('hex') }
    try {
      const database = await openDatabase({ type: 'sqlite', file: join(folder, 'test.db') })
      const keyring = createKeyring(database, [masterKey])
      const tenants = await createTenants({ database, keyring, secrets })
      const key = await tenants.apiKeys.create({ customerName: 'Findable Ltd', maxDevices: 1, requestsPerHour: 0 })
      const device = await tenants.devices.create(key.id, '')
      const token = await tenants.devices.createToken(device.id, device.secret)
      const store = await openCredentialStore(database, keyring, device.id, (await claim(database, device.id, 'n'))!)
      const ratchet = randomBytes(64)
      await store.save([{ kind: 'session', key: 'a', value: ratchet }])
      const everything = () => Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
      const before = everything()
      await database.close()
      const bytes = Buffer.concat([before, everything()])
      assert.ok(bytes.includes('Findable Ltd'), 'what is no secret is found by this search')
      const texts = [key.text, key.text.slice(8, -4), device.secret, device.token, token, ...Object.values(secrets)]
      const raw = [device.secret, key.text.slice(4)].map((hex) => Buffer.from(hex, 'hex'))
      for (const secret of [...texts, ...raw, ratchet, ratchet.subarray(0, 16), masterKey]) {
        assert.equal(bytes.includes(secret), false)
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
