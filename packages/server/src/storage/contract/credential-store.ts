import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { it } from 'node:test'
import { OwnershipLostError } from '@switchboard/engine'
import { openCredentialStore } from '../credential-store.ts'
import type { Database } from '../database.ts'
import { claim, fence } from '../fence.ts'
import { createKeyring } from '../sealing/keyring.ts'
import { SealError } from '../sealing/sealed-box.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const masterKey = randomBytes(32)

async function linkedDevice(database: Database) {
  const keyring = createKeyring(database, [masterKey])
  const id = randomUUID()
  const { deviceId } = await insertSampleDevice(database, { id, data_key_sealed: keyring.createDataKey(id) })
  const ownership = await claim(database, deviceId, 'node-a')
  assert.ok(ownership)
  return { keyring, deviceId, ownership, store: await openCredentialStore(database, keyring, deviceId, ownership) }
}

/** What the store of a device's secrets promises, and the fence before each of its changes. */
export function credentialStoreContract(open: OpenTestDatabase): void {
  it('gives back what was saved, by kind and key', async () => {
    const { store } = await linkedDevice(await open())
    await store.save([
      { kind: 'session', key: 'a', value: bytes('A') },
      { kind: 'session', key: 'b', value: bytes('') },
      { kind: 'pre-key', key: 'a', value: bytes('P') },
    ])
    const found = await store.load('session', ['a', 'b', 'c'])
    assert.deepEqual([...found].sort(), [
      ['a', bytes('A')],
      ['b', bytes('')],
    ])
    assert.deepEqual([...(await store.loadAll('pre-key'))], [['a', bytes('P')]])
    assert.equal((await store.load('session', [])).size, 0)
  })

  it('replaces, deletes and takes the last of several writes of one key', async () => {
    const { store } = await linkedDevice(await open())
    await store.save([
      { kind: 's', key: 'a', value: bytes('1') },
      { kind: 's', key: 'b', value: bytes('1') },
    ])
    await store.save([
      { kind: 's', key: 'a', value: bytes('2') },
      { kind: 's', key: 'a', value: bytes('3') },
      { kind: 's', key: 'b', value: undefined },
      { kind: 's', key: 'c', value: undefined },
    ])
    assert.deepEqual([...(await store.loadAll('s'))], [['a', bytes('3')]])
  })

  it('gives back several kinds at once, also those of which there is nothing', async () => {
    const { store } = await linkedDevice(await open())
    await store.save([
      { kind: 's', key: 'b', value: bytes('2') },
      { kind: 's', key: 'a', value: bytes('1') },
      { kind: 't', key: 'a', value: bytes('3') },
      { kind: 'u', key: 'a', value: bytes('4') },
    ])
    const found = await store.loadKinds(['t', 's', 'none'])
    assert.deepEqual([...found.keys()].sort(), ['none', 's', 't'])
    assert.deepEqual(
      [...found.get('s')!],
      [
        ['a', bytes('1')],
        ['b', bytes('2')],
      ],
    )
    assert.deepEqual([...found.get('t')!], [['a', bytes('3')]])
    assert.equal(found.get('none')?.size, 0)
    assert.equal((await store.loadKinds([])).size, 0)
  })

  it('saves and loads hundreds of keys at once', async () => {
    const { store } = await linkedDevice(await open())
    const keys = Array.from({ length: 812 }, (_, place) => String(place))
    await store.save(keys.map((key) => ({ kind: 'pre-key', key, value: bytes(`value ${key}`) })))
    const found = await store.load('pre-key', keys)
    assert.equal(found.size, 812)
    assert.deepEqual(found.get('811'), bytes('value 811'))
    assert.equal((await store.loadAll('pre-key')).size, 812)
  })

  it('refuses every write of an owner that has lost the device, and changes nothing', async () => {
    const database = await open()
    const { store, deviceId, keyring } = await linkedDevice(database)
    await store.save([{ kind: 's', key: 'a', value: bytes('mine') }])
    const next = await claim(database, deviceId, 'node-b')
    await assert.rejects(store.save([{ kind: 's', key: 'a', value: bytes('late') }]), OwnershipLostError)
    await assert.rejects(store.save([]), OwnershipLostError)
    const theirs = await openCredentialStore(database, keyring, deviceId, next!)
    assert.deepEqual([...(await theirs.loadAll('s'))], [['a', bytes('mine')]])
    await theirs.save([{ kind: 's', key: 'a', value: bytes('theirs') }])
    assert.deepEqual([...(await theirs.loadAll('s'))], [['a', bytes('theirs')]])
  })

  it('gives each claim another epoch, also to the same owner, and none of a device that does not exist', async () => {
    const database = await open()
    const { deviceId, ownership } = await linkedDevice(database)
    const again = await claim(database, deviceId, 'node-a')
    assert.equal(again!.epoch, ownership.epoch + 1)
    await assert.rejects(database.commit([fence(database, deviceId, ownership)]), OwnershipLostError)
    await database.commit([fence(database, deviceId, again!)])
    assert.equal(await claim(database, randomUUID(), 'node-a'), undefined)
  })

  it('lets exactly one of many claims win at a time', async () => {
    const database = await open()
    const { deviceId } = await linkedDevice(database)
    const claims = await Promise.all(Array.from({ length: 20 }, (_, node) => claim(database, deviceId, `node-${node}`)))
    assert.equal(new Set(claims.map((ownership) => ownership!.epoch)).size, 20)
    const unfenced = await Promise.allSettled(claims.map((own) => database.commit([fence(database, deviceId, own!)])))
    assert.equal(unfenced.filter(({ status }) => status === 'fulfilled').length, 1)
  })

  it('keeps values in the database sealed, and refuses one that was moved to another key or device', async () => {
    const database = await open()
    const { store } = await linkedDevice(database)
    const other = await linkedDevice(database)
    await store.save([{ kind: 's', key: 'a', value: bytes('the ratchet of the device') }])
    const row = await database.query.selectFrom('credential').selectAll().executeTakeFirstOrThrow()
    assert.equal(Buffer.from(row.value).includes('ratchet'), false)
    const moved = { ...row, device_id: other.deviceId }
    await database.commit([{ query: database.query.insertInto('credential').values(moved).compile() }])
    await assert.rejects(other.store.load('s', ['a']), SealError)
    await database.commit([{ query: database.query.updateTable('credential').set({ key: 'b' }).compile() }])
    await assert.rejects(store.load('s', ['b']), SealError)
  })

  it('opens what was sealed under a former master key, and nothing under an unknown one', async () => {
    const database = await open()
    const { store, deviceId, ownership } = await linkedDevice(database)
    await store.save([{ kind: 's', key: 'a', value: bytes('old') }])
    const rotated = createKeyring(database, [randomBytes(32), masterKey])
    const later = await openCredentialStore(database, rotated, deviceId, ownership)
    assert.deepEqual([...(await later.loadAll('s'))], [['a', bytes('old')]])
    const wrong = createKeyring(database, [randomBytes(32)])
    await assert.rejects(openCredentialStore(database, wrong, deviceId, ownership), SealError)
  })

  it('takes writes along in a unit of others, all or nothing', async () => {
    const database = await open()
    const { store, deviceId, ownership } = await linkedDevice(database)
    const writes = store.statements([{ kind: 's', key: 'a', value: bytes('1') }])
    const failing = {
      ...fence(database, deviceId, { owner: 'nobody', epoch: 0 }),
      orElse: () => new Error('other part'),
    }
    await assert.rejects(database.commit([fence(database, deviceId, ownership), ...writes, failing]), /other part/)
    assert.equal((await store.loadAll('s')).size, 0)
    await database.commit([fence(database, deviceId, ownership), ...writes])
    assert.equal((await store.loadAll('s')).size, 1)
    await database.commit([fence(database, deviceId, ownership), store.wipe()])
    assert.equal((await store.loadAll('s')).size, 0)
  })

  it('takes nothing more from a link that has ended: the device would look linked', async () => {
    const database = await open()
    const { store, deviceId, ownership } = await linkedDevice(database)
    const wiped = database.commit([fence(database, deviceId, ownership), store.wipe()])
    const late = [{ kind: 's', key: 'a', value: bytes('late') }]
    await Promise.all([wiped, assert.rejects(store.save(late), OwnershipLostError)])
    assert.equal((await store.loadAll('s')).size, 0)
    assert.throws(() => store.statements(late), OwnershipLostError)
  })
}
