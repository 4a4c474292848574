import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { searchDevices } from '../device-list-store.ts'
import { bytesIn, keyWithDevices, makeFormerDatabase } from '../testing/former-database.ts'
import { withDatabases } from '../testing/with-databases.ts'
import { deviceList } from './0024-device-list.ts'

describe('a database that does not know since when a device is in its state', () => {
  withDatabases((open, freshTarget) => {
    it('takes the last change of the device for it', async () => {
      const target = await freshTarget()
      const changed = `update device set updated_at = 77 where id = 'b'`
      await makeFormerDatabase(target, deviceList, [...keyWithDevices(bytesIn(target, '0102'), ['a', 'b']), changed])
      const found = await searchDevices(await open(target), { sort: 'name', descending: false })
      assert.deepEqual(
        found.map(({ id, stateSince }) => [id, stateSince]),
        [
          ['a', 1],
          ['b', 77],
        ],
      )
    })
  })
})
