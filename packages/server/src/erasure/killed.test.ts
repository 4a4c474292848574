import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { sql } from 'kysely'
import { openDatabase } from '../storage/open-database.ts'
import { ApiClient } from '../testing/api-client.ts'
import { GatewayProcesses } from '../testing/gateway-process.ts'
import { until } from '../testing/until.ts'

const adminSecret = 'an-admin-secret-of-a-test-0123456789'
const [contact, friend] = ['4915111111111', '4915222222222']
const each = 6_000

/** Messages with events, by turns of two people. */
const fill = (deviceId: string) => {
  const from = sql`case when i % 2 = 0 then ${contact} else ${friend} end`
  const rows = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${each * 2})`
  return [
    sql`insert into message (device_id, chat, id, sender, from_me, type, text, state, source, listed, sent_at, created_at, updated_at)
      ${rows} select ${deviceId}, ${from} || '@s.whatsapp.net', 'M' || i, ${from} || '@s.whatsapp.net', 0, 'text',
        'words of ' || ${from}, 'received', 'live', 1, i, i, i from n`,
    sql`insert into event (id, device_id, seq, type, payload, backfill, created_at)
      ${rows} select 'evt_' || i, ${deviceId}, i, 'message.received',
        '{"message_id":"M' || i || '","from":"' || ${from} || '@s.whatsapp.net","chat":"' || ${from} || '@s.whatsapp.net"}', 0, 1 from n`,
    sql`update device set event_seq = ${each * 2} where id = ${deviceId}`,
  ]
}

describe('an erasure', { timeout: 120_000 }, () => {
  const processes = new GatewayProcesses()
  after(() => processes.end())

  it('is carried to its end by the next process when one is killed in the middle, and counts everything once', async () => {
    const dataDir = processes.folder()
    const environment = { ADMIN_SECRET_KEY: adminSecret, SWITCHBOARD_DATA_DIR: dataDir }
    const start = async () => {
      const gateway = processes.run(environment)
      const api = new ApiClient(await gateway.listening())
      const kill = async () => {
        gateway.child.kill('SIGKILL')
        await once(gateway.child, 'close')
      }
      return { api, kill }
    }
    const first = await start()
    const admin = first.api.with({ 'x-admin-secret': adminSecret })
    const key = await admin.post<{ api_key: string }>('/admin/api-keys', { customer_name: 'Test', max_devices: 1 })
    const owner = first.api.with({ 'x-api-key': key.api_key })
    const device = await owner.post<{ device_id: string; token: string }>('/devices', { device_name: 'Test' })
    await first.kill()
    const file = path.join(dataDir, 'switchboard.db')
    const database = await openDatabase({ type: 'sqlite', file })
    await database.commit(fill(device.device_id).map((statement) => ({ query: statement.compile(database.query) })))
    await database.close()

    const headers = { authorization: `Bearer ${device.token}` }
    const second = await start()
    const asked = await second.api
      .with(headers)
      .call<{ erasure_id: string }>('POST', '/erasures', { kind: 'contact', address: contact })
    assert.equal(asked.status, 202, asked.text)
    const { erasure_id: id } = asked.body.data
    type Erasure = { state: string; removed: Record<string, number> }
    const seen = await until('something is removed', async () => {
      const erasure = await second.api.with(headers).get<Erasure>(`/erasures/${id}`)
      return (erasure.removed['event'] ?? 0) > 0 && erasure
    })
    await second.kill()

    const third = await start()
    const api = third.api.with(headers)
    const erasure = await until('it is done', async () => {
      const now = await api.get<Erasure>(`/erasures/${id}`)
      return now.state === 'done' && now
    })
    assert.ok(seen.state !== 'done', 'it was killed in the middle')
    assert.deepEqual([erasure.removed['event'], erasure.removed['message']], [each, each])
    await third.kill()
    const left = await openDatabase({ type: 'sqlite', file })
    const count = async (table: 'event' | 'message') =>
      Number((await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(left.query)).rows[0]!.n)
    assert.deepEqual([await count('event'), await count('message')], [each, each])
    await left.close()
    for (const end of ['', '-wal', '-units']) {
      const bytes = readFileSync(`${file}${end}`, { flag: 'a+' })
      assert.ok(!bytes.includes(contact), `switchboard.db${end} has the number`)
    }
  })
})
