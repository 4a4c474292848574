import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { uuidv7 } from 'uuidv7'
import type { Clock } from '../../clock.ts'
import { allDevices } from '../../cluster/all-devices.ts'
import type { Config } from '../../config/config.ts'
import { readConfig } from '../../config/read-config.ts'
import { createEngine } from '../../engine/create-engine.ts'
import { createEventLog } from '../../eventlog/create-event-log.ts'
import type { EventRecord } from '../../eventlog/event-log.ts'
import { Governor } from '../../limits/governor.ts'
import { createMedia } from '../../media/create-media.ts'
import { createMessages } from '../../messages/create-messages.ts'
import { createLogger } from '../../observe/logging.ts'
import { noObserver } from '../../observe/observer.ts'
import { Addresses } from '../../people/addresses.ts'
import { Numbers } from '../../people/numbers.ts'
import { Usernames } from '../../people/usernames.ts'
import { openDatabase } from '../../storage/open-database.ts'
import { createKeyring } from '../../storage/sealing/keyring.ts'
import { sampleApiKey, sampleDevice } from '../../storage/testing/sample-rows.ts'
import { heardEvent } from '../../testing/stories.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { engineThreadsOfTests } from '../../testing/test-engine.ts'
import { testSecrets } from '../../testing/test-secrets.ts'
import { createSessions } from '../create-sessions.ts'
import type { WatchdogSettings } from '../session-dependencies.ts'
import { CurrentWebVersion } from '../web-version.ts'

/** Quick everywhere: no typing, no jitter, short pauses. */
const quick = {
  WHATSAPP_AUTO_PRESENCE_ENABLED: 'false',
  WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: '0s',
  WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE: '50ms',
  WHATSAPP_STARTUP_RECONNECT_BACKOFF_MAX: '200ms',
  ...engineThreadsOfTests,
}

export interface CoreOptions {
  readonly environment?: Record<string, string>
  readonly watchdog?: WatchdogSettings
}

/** Sessions, messages, event log and engine in this process, on a database that outlives a restart, beside a sandbox. Without HTTP. */
export class Core {
  readonly sandbox: Sandbox
  readonly #folder: string
  readonly #options: CoreOptions
  /** Of sessions and messages. */
  readonly clock = new TestClock()
  #parts: Awaited<ReturnType<typeof build>> | undefined

  static async start(options: CoreOptions = {}): Promise<Core> {
    const folder = await mkdtemp(path.join(tmpdir(), 'switchboard-core-'))
    const core = new Core(await Sandbox.start({ seed: 1 }), folder, options)
    await core.boot()
    return core
  }

  private constructor(sandbox: Sandbox, folder: string, options: CoreOptions) {
    this.sandbox = sandbox
    this.#folder = folder
    this.#options = options
  }

  get parts() {
    if (!this.#parts) throw new Error('the core is shut down')
    return this.#parts
  }

  get sessions() {
    return this.parts.sessions
  }

  get messages() {
    return this.parts.messages
  }

  async boot(): Promise<void> {
    this.#parts = await build(this.#folder, this.sandbox, this.#options, this.clock)
  }

  async shutDown(): Promise<void> {
    const { sessions, messages, engine, database } = this.parts
    this.#parts = undefined
    await messages.stop()
    await sessions.drain(5_000)
    await engine.close()
    await database.close()
  }

  /** A device of a tenant, not linked. */
  async device(): Promise<string> {
    const { database, keyring } = this.parts
    const key = database.query.insertInto('api_key').values(sampleApiKey()).returning('id').compile()
    const [inserted] = await database.commit([{ query: key }])
    const id = uuidv7()
    const device = sampleDevice(Number(inserted?.rows[0]?.['id']), { id, data_key_sealed: keyring.createDataKey(id) })
    await database.commit([{ query: database.query.insertInto('device').values(device).compile() }])
    return id
  }

  /** A device that a phone has linked and that is connected. */
  async linked(name = 'Ana'): Promise<{ deviceId: string; phone: Phone }> {
    const deviceId = await this.device()
    const phone = await this.sandbox.phone({ name })
    const login = await this.sessions.login(deviceId)
    if (login.kind !== 'qr') throw new Error('the device was linked before')
    await phone.scan(login.qr.text)
    await this.event(deviceId, 'connection.connected')
    return { deviceId, phone }
  }

  /** Own address of a linked device, with its companion number. */
  jid(deviceId: string): string {
    const account = this.sessions.account(deviceId)
    if (!account) throw new Error('the device is not linked')
    return account.jid
  }

  async events(deviceId: string): Promise<EventRecord[]> {
    return [...(await this.parts.eventLog.read(deviceId, { after: 0, limit: 1000 })).events]
  }

  /** The first event of a type (after a place in the log) that satisfies the condition, as soon as it is there. */
  async event(
    deviceId: string,
    type: string,
    options: { after?: number; where?: (payload: EventRecord['payload']) => boolean; timeoutMs?: number } = {},
  ): Promise<EventRecord> {
    const { after = 0, where = () => true, timeoutMs = 60_000 } = options
    const { eventLog } = this.parts
    const { promise, resolve, reject } = Promise.withResolvers<EventRecord>()
    const look = async () => {
      const { events } = await eventLog.read(deviceId, { after, types: [type], limit: 1000 })
      const found = events.find((each) => where(each.payload))
      if (found) heardEvent(type)
      if (found) resolve(found)
    }
    const stop = eventLog.subscribe(deviceId, () => void look().catch(reject))
    const timer = setTimeout(async () => {
      const seen = (await this.events(deviceId)).map(
        (each) => `${each.seq} ${each.type} ${JSON.stringify(each.payload)}`,
      )
      reject(new Error(`no ${type} came; the log has\n${seen.join('\n')}`))
    }, timeoutMs)
    try {
      await look()
      return await promise
    } finally {
      clearTimeout(timer)
      stop()
    }
  }

  async close(): Promise<void> {
    if (this.#parts) await this.shutDown()
    await this.sandbox.stop()
    await rm(this.#folder, { recursive: true, force: true })
  }
}

async function build(folder: string, sandbox: Sandbox, options: CoreOptions, clock: Clock) {
  const config: Config = {
    ...readConfig({ ...quick, SWITCHBOARD_DATA_DIR: folder, ...options.environment }),
    secrets: testSecrets,
  }
  const logger = createLogger({ log: { level: process.env['CORE_LOG'] ? 'debug' : 'silent', format: 'json' } })
  const database = await openDatabase({ type: 'sqlite', file: path.join(folder, 'switchboard.db') })
  const keyring = createKeyring(database, [new Uint8Array(32).fill(7)])
  const eventLog = createEventLog({ database })
  const engine = createEngine(config, { log: logger })
  const endpoints = {
    socketUrl: sandbox.socketUrl,
    noiseRoot: Buffer.from(sandbox.rootKeyHex, 'hex'),
    mediaOrigin: sandbox.origin,
    webOrigin: sandbox.origin,
  }
  const own = allDevices(database, uuidv7())
  const common = { database, engine, eventLog, config, own, clock, random: Math.random, logger }
  const sessions = createSessions({
    ...common,
    keyring,
    endpoints,
    webVersion: new CurrentWebVersion({ engine, endpoints, config: config.whatsapp, clock, logger }),
    observer: noObserver.sessions,
    ...(options.watchdog && { watchdog: options.watchdog }),
  })
  const addresses = new Addresses(database)
  const numbers = new Numbers({ database, addresses, sessions, clock })
  const usernames = new Usernames({ database, addresses, sessions, clock })
  const media = await createMedia({ ...common, addresses, sessions })
  const files = { upload: () => Promise.reject(new Error('there are no files here')), release: async () => {} }
  const governor = new Governor({ ...common, sessions, addresses, observer: noObserver.sends })
  const messages = createMessages({
    ...common,
    media,
    files,
    governor,
    addresses,
    numbers,
    usernames,
    sessions,
    observer: noObserver.sends,
  })
  await messages.start()
  await sessions.start()
  return { database, keyring, eventLog, engine, sessions, messages, config }
}
