import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { withDatabases } from '../storage/testing/with-databases.ts'
import { PathValues } from './path-values.ts'
import { stateOfDevice } from './state-of-device.ts'

describe('the walks over every route', () => {
  it('say what they do not know of a path, instead of leaving an operation out', () => {
    const rename = operations.find(({ operation }) => operation.path === '/groups/{group_jid}/name')!
    assert.throws(() => new PathValues({}).path(rename), /say in testing\/belongings.ts what \{group_jid\} is/)
    assert.equal(new PathValues({ GroupAddress: '1@g.us' }).path(rename), '/groups/1%40g.us/name')
  })

  withDatabases((open) => {
    it('see every table of a device, and say when they do not know whose one is', async () => {
      const database = await open()
      const tables = Object.keys(await stateOfDevice(database, 'nobody'))
      for (const table of ['device', 'event', 'message', 'webhook', 'delivery_span', 'delivery_state']) {
        assert.ok(tables.includes(table), `${table} is not among ${tables}`)
      }
      const mystery = database.query.schema.createTable('mystery').addColumn('id', 'text').compile()
      await database.commit([{ query: mystery }])
      await assert.rejects(stateOfDevice(database, 'nobody'), /whose the rows of mystery are/)
    })
  })
})
