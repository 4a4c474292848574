import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Database } from '../storage/database.ts'
import { openDatabase } from '../storage/open-database.ts'
import { keyScope } from '../storage/scope.ts'
import { insertSampleDevice } from '../storage/testing/sample-rows.ts'
import { until } from '../testing/until.ts'
import { createEventLog } from './create-event-log.ts'
import { follow } from './follow.ts'

describe('createEventLog', () => {
  let database: Database
  let directory: string
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'eventlog-'))
    database = await openDatabase({ type: 'sqlite', file: join(directory, 'db.sqlite') })
  })
  after(async () => {
    await database.close()
    await rm(directory, { recursive: true })
  })

  it('wakes the subscribers of the device after the commit, and nobody else', async () => {
    const log = createEventLog({ database })
    const { deviceId: ours } = await insertSampleDevice(database)
    const { deviceId: theirs } = await insertSampleDevice(database)
    const woken: string[] = []
    const stop = log.subscribe(ours, () => woken.push('ours'))
    log.subscribe(theirs, () => woken.push('theirs'))
    log.onCommitted((device) => woken.push(device))
    await log.append(ours, [{ type: 'test.ping', payload: { message: 'hello' } }])
    assert.deepEqual(woken, ['ours', ours])
    stop()
    await log.append(ours, [{ type: 'test.ping', payload: {} }])
    assert.deepEqual(woken, ['ours', ours, ours])
  })

  it('tells whoever hears of all what was appended and whom it is to be told to, and makes all look when only the database knows', async () => {
    const log = createEventLog({ database, clock: { now: () => 1234 } })
    const { deviceId: device } = await insertSampleDevice(database)
    const told: unknown[] = []
    const stop = log.onCommitted((deviceId, appended) => told.push([deviceId === device, appended]))
    await log.append(device, [
      { type: 'a', payload: {} },
      { type: 'b', payload: {} },
    ])
    log.subscribe(device, () => told.push('woken'))
    log.committed(device)
    assert.deepEqual(told, [
      [true, { deviceId: device, firstSeq: 1, lastSeq: 2, deliveries: [] }],
      'woken',
      [true, undefined],
    ])
    stop()
  })

  it('gives back what was appended, oldest first, from a cursor on and of chosen types', async () => {
    const log = createEventLog({ database, clock: { now: () => 1234 } })
    const { deviceId: device } = await insertSampleDevice(database)
    await log.append(device, [
      { id: 'evt_one', type: 'a', payload: { n: 1 } },
      { type: 'b', payload: { n: 2 }, backfill: true },
    ])
    await log.append(device, [{ type: 'a', payload: { n: 3 } }])
    const { events: all } = await log.read(device, { after: 0, limit: 10 })
    assert.deepEqual(
      all.map(({ seq, type, payload, backfill, createdAt }) => [seq, type, payload, backfill, createdAt]),
      [
        [1, 'a', { n: 1 }, false, 1234],
        [2, 'b', { n: 2 }, true, 1234],
        [3, 'a', { n: 3 }, false, 1234],
      ],
    )
    assert.equal(all[0]?.id, 'evt_one')
    assert.match(all[1]?.id ?? '', /^evt_[0-9a-f]{32}$/)
    const { events: later } = await log.read(device, { after: 1, types: ['a'], limit: 10 })
    assert.deepEqual(
      later.map(({ seq }) => seq),
      [3],
    )
    assert.deepEqual(await log.begin(device, undefined), { after: 3, last: 3 })
    assert.deepEqual(await log.begin(device, 0), { after: 0, last: 3 })
  })

  it('refuses events of a device that is gone', async () => {
    const log = createEventLog({ database })
    await assert.rejects(log.append(randomUUID(), [{ type: 'a', payload: {} }]), { code: 'device_not_found' })
  })

  it('plans no deliveries while webhooks are switched off', async () => {
    const log = createEventLog({ database, webhooksEnabled: false })
    assert.equal(log.statements('x', [{ type: 'a', payload: {} }]).length, 2)
  })

  it('is looked at once by a reader of rare events, however long it is', async () => {
    const log = createEventLog({ database })
    const { deviceId: device, apiKeyId } = await insertSampleDevice(database)
    for (const [rare, scope] of [
      ['rare', device],
      ['rarer', keyScope(apiKeyId)],
    ] as const) {
      const asked: number[] = []
      const watched: typeof log = {
        ...log,
        read: (of, query) => {
          asked.push(query.after)
          return log.read(of, query)
        },
      }
      const { last } = await log.begin(scope, undefined)
      const leave = new AbortController()
      const reader = follow(watched, scope, { after: 0, types: [rare], signal: leave.signal })
      const first = reader.next()
      await until('it begins behind what it has looked at', async () => {
        await log.append(device, [{ type: 'usual', payload: {} }])
        return asked.at(-1)! > last
      })
      await log.append(device, [{ type: rare, payload: {} }])
      const { value } = await first
      assert.equal(value?.type, rare)
      assert.equal(value.cursor, (await log.begin(scope, undefined)).last)
      leave.abort()
      assert.equal((await reader.next()).done, true)
    }
  })
})
