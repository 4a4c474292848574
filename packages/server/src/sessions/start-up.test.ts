import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Engine } from '@switchboard/engine'
import type { Database } from '../storage/database.ts'
import { openDatabase } from '../storage/open-database.ts'
import { createKeyring } from '../storage/sealing/keyring.ts'
import { sampleApiKey, sampleDevice } from '../storage/testing/sample-rows.ts'
import { until } from '../testing/until.ts'
import type { Sessions } from './sessions.ts'
import { type PatientSession, patientEngine } from './testing/patient-engine.ts'
import { sessionsOf } from './testing/sessions-of.ts'

describe('start-up of many devices', () => {
  const concurrency = 3
  const opened: PatientSession[] = []
  const connecting = () => opened.filter(({ state }) => state.name === 'connecting')
  let folder: string
  let database: Database
  let sessions: Sessions
  let devices: string[]

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchboard-start-'))
    database = await openDatabase({ type: 'sqlite', file: path.join(folder, 'switchboard.db') })
    const keyring = createKeyring(database, [new Uint8Array(32).fill(7)])
    sessions = sessionsOf(
      patientEngine(opened),
      { database, keyring },
      {
        WHATSAPP_STARTUP_RECONNECT_CONCURRENCY: String(concurrency),
        WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: '20ms',
        WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE: '20ms',
      },
    )
    const key = database.query.insertInto('api_key').values(sampleApiKey()).returning('id').compile()
    const [inserted] = await database.commit([{ query: key }])
    const rows = Array.from({ length: 10 }, (_, place) => {
      const row = sampleDevice(Number(inserted?.rows[0]?.['id']), {
        status: 'active',
        jid: `49170000000${place}:1@s.whatsapp.net`,
        ...(place === 9 && { status: 'disconnected', banned_until: Date.now() + 3_600_000 }),
      })
      return { ...row, data_key_sealed: keyring.createDataKey(row.id) }
    })
    await database.commit([{ query: database.query.insertInto('device').values(rows).compile() }])
    devices = rows.map(({ id }) => id)
    await sessions.start()
  })
  after(async () => {
    await sessions.drain(1_000)
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('connects no more at once than the limit, and gives a slot on when one is open or failed', async () => {
    await until('the first connect', () => opened.length === concurrency)
    let most = 0
    while (opened.length < 9) {
      const waiting = connecting()
      most = Math.max(most, waiting.length)
      const [first, second] = waiting
      first?.become({ name: 'open' })
      second?.become({ name: 'closed', reason: 'connect_failed' })
      const before = opened.length
      await until('the next has its turn', () => opened.length > before || opened.length >= 9)
    }
    assert.ok(most <= concurrency, `${most} at once`)
  })

  it('tries failed ones again, until every device is open', async () => {
    await until('all are open', () => {
      for (const session of connecting()) session.become({ name: 'open' })
      return devices.slice(0, 9).every((id) => sessions.status(id).connected)
    })
    assert.equal(sessions.counts()['open'], 9)
  })

  it('leaves a banned device alone until its ban ends, also when everybody is asked to reconnect', async () => {
    const banned = devices[9]!
    assert.ok((sessions.status(banned).retryAt ?? 0) > Date.now() + 3_000_000)
    const outcomes = await sessions.reconnectAll(100)
    const of = outcomes.find(({ deviceId }) => deviceId === banned)
    assert.deepEqual([of?.outcome, of?.reason], ['skipped', 'banned'])
    assert.equal(outcomes.filter(({ outcome }) => outcome === 'already_connected').length, 9)
    assert.ok(opened.every(({ options }) => options.deviceId !== banned))
  })

  it('ends every connection and keeps every link when it drains', async () => {
    await sessions.drain(1_000)
    assert.ok(opened.every(({ state }) => state.name === 'closed'))
    const rows = await database.query.selectFrom('device').select('status').execute()
    assert.ok(rows.every(({ status }) => status === 'disconnected'))
    assert.throws(() => sessions.require(devices[0]!), { code: 'shutting_down' })
  })
})

describe('a start with links that were written just before a crash', () => {
  const count = 120
  let folder: string
  let database: Database
  let sessions: Sessions
  /** Of each turn of looking: how many devices were looked at together. */
  const together: number[] = []

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchboard-crash-'))
    database = await openDatabase({ type: 'sqlite', file: path.join(folder, 'switchboard.db') })
    const keyring = createKeyring(database, [new Uint8Array(32).fill(7)])
    let looking = 0
    const engine: Engine = {
      ...patientEngine([]),
      async isLinked() {
        looking++
        await sleep(20)
        if (looking > 0) together.push(looking)
        looking = 0
        return true
      },
    }
    sessions = sessionsOf(engine, { database, keyring }, { WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: '1h' })
    const key = database.query.insertInto('api_key').values(sampleApiKey()).returning('id').compile()
    const [inserted] = await database.commit([{ query: key }])
    const rows = Array.from({ length: count }, () => {
      const row = sampleDevice(Number(inserted?.rows[0]?.['id']), { status: 'pending' })
      return { ...row, data_key_sealed: keyring.createDataKey(row.id) }
    })
    const secrets = rows.map(({ id }) => ({ device_id: id, kind: 'creds', key: 'creds', value: new Uint8Array(9) }))
    await database.commit([
      { query: database.query.insertInto('device').values(rows).compile() },
      { query: database.query.insertInto('credential').values(secrets).compile() },
    ])
    await sessions.start()
  })
  after(async () => {
    await sessions.drain(1_000)
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('looks at many of them together, so that requests do not wait for one after the other', () => {
    assert.equal(
      together.reduce((sum, some) => sum + some),
      count,
    )
    assert.ok(together.length < count / 10, `${together.length} turns: ${together}`)
  })

  it('lets each wait for its turn to connect', () => {
    assert.deepEqual(sessions.counts(), { closed: count })
  })
})
