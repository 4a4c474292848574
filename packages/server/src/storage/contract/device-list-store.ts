import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Insertable } from 'kysely'
import type { Database } from '../database.ts'
import { countFoundDevices, type DevicePlace, type DeviceSearch, searchDevices } from '../device-list-store.ts'
import { EventStore } from '../event-store.ts'
import { IntentStore } from '../intent-store.ts'
import type { DeviceTable } from '../schema.ts'
import { insertSampleDevice, sampleDevice, unlimited } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const newestFirst = { sort: 'created_at', descending: true } as const

const add = async (database: Database, apiKeyId: number, changes: readonly Partial<Insertable<DeviceTable>>[]) => {
  const rows = changes.map((change) => sampleDevice(apiKeyId, change))
  await database.commit(rows.map((row) => ({ query: database.query.insertInto('device').values(row).compile() })))
  return rows.map(({ id }) => id)
}

const names = async (database: Database, search: Partial<DeviceSearch>): Promise<string[]> =>
  (await searchDevices(database, { ...newestFirst, ...search })).map(({ name }) => name)

/** All pages of a list, one after the other. */
const pages = async (database: Database, search: DeviceSearch): Promise<string[]> => {
  const ids: string[] = []
  let after: DevicePlace | undefined
  for (;;) {
    const page = await searchDevices(database, { ...search, limit: 2, after })
    ids.push(...page.map(({ id }) => id))
    const last = page.at(-1)
    if (page.length < 2 || !last) return ids
    after = { key: last.sortKey, id: last.id }
  }
}

/** Tables of devices. */
export function deviceListStoreContract(open: OpenTestDatabase): void {
  it('finds by name, number, LID, id and customer, and takes every character for itself', async () => {
    const database = await open()
    const { apiKeyId } = await insertSampleDevice(database, { name: 'Desk 100%', created_at: 1 })
    const { apiKeyId: other } = await insertSampleDevice(database, { name: 'Elsewhere', created_at: 2 })
    await database.commit([
      { query: database.query.updateTable('api_key').set({ customer_name: 'Acme' }).where('id', '=', other).compile() },
    ])
    const [id] = await add(database, apiKeyId, [
      { name: 'Shop', jid: '4917012345678:3@s.whatsapp.net', lid: '99887766@lid', push_name: 'Ana', created_at: 3 },
    ])
    const found: [string, string[]][] = [
      ['desk', ['Desk 100%']],
      ['0%', ['Desk 100%']],
      ['%', ['Desk 100%']],
      ['_', []],
      ['+49 (170) 123-45', ['Shop']],
      ['9988', ['Shop']],
      ['aNA', ['Shop']],
      ['ACME', ['Elsewhere']],
      [id!.slice(4, 20), ['Shop']],
    ]
    for (const [search, expected] of found) {
      assert.deepEqual(await names(database, { search }), expected, search)
      assert.equal(await countFoundDevices(database, { search }), expected.length, search)
    }
    assert.deepEqual(await names(database, { search: 'shop', apiKeyId: other }), [])
    assert.deepEqual(await names(database, { apiKeyId }), ['Shop', 'Desk 100%'])
  })

  it('takes what is stored in some states, and ids by the thousand', async () => {
    const database = await open()
    const { apiKeyId } = await insertSampleDevice(database, { name: 'pending', created_at: 1 })
    const [banned] = await add(database, apiKeyId, [
      { name: 'banned', status: 'disconnected', created_at: 2 },
      { name: 'active', status: 'active', created_at: 3 },
      { name: 'gone', status: 'logged_out', created_at: 4 },
    ])
    const ids = [...Array.from({ length: 40_000 }, (_, n) => `device ${n}`), banned!]
    const found = (among: DeviceSearch['among']) => names(database, { among })
    assert.deepEqual(await found({ statuses: ['pending', 'logged_out'], ids: [] }), ['gone', 'pending'])
    assert.deepEqual(await found({ statuses: ['logged_out'], ids }), ['gone', 'banned'])
    assert.deepEqual(await found({ statuses: [], ids: [] }), [])
    assert.equal(await countFoundDevices(database, { among: { statuses: ['active'], ids } }), 2)
  })

  it('pages in each order without missing or repeating one, also where many are alike', async () => {
    const database = await open()
    const { apiKeyId } = await insertSampleDevice(database, { name: 'b', created_at: 5 })
    await add(database, apiKeyId, [
      { name: 'B', created_at: 5, last_active_at: 7 },
      { name: 'a', created_at: 5, last_active_at: 7 },
      { name: 'a', created_at: 9 },
      { name: '', created_at: 1, last_active_at: 3 },
    ])
    for (const sort of ['created_at', 'name', 'last_seen'] as const) {
      for (const descending of [true, false]) {
        const whole = (await searchDevices(database, { sort, descending })).map(({ id }) => id)
        assert.deepEqual(await pages(database, { sort, descending }), whole, `${sort} ${descending}`)
        assert.equal(new Set(whole).size, 5)
      }
    }
    const byName = await names(database, { sort: 'name', descending: false })
    assert.deepEqual(
      byName.map((name) => name.toLowerCase()),
      ['', 'a', 'a', 'b', 'b'],
    )
    const byLastSeen = await searchDevices(database, { sort: 'last_seen', descending: true })
    assert.deepEqual(
      byLastSeen.map(({ lastSeenAt }) => lastSeenAt),
      [7, 7, 3, null, null],
    )
  })

  it('tells what waits, when the device was seen last and since when it is in its state', async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database, { created_at: 10, last_active_at: 50 })
    const seen = async () => (await searchDevices(database, newestFirst))[0]!
    assert.deepEqual(
      [(await seen()).lastSeenAt, (await seen()).stateSince, (await seen()).queued, (await seen()).hasProxy],
      [50, 10, 0, false],
    )
    const event = { id: 'evt_1', type: 'a', payload: '{}', backfill: false }
    const intents = new IntentStore(database)
    const intent = {
      ...{ device_id: deviceId, message_id: 'm', chat: 'c', body: new Uint8Array(), options: '{}', created_at: 1 },
      ...{ state: 'queued' as const, not_before: 1, prepared_at: null, media_id: null, ...unlimited },
    }
    await database.commit([...new EventStore(database).append(deviceId, [event], 90), intents.insert(intent)])
    const proxy = database.query.updateTable('device').set({ proxy_url_sealed: new Uint8Array([1]), state_since: 80 })
    await database.commit([{ query: proxy.compile() }])
    const { lastSeenAt, stateSince, queued, hasProxy } = await seen()
    assert.deepEqual([lastSeenAt, stateSince, queued, hasProxy], [90, 80, 1, true])
  })
}
