import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { startTestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

describe('system.getReadyz', () => {
  it('proves that changes can be stored: slow is ready, and what cannot be written is not', async () => {
    const gateway = await startTestGateway()
    // Whoever holds this lock keeps every change waiting; after five seconds it is given up.
    const other = new DatabaseSync(path.join(gateway.dataDir, 'switchboard.db'), { timeout: 60_000 })
    try {
      assert.deepEqual(await gateway.api.get('/readyz'), { phase: 'ready', database: 'ok' })
      other.exec('begin immediate')
      await until('a change waits', async () => {
        const { status, body } = await gateway.api.call('GET', '/readyz')
        assert.equal(status, 200)
        return body.data['database'] === 'slow'
      })
      await until('nothing can be stored', async () => (await gateway.api.call('GET', '/readyz')).status === 503)
      const refused = await gateway.api.refuses('not_ready', 'GET', '/readyz')
      assert.equal(refused.headers.get('retry-after'), '2')
      assert.equal((await gateway.api.call('GET', '/healthz')).status, 200, 'nobody restarts a server for its disk')
      assert.deepEqual(
        (await gateway.admin.get<{ status: string; database: string }>('/admin/health')).database,
        'error',
      )
      other.exec('rollback')
      await until('it is ready again', async () => (await gateway.api.call('GET', '/readyz')).status === 200)
    } finally {
      other.close()
      await gateway.stop()
    }
  })
})
