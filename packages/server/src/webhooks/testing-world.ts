import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { allDevices } from '../cluster/all-devices.ts'
import { LocalNews } from '../cluster/local-news.ts'
import { createEventLog } from '../eventlog/create-event-log.ts'
import type { EventLog } from '../eventlog/event-log.ts'
import { noObserver } from '../observe/observer.ts'
import type { Database, Statement } from '../storage/database.ts'
import { openDatabase } from '../storage/open-database.ts'
import { createKeyring, type Keyring } from '../storage/sealing/keyring.ts'
import { insertSampleDevice, sampleDevice } from '../storage/testing/sample-rows.ts'
import { TestClock } from '../testing/test-clock.ts'
import { createWebhooks } from './create-webhooks.ts'
import type { DeliveryFormats } from './delivery-format.ts'
import { openReceiver, type Receiver } from './testing.ts'
import type { Webhooks } from './webhooks.ts'
import type { WebhooksOptions } from './webhooks-options.ts'

/** Webhooks over a database of their own, with a clock that stands still until a test moves it. */
export interface World {
  database: Database
  eventLog: EventLog
  keyring: Keyring
  webhooks: Webhooks
  clock: TestClock
  errors: string[]
  /** How often deliveries were read. */
  reads: number
  /** While it is set, no result of a delivery can be stored. */
  diskFull: boolean
  /** Results that were refused for it. */
  refused: number
  device(apiKeyId?: number): Promise<string>
  receiver(): Promise<Receiver>
  restart(): Promise<void>
  close(): Promise<void>
}

export async function openWorld({
  attemptTimeoutMs = 60_000,
  retryLimit = 3,
  formats = {},
}: {
  attemptTimeoutMs?: number
  retryLimit?: number
  formats?: DeliveryFormats
} = {}): Promise<World> {
  const directory = await mkdtemp(join(tmpdir(), 'webhooks-'))
  const file = join(directory, 'db.sqlite')
  const master = randomBytes(32)
  const receivers: Receiver[] = []
  // It stands still: what is due later comes when the test says so, however slow the machine is.
  const clock = new TestClock({ stands: true })
  const config: WebhooksOptions['config'] = {
    webhooks: {
      enabled: true,
      workers: 4,
      retryLimit,
      maxPerDevice: 5,
      retentionDays: 7,
      allowPrivateNetworks: true,
    },
    outboundProxy: { http: undefined, https: undefined, except: undefined },
  }
  const errors: string[] = []
  const log = { error: (fields: object, message: string) => errors.push(`${message} ${JSON.stringify(fields)}`) }
  const faultyCommit: Database['commit'] = (unit, lane) => {
    if (!world.diskFull || !unit.some(({ query }) => /^(update|insert into) delivery/.test(query.sql))) {
      return world.database.commit(unit, lane)
    }
    world.refused++
    return Promise.reject(new Error('the disk is full'))
  }
  const countingReads = () =>
    new Proxy(world.database.query, {
      get: (query, name: keyof Database['query']) => {
        if (name !== 'executeQuery') return typeof query[name] === 'function' ? query[name].bind(query) : query[name]
        return (compiled: Statement['query']) => {
          if (/delivery_(span|state)/.test(compiled.sql)) world.reads++
          return query.executeQuery(compiled)
        }
      },
    })
  const open = async () => {
    world.database = await openDatabase({ type: 'sqlite', file })
    world.eventLog = createEventLog({ database: world.database, clock })
    world.keyring = createKeyring(world.database, [master])
    const { eventLog, keyring } = world
    const database: Database = { ...world.database, commit: faultyCommit, query: countingReads() }
    world.webhooks = createWebhooks({
      database,
      eventLog,
      keyring,
      own: allDevices(database, 'test'),
      news: new LocalNews(),
      config,
      clock,
      log,
      observer: noObserver.webhooks,
      formats,
      tickMs: 10,
      attemptTimeoutMs,
    })
    await world.webhooks.start()
  }
  const world = {
    clock,
    errors,
    reads: 0,
    diskFull: false,
    refused: 0,
    device: async (apiKeyId?: number) => {
      const id = randomUUID()
      const own = { id, data_key_sealed: world.keyring.createDataKey(id) }
      if (apiKeyId === undefined) return (await insertSampleDevice(world.database, own)).deviceId
      const insert = world.database.query.insertInto('device').values(sampleDevice(apiKeyId, own))
      await world.database.commit([{ query: insert.compile() }])
      return id
    },
    receiver: async () => {
      const receiver = await openReceiver()
      receivers.push(receiver)
      return receiver
    },
    restart: async () => {
      await world.webhooks.stop(0)
      await world.database.close()
      await open()
    },
    close: async () => {
      await world.webhooks.stop(0)
      await Promise.all(receivers.map((receiver) => receiver.close()))
      await world.database.close()
      await rm(directory, { recursive: true })
    },
  } as World
  await open()
  return world
}

export const everything = { events: [], active: true }

/** Events of a device that carry these numbers. */
export const tell = (world: World, device: string, from: number, to: number) =>
  world.eventLog.append(
    device,
    Array.from({ length: to - from + 1 }, (_, index) => ({ type: 'message.received', payload: { n: from + index } })),
  )

/** The numbers that a receiver got, in order. */
export const numbers = (receiver: Receiver) => receiver.received.map(({ body }) => body.data.n)

/** Until it is so, looking again and again; the runner's own limit ends it otherwise. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5)
}

/** What the log of a webhook says, newest first. */
export const states = async (world: World, device: string, id: number) =>
  (await world.webhooks.logs(device, id, { limit: 100 })).map(({ seq, state, attempts, status, error }) => ({
    seq,
    state,
    attempts,
    status,
    error,
  }))
