import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OwnershipLostError } from '@switchboard/engine'
import type { Database, Statement } from '../storage/database.ts'
import { claim, fence, type Ownership } from '../storage/fence.ts'
import { MessageStore } from '../storage/message-store.ts'
import { pruneMessages } from '../storage/old-messages.ts'
import { insertSampleDevice, sampleApiKey, sampleDevice, sampleMessage } from '../storage/testing/sample-rows.ts'
import { withPostgres } from '../storage/testing/with-databases.ts'
import { fencedDatabase } from './fenced-database.ts'

describe('the database as a node has it', () => {
  withPostgres('on PostgreSQL', (open) => {
    const world = async () => {
      const database = await open()
      const { query } = database
      const key = { query: query.insertInto('api_key').values(sampleApiKey()).returning('id').compile() }
      const [made] = await database.commit([key])
      const row = sampleDevice(Number(made!.rows[0]!['id']))
      await database.commit([{ query: query.insertInto('device').values(row).compile() }])
      const place = { isValid: true }
      const ownership: Ownership | undefined = await claim(database, row.id, 'this node')
      const seen: (readonly Statement[])[] = []
      const raw: Database = {
        ...database,
        commit(unit, options) {
          seen.push(unit)
          return database.commit(unit, options)
        },
      }
      const fenced = fencedDatabase(
        raw,
        () => place,
        () => ({ ownership: (deviceId) => (deviceId === row.id ? ownership : undefined) }),
      )
      const rename = (name: string): Statement => ({
        query: query.updateTable('device').set({ name }).where('id', '=', row.id).returning('name').compile(),
      })
      const name = async () =>
        (await query.selectFrom('device').select('name').where('id', '=', row.id).executeTakeFirstOrThrow()).name
      return { database, fenced, place, seen, deviceId: row.id, rename, name, own: ownership! }
    }

    it('begins each unit of a device with the fence, and answers as if it were not there', async () => {
      const { fenced, seen, deviceId, rename, own } = await world()
      const [result, ...more] = await fenced.commit([rename('new')], { lane: deviceId })
      assert.deepEqual([result?.rows, more], [[{ name: 'new' }], []])
      assert.equal(seen[0]?.length, 2)
      await fenced.commit([fence(fenced, deviceId, own), rename('again')], { lane: deviceId })
      assert.equal(seen[1]?.length, 2, 'one that has the fence gets no second one')
      await fenced.commit([rename('other')])
      assert.equal(seen[2]?.length, 1)
    })

    it('takes nothing in the lane of a device that it does not have, but what any node may do', async () => {
      const { fenced, seen, rename } = await world()
      const lane = '00000000-0000-4000-8000-000000000000'
      await assert.rejects(fenced.commit([rename('late')], { lane }), OwnershipLostError)
      assert.equal(seen.length, 0)
      await fenced.commit([rename('by anybody')], { lane, anywhere: true })
      await fenced.commit([rename('of a key')], { lane: 'key:7' })
      assert.deepEqual(
        seen.map((unit) => unit.length),
        [1, 1],
      )
    })

    it('lets one node delete old messages for all', async () => {
      const { database, fenced } = await world()
      const deviceId = crypto.randomUUID()
      await insertSampleDevice(database, { id: deviceId })
      await claim(database, deviceId, 'another node')
      const messages = new MessageStore(database)
      const never = () => new Error('it is there already')
      await database.commit([messages.insert(sampleMessage(deviceId), 1, never)])
      await pruneMessages(fenced, { common: 2_000, own: new Map() }, 3_000)
      assert.deepEqual(await messages.findAll(deviceId, 'A'), [])
    })

    it('writes nothing of a device that another node has claimed', async () => {
      const { database, fenced, deviceId, rename, name } = await world()
      await claim(database, deviceId, 'another node')
      await assert.rejects(fenced.commit([rename('late')], { lane: deviceId }), OwnershipLostError)
      assert.equal(await name(), 'Test')
    })

    it('writes nothing at all while it has no place', async () => {
      const { fenced, place, seen, deviceId, rename } = await world()
      place.isValid = false
      await assert.rejects(fenced.commit([rename('late')], { lane: deviceId }), { kind: 'unavailable' })
      await assert.rejects(fenced.commit([rename('late')]), { kind: 'unavailable' })
      assert.equal(seen.length, 0)
    })
  })
})
