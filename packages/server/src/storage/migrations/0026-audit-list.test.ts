import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { listAudit } from '../audit-store.ts'
import { listConnectionEvents } from '../connection-events.ts'
import { bytesIn, keyWithDevices, makeFormerDatabase } from '../testing/former-database.ts'
import { withDatabases } from '../testing/with-databases.ts'
import { auditList } from './0026-audit-list.ts'

const audit = (actor: string, action: string, target: string) =>
  `insert into audit (actor, action, target, at) values ('${actor}', '${action}', '${target}', 5)`

const event = (seq: number, type: string) =>
  `insert into event (id, device_id, seq, type, payload, backfill, created_at) values ('evt_${seq}', 'd', ${seq}, '${type}', '{}', 0, ${seq})`

describe('a database with an audit that nobody could list', () => {
  withDatabases((open, freshTarget) => {
    it('knows which API key each entry concerns, and finds events of connections', async () => {
      const target = await freshTarget()
      await makeFormerDatabase(target, auditList, [
        ...keyWithDevices(bytesIn(target, '0102'), ['d']),
        audit('admin', 'api_key.updated', '1'),
        audit('device:d', 'device.token_regenerated', 'd'),
        audit('key:1', 'device.deleted', 'gone'),
        audit('admin', 'device.deleted', 'gone as well'),
        audit('admin', 'api_key.deleted', '2'),
        ...['connection.connected', 'message.received', 'connection.qr', 'connectionless'].map((type, place) =>
          event(place + 1, type),
        ),
      ])
      const database = await open(target)
      const found = await listAudit(database, { limit: 10 })
      assert.deepEqual(
        found.map(({ apiKeyId }) => apiKeyId),
        [null, null, 1, 1, 1],
      )
      const of = await listAudit(database, { apiKeyId: 1, action: 'device.', limit: 10 })
      assert.deepEqual(
        of.map(({ action }) => action),
        ['device.deleted', 'device.token_regenerated'],
      )
      const events = await listConnectionEvents(database, 'd', { before: 10, limit: 10, without: ['connection.qr'] })
      assert.deepEqual(
        events.map(({ type }) => type),
        ['connection.connected'],
      )
    })
  })
})
