import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { it } from 'node:test'
import type { Database } from '../database.ts'
import { EventStore } from '../event-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const row = (type = 'a', payload = '{}') => ({ id: `evt_${randomUUID()}`, type, payload, backfill: false })

async function prepared(open: OpenTestDatabase) {
  const database: Database = await open()
  const { deviceId } = await insertSampleDevice(database)
  return { database, deviceId, store: new EventStore(database) }
}

/** What the event log promises about its rows: gapless numbers a device, in the order of commits, whatever happens beside. */
export function eventStoreContract(open: OpenTestDatabase): void {
  it('numbers events without a gap, also when units race', async () => {
    const { database, deviceId, store } = await prepared(open)
    const { deviceId: other } = await insertSampleDevice(database)
    const units = Array.from({ length: 60 }, (_, index) => {
      const rows = Array.from({ length: 1 + (index % 3) }, () => row())
      return database.commit(store.append(index % 5 === 0 ? other : deviceId, rows, index))
    })
    await Promise.all(units)
    for (const device of [deviceId, other]) {
      const { events } = await store.read(device, { after: 0, limit: 1000 })
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index + 1),
      )
      assert.deepEqual(await store.bounds(device), { prunedTo: 0, last: events.length })
    }
  })

  it('leaves no gap behind a unit that was rolled back', async () => {
    const { database, deviceId, store } = await prepared(open)
    await database.commit(store.append(deviceId, [row('first')], 1))
    const nobody = database.query.updateTable('device').set({ name: '' }).where('id', '=', 'nobody').compile()
    const failing = [
      ...store.append(deviceId, [row('lost'), row('lost')], 2),
      { query: nobody, orElse: () => new Error('no') },
    ]
    await assert.rejects(database.commit(failing), { message: 'no' })
    await database.commit(store.append(deviceId, [row('second')], 3))
    const { events } = await store.read(deviceId, { after: 0, limit: 10 })
    assert.deepEqual(
      events.map(({ seq, type }) => [seq, type]),
      [
        [1, 'first'],
        [2, 'second'],
      ],
    )
  })

  it('reads from a cursor on, of chosen types, up to a limit', async () => {
    const { database, deviceId, store } = await prepared(open)
    const payload = JSON.stringify({ text: 'é "quoted" \u0000' })
    await database.commit(store.append(deviceId, [row('a', payload), row('b'), row('a'), row('c'), row('a')], 7))
    const read = async (options: { after: number; types?: readonly string[]; limit: number }) =>
      (await store.read(deviceId, options)).events.map(({ seq }) => seq)
    assert.deepEqual(await read({ after: 2, limit: 10 }), [3, 4, 5])
    assert.deepEqual(await read({ after: 0, types: ['a', 'c'], limit: 3 }), [1, 3, 4])
    assert.deepEqual(await read({ after: 5, limit: 10 }), [])
    const [first] = (await store.read(deviceId, { after: 0, limit: 1 })).events
    assert.deepEqual([first?.payload, first?.createdAt, first?.backfill], [payload, 7, false])
  })

  it('ends a page when it is full, by number or by bytes, and says whether more follows', async () => {
    const { database, deviceId, store } = await prepared(open)
    // 100 bytes each, 50 characters.
    const payload = `"${'é'.repeat(49)}"`
    await database.commit(store.append(deviceId, [row(), ...Array.from({ length: 9 }, () => row('b', payload))], 1))
    const read = async (options: { after: number; types?: readonly string[]; limit: number; bytes?: number }) => {
      const { events, isLast } = await store.read(deviceId, options)
      return [...events.map(({ seq }) => seq), isLast ? 'last' : 'more']
    }
    assert.deepEqual(await read({ after: 1, limit: 10, bytes: 250 }), [2, 3, 4, 'more'])
    assert.deepEqual(await read({ after: 4, limit: 2, bytes: 250 }), [5, 6, 'more'])
    assert.deepEqual(await read({ after: 0, types: ['b'], limit: 10, bytes: 1 }), [2, 'more'])
    assert.deepEqual(await read({ after: 8, limit: 10, bytes: 250 }), [9, 10, 'last'])
    assert.deepEqual(await read({ after: 8, limit: 2, bytes: 250 }), [9, 10, 'more'])
    assert.deepEqual(await read({ after: 10, limit: 2, bytes: 250 }), ['last'])
    assert.deepEqual(await read({ after: 0, limit: 20 }), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 'last'])
  })

  it('refuses events of a device that does not exist', async () => {
    const { database, store } = await prepared(open)
    await assert.rejects(database.commit(store.append(randomUUID(), [row()], 1)), { code: 'device_not_found' })
  })
}
