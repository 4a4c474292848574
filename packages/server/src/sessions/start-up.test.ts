import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Engine, EngineError, type OpenOptions, type Session, type SessionState } from '@switchboard/engine'
import { systemClock } from '../clock.ts'
import { readConfig } from '../config/read-config.ts'
import { createEventLog } from '../eventlog/create-event-log.ts'
import { createLogger } from '../observe/logging.ts'
import { noObserver } from '../observe/observer.ts'
import type { Database } from '../storage/database.ts'
import { openDatabase } from '../storage/open-database.ts'
import { createKeyring } from '../storage/sealing/keyring.ts'
import { sampleApiKey, sampleDevice } from '../storage/testing/sample-rows.ts'
import { until } from '../testing/until.ts'
import { createSessions } from './create-sessions.ts'
import type { Sessions } from './sessions.ts'

/** A session that stays connecting until the test says how it continues: a world cannot hold dozens of handshakes open. */
class PatientSession implements Session {
  state: SessionState = { name: 'connecting' }
  readonly account = { jid: '4917012345678:1@s.whatsapp.net' }
  lastHeardAt = 0
  readonly options: OpenOptions

  constructor(options: OpenOptions) {
    this.options = options
  }

  become(state: SessionState): void {
    this.state = state
    this.options.host.stateChanged(state)
  }

  can(): boolean {
    return false
  }

  use(): never {
    throw new EngineError('unsupported', 'this session can do nothing')
  }

  async requestPairingCode(): Promise<string> {
    throw new EngineError('not_connected', 'not pairing')
  }

  async ping(): Promise<void> {}

  setForceActiveReceipts(): void {}

  async close(): Promise<void> {
    this.become({ name: 'closed', reason: 'local' })
  }

  async logout(): Promise<void> {
    this.become({ name: 'logged_out', reason: 'local' })
  }
}

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
    const engine: Engine = {
      name: 'patient',
      async open(options) {
        const session = new PatientSession(options)
        opened.push(session)
        return session
      },
      isLinked: async () => true,
      newMessageId: () => '3EB0',
      webVersion: [2, 3000, 0],
      newestWebVersion: async () => [2, 3000, 0],
      compose: () => new Uint8Array(),
      files: () => ({}),
      describe: () => ({ type: 'unknown' }),
      mediaIn: () => undefined,
      withFile: (message) => message,
      openVote: () => undefined,
      openSealed: () => undefined,
      openMediaRetry: () => undefined,
      close: async () => {},
    }
    const keyring = createKeyring(database, [new Uint8Array(32).fill(7)])
    const config = readConfig({
      WHATSAPP_STARTUP_RECONNECT_CONCURRENCY: String(concurrency),
      WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: '20ms',
      WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE: '20ms',
    })
    sessions = createSessions({
      database,
      engine,
      keyring,
      eventLog: createEventLog({ database }),
      config,
      endpoints: { socketUrl: 'ws://127.0.0.1:9', noiseRoot: new Uint8Array(32) },
      clock: systemClock,
      random: Math.random,
      logger: createLogger({ log: { level: 'silent', format: 'json' } }),
      nodeId: 'test',
      observer: noObserver.sessions,
      webVersion: { version: [2, 3000, 0], replaces: async () => false },
    })
    sessions.listen({
      planInbound: () => ({ statements: [], events: [] }),
      opened: () => {},
      loggedOut: () => {},
      sentMessage: async () => undefined,
    })
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
