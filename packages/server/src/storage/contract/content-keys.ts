import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { it } from 'node:test'
import type { Database } from '../database.ts'
import { ContentKeys, destroyContentKeys } from '../sealing/content-keys.ts'
import { createKeyring, type Keyring } from '../sealing/keyring.ts'
import { SealError, seal, unseal } from '../sealing/sealed-box.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const masterKey = randomBytes(32)
const text = new TextEncoder().encode('what somebody wrote')

async function device(database: Database, keyring: Keyring): Promise<string> {
  const id = randomUUID()
  await insertSampleDevice(database, { id, data_key_sealed: keyring.createDataKey(id) })
  return id
}

async function world(database: Database) {
  const keyring = createKeyring(database, [masterKey])
  const deviceId = await device(database, keyring)
  const keys = new ContentKeys(database, keyring)
  const { current } = await keys.toSeal(deviceId)
  return { database, keyring, deviceId, keys, sealed: seal(current, 'here', text) }
}

/** Another process, which has nothing in memory. */
const opened = async (database: Database, deviceId: string, sealed: Uint8Array) => {
  const key = (await new ContentKeys(database, createKeyring(database, [masterKey])).of(deviceId)).find(sealed)
  return typeof key === 'object' ? unseal(key, 'here', sealed) : key
}

/** What the keys of content promise. */
export function contentKeysContract(open: OpenTestDatabase): void {
  it('gives every device a key of its own, which another process finds again', async () => {
    const { database, keyring, keys, deviceId, sealed } = await world(await open())
    assert.deepEqual(await opened(database, deviceId, sealed), text)
    const other = await device(database, keyring)
    assert.equal((await keys.of(other)).current, undefined)
    const { current } = await keys.toSeal(other)
    assert.throws(() => unseal(current, 'here', sealed), SealError)
    assert.equal(await opened(database, other, sealed), undefined)
  })

  it('makes nothing readable again once the keys of a device are destroyed, and seals with another one', async () => {
    const { database, deviceId, keys, sealed } = await world(await open())
    await database.commit([destroyContentKeys(database, deviceId, 5)])
    keys.forget(deviceId)
    assert.equal((await keys.of(deviceId)).current, undefined)
    assert.equal(await opened(database, deviceId, sealed), 'destroyed')
    const anew = seal((await keys.toSeal(deviceId)).current, 'here', text)
    assert.deepEqual(await opened(database, deviceId, anew), text)
    assert.equal(await opened(database, deviceId, sealed), 'destroyed')
  })

  it('opens what two nodes sealed that each made a key', async () => {
    const { database, keyring, deviceId } = await world(await open())
    const other = await device(database, keyring)
    const nodes = [new ContentKeys(database, keyring), new ContentKeys(database, keyring)]
    const made = await Promise.all(nodes.map(async (node) => seal((await node.toSeal(other)).current, 'here', text)))
    for (const sealed of made) assert.deepEqual(await opened(database, other, sealed), text)
    assert.notEqual(deviceId, other)
  })

  it('has no key for a device that is not there', async () => {
    const { keys } = await world(await open())
    await assert.rejects(keys.toSeal(randomUUID()), /device does not exist/)
  })
}
