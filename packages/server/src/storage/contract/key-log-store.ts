import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import { deleteDevice } from '../device-store.ts'
import { pruneEvents } from '../event-retention.ts'
import { EventStore } from '../event-store.ts'
import { KeyLogStore, numberKeyLogs, pruneKeyLogs } from '../key-log-store.ts'
import { insertSampleDevice, sampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

async function prepared(open: OpenTestDatabase) {
  const database = await open()
  const { apiKeyId, deviceId } = await insertSampleDevice(database)
  const events = new EventStore(database)
  const store = new KeyLogStore(database)
  const addDevice = async () => {
    const device = sampleDevice(apiKeyId)
    await database.commit([{ query: database.query.insertInto('device').values(device).compile() }])
    return device.id
  }
  const raise = (device: string, count: number, { type = 'a', at = 10, payload = '{}' } = {}) => {
    const rows = Array.from({ length: count }, () => ({ id: `evt_${randomUUID()}`, type, payload, backfill: false }))
    return database.commit(events.append(device, rows, at), { lane: device })
  }
  const read = async (after = 0, options: { types?: string[]; limit?: number; bytes?: number } = {}) =>
    store.read(apiKeyId, { after, limit: 5000, ...options })
  const places = async (after = 0, options: { types?: string[] } = {}) =>
    (await read(after, options)).events.map(({ position, deviceId: device, seq }) => [position, device, seq])
  return { database, apiKeyId, deviceId, store, addDevice, raise, read, places }
}

/** What is promised about the log of all devices of an API key. */
export function keyLogStoreContract(open: OpenTestDatabase): void {
  it('gives every event one position without a gap, in the order of its device, and keeps it', async () => {
    const { store, apiKeyId, deviceId, addDevice, raise, places } = await prepared(open)
    const other = await addDevice()
    await raise(deviceId, 2)
    await store.number(apiKeyId)
    await raise(other, 1)
    await store.number(apiKeyId)
    await raise(deviceId, 1)
    await store.number(apiKeyId, [deviceId])
    const expected = [
      [1, deviceId, 1],
      [2, deviceId, 2],
      [3, other, 1],
      [4, deviceId, 3],
    ]
    assert.deepEqual(await places(), expected)
    assert.deepEqual(await store.bounds(apiKeyId), { prunedTo: 0, last: 4 })
    await store.number(apiKeyId)
    assert.deepEqual(await places(2), expected.slice(2))
    assert.deepEqual(await places(4), [])
  })

  it('never shows an event behind a cursor that was reached, however many write and number at once', async () => {
    const { store, apiKeyId, deviceId, addDevice, raise, read } = await prepared(open)
    const devices = [deviceId, await addDevice(), await addDevice(), await addDevice()]
    const writing = devices.map(async (device) => {
      for (let n = 0; n < 15; n++) await raise(device, 1 + (n % 3))
    })
    let written = false
    const all = Promise.all(writing).then(() => {
      written = true
    })
    const seen: string[] = []
    for (let after = 0, done = false; !done; ) {
      done = written
      await Promise.all([store.number(apiKeyId), store.number(apiKeyId, devices.slice(1))])
      const { events } = await read(after)
      for (const { position, id } of events) {
        assert.equal(position, ++after)
        seen.push(id)
      }
    }
    await all
    assert.deepEqual([seen.length, new Set(seen).size], [4 * 30, 4 * 30])
    const { events } = await read()
    assert.deepEqual(
      events.map(({ id }) => id),
      seen,
    )
    for (const device of devices) {
      const own = events.filter((event) => event.deviceId === device).map(({ seq }) => seq)
      assert.deepEqual(
        own,
        Array.from({ length: 30 }, (_, index) => index + 1),
      )
    }
  })

  it('reads page by page, in the middle of a long run too, of chosen types, up to a limit of events or bytes', async () => {
    const { store, apiKeyId, deviceId, raise, read, places } = await prepared(open)
    for (let n = 0; n < 20; n++) await raise(deviceId, 1, { type: n % 2 ? 'b' : 'a', payload: `"${'x'.repeat(100)}"` })
    await store.number(apiKeyId)
    const seen: number[] = []
    for (let after = 0; ; after = seen.at(-1)!) {
      const { events, isLast } = await read(after, { limit: 7 })
      seen.push(...events.map(({ position }) => position))
      if (isLast) break
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    assert.deepEqual(
      (await places(15, { types: ['b'] })).map(([position]) => position),
      [16, 18, 20],
    )
    const some = await read(0, { bytes: 250 })
    assert.deepEqual([some.events.length, some.isLast], [3, false])
  })

  it('shows nothing of another key, and nothing of a device that was deleted', async () => {
    const { database, store, apiKeyId, deviceId, addDevice, raise, places } = await prepared(open)
    const stranger = await insertSampleDevice(database)
    const gone = await addDevice()
    await raise(stranger.deviceId, 2)
    await raise(gone, 2)
    await store.number(apiKeyId)
    await raise(deviceId, 1)
    await store.number(apiKeyId)
    await database.commit(deleteDevice(database, gone, () => new Error('no device')))
    await raise(deviceId, 1)
    await store.number(apiKeyId)
    assert.deepEqual(await places(), [
      [3, deviceId, 1],
      [4, deviceId, 2],
    ])
    assert.deepEqual(await store.bounds(apiKeyId), { prunedTo: 0, last: 4 })
    await assert.rejects(store.number(999_999), { code: 'unauthorized' })
  })

  it('forgets positions of what was deleted because of its age, and says up to where', async () => {
    const { database, store, apiKeyId, deviceId, addDevice, raise, places } = await prepared(open)
    const other = await addDevice()
    await raise(deviceId, 3)
    await store.number(apiKeyId)
    await raise(other, 2)
    await numberKeyLogs(database)
    await raise(other, 1, { at: 2000 })
    await raise(deviceId, 1, { at: 2000 })
    await numberKeyLogs(database)
    await pruneKeyLogs(database)
    assert.deepEqual(await store.bounds(apiKeyId), { prunedTo: 0, last: 7 })
    await pruneEvents(database, 1000)
    await pruneKeyLogs(database)
    assert.deepEqual(await store.bounds(apiKeyId), { prunedTo: 5, last: 7 })
    const kept = await places()
    assert.deepEqual(
      kept.map(([position]) => position),
      [6, 7],
    )
    await pruneEvents(database, 3000)
    await pruneKeyLogs(database)
    assert.deepEqual([await places(), await store.bounds(apiKeyId)], [[], { prunedTo: 7, last: 7 }])
    await raise(other, 1, { at: 4000 })
    await store.number(apiKeyId)
    assert.deepEqual(await places(7), [[8, other, 4]])
  })

  it('begins with what is kept when it is asked for the first time', async () => {
    const { database, store, apiKeyId, deviceId, raise, places } = await prepared(open)
    await raise(deviceId, 3)
    await pruneEvents(database, 1000)
    await raise(deviceId, 2, { at: 2000 })
    await store.number(apiKeyId)
    assert.deepEqual(await places(), [
      [1, deviceId, 4],
      [2, deviceId, 5],
    ])
  })
}
