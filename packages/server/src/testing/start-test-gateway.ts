import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Worker } from 'node:worker_threads'
import { whatsappEndpoints } from '@switchboard/engine-baileys'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import type { Clock } from '../clock.ts'
import type { Config } from '../config/config.ts'
import { describeSettings } from '../config/describe-settings.ts'
import { readConfig } from '../config/read-config.ts'
import { createEngine } from '../engine/create-engine.ts'
import type { Services } from '../gateway/services.ts'
import { type Gateway, startGateway } from '../gateway/start-gateway.ts'
import type { RegisteredOperation } from '../kit/registered.ts'
import { createLogger } from '../observe/logging.ts'
import { ApiClient } from './api-client.ts'
import { listenTo } from './stories.ts'
import { engineThreadsOfTests } from './test-engine.ts'
import { testSecrets } from './test-secrets.ts'
import { until } from './until.ts'

export interface TestGatewayOptions {
  /** Variables as a user would set them, over those of tests (no pacing, no jitter, webhooks to loopback). */
  readonly environment?: Readonly<Record<string, string>>
  /** A world to live in; none is started, and linking is not possible, when absent. `true` starts one. */
  readonly sandbox?: Sandbox | true
  readonly moreOperations?: readonly RegisteredOperation[]
  /** A folder that outlives the process; a new one when absent. */
  readonly dataDir?: string
  readonly clock?: Clock
  readonly heartbeatMs?: number
  readonly writeTimeoutMs?: number
  /** Gets the lines of the log, parsed, from `info` up. */
  readonly hearLine?: (line: LogLine) => void
}

export type LogLine = Readonly<Record<string, unknown>> & { readonly level: string; readonly msg: string }

/** A device as its owner has it. */
export interface TestDevice {
  readonly id: string
  readonly secret: string
  readonly token: string
  readonly api: ApiClient
}

const environmentOfTests = {
  SERVER_ADDRESS: '127.0.0.1',
  SERVER_PORT: '0',
  WHATSAPP_AUTO_PRESENCE_ENABLED: 'false',
  WHATSAPP_STARTUP_RECONNECT_JITTER_MAX: '0',
  WHATSAPP_STARTUP_RECONNECT_BACKOFF_BASE: '50ms',
  SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'true',
  // TEST_SEAL=true runs any test over a database with sealed content.
  ...(process.env['TEST_SEAL'] && { SWITCHBOARD_SEAL_CONTENT: process.env['TEST_SEAL'] }),
  ...engineThreadsOfTests,
}

const configOf = (dataDir: string, environment: Readonly<Record<string, string>> = {}): Config => ({
  ...readConfig({ ...environmentOfTests, SWITCHBOARD_DATA_DIR: dataDir, ...environment }),
  secrets: { ...testSecrets, masterKey: environment['SWITCHBOARD_MASTER_KEY'] ?? testSecrets.masterKey },
  // TEST_LOG=debug shows what the gateway of a failing test does.
  log: { level: (process.env['TEST_LOG'] as Config['log']['level'] | undefined) ?? 'silent', format: 'text' },
})

const loggerTo = (hear: (line: LogLine) => void) =>
  createLogger({ log: { level: 'info', format: 'json' } }, { write: (line) => hear(JSON.parse(line)) })

const endpointsOf = (sandbox: Sandbox | undefined) =>
  sandbox
    ? {
        socketUrl: sandbox.socketUrl,
        noiseRoot: Buffer.from(sandbox.rootKeyHex, 'hex'),
        mediaOrigin: sandbox.origin,
        webOrigin: sandbox.origin,
      }
    : // Nothing may reach out from a test: without a world there is nowhere to connect.
      { ...whatsappEndpoints, socketUrl: 'ws://127.0.0.1:9', webOrigin: 'http://127.0.0.1:9' }

/** A whole gateway of a test, and the steps that stories are told in. */
export class TestGateway {
  readonly sandbox: Sandbox | undefined
  readonly dataDir: string
  readonly #options: TestGatewayOptions
  #gateway: Gateway | undefined
  readonly #threads: Worker[] = []

  constructor(dataDir: string, sandbox: Sandbox | undefined, options: TestGatewayOptions) {
    this.dataDir = dataDir
    this.sandbox = sandbox
    this.#options = options
  }

  get #running(): Gateway {
    if (!this.#gateway) throw new Error('the gateway is stopped')
    return this.#gateway
  }

  get services(): Services {
    return this.#running.services
  }

  /** Threads of the engine, in the order in which they were started. */
  get engineThreads(): readonly Worker[] {
    return this.#threads
  }

  /** Nobody in particular. */
  get api(): ApiClient {
    return new ApiClient(this.#running.url)
  }

  get admin(): ApiClient {
    return this.api.with({ 'x-admin-secret': testSecrets.adminSecret })
  }

  /** What it is, or would be, started with. */
  get config(): Config {
    return configOf(this.dataDir, this.#options.environment)
  }

  /** @param environment what differs from its first start */
  async start(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    const { moreOperations, clock, heartbeatMs, writeTimeoutMs, hearLine } = this.#options
    const config = configOf(this.dataDir, { ...this.#options.environment, ...environment })
    const log = hearLine ? loggerTo(hearLine) : createLogger(config)
    this.#gateway = await startGateway(config, {
      settings: describeSettings({ ...environmentOfTests, ...this.#options.environment, ...environment }),
      engine: createEngine(hearLine ? { ...config, log: { ...config.log, level: 'info' } } : config, {
        log,
        ...(clock && { clock }),
        started: (worker) => this.#threads.push(worker),
      }),
      endpoints: async () => endpointsOf(this.sandbox),
      onFatal: (error) => {
        throw error
      },
      log,
      ...(moreOperations && { moreOperations }),
      ...(clock && { clock }),
      ...(heartbeatMs && { heartbeatMs }),
      ...(writeTimeoutMs && { writeTimeoutMs }),
    })
    listenTo(this.#gateway.url)
  }

  /** @param environment what differs from its first start */
  async restart(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.halt()
    await this.start(environment)
  }

  /** Ends it and keeps what it stored, for {@link start}. */
  async halt(): Promise<void> {
    await this.#running.stop()
    this.#gateway = undefined
  }

  /** Ends everything and removes what it stored. */
  async stop(): Promise<void> {
    await this.#gateway?.stop()
    if (this.#options.sandbox === true) await this.sandbox?.stop()
    await rm(this.dataDir, { recursive: true, force: true })
  }

  async createKey(settings: Record<string, unknown> = {}): Promise<{ id: number; key: string; api: ApiClient }> {
    const made = await this.admin.post<{ id: number; api_key: string }>('/admin/api-keys', {
      customer_name: 'Test',
      max_devices: 100,
      ...settings,
    })
    return { id: made.id, key: made.api_key, api: this.api.with({ 'x-api-key': made.api_key }) }
  }

  /** Signs in to the console. @returns what a page of it can ask */
  async signIn(credential: string, from: ApiClient = this.api): Promise<ApiClient> {
    const { status, headers, text } = await from.call('POST', '/console/session', { credential })
    if (status !== 201) throw new Error(`signing in was answered with ${status} ${text}`)
    const [cookie = ''] = headers.getSetCookie()[0]?.split(';') ?? []
    return this.api.with({ cookie, 'x-requested-with': 'switchboard' })
  }

  /** A device of its own tenant, unless a key is given. */
  async createDevice(key?: string, name = 'Test device'): Promise<TestDevice> {
    const owner = this.api.with({ 'x-api-key': key ?? (await this.createKey()).key })
    const made = await owner.post<{ device_id: string; device_secret: string; token: string }>('/devices', {
      device_name: name,
    })
    return this.deviceWith(made.device_id, made.device_secret, made.token)
  }

  deviceWith(id: string, secret: string, token: string): TestDevice {
    return { id, secret, token, api: this.api.with({ authorization: `Bearer ${token}` }) }
  }

  async phone(name: string): Promise<Phone> {
    if (!this.sandbox) throw new Error('this gateway has no world with phones')
    return this.sandbox.phone({ name })
  }

  /** A device that a phone (a new one unless given) has linked by QR code; open when this resolves. */
  async linkDevice(phone?: Phone, device?: TestDevice): Promise<TestDevice & { readonly phone: Phone }> {
    const owner = phone ?? (await this.phone('Owner'))
    const linked = device ?? (await this.createDevice())
    const login = await linked.api.post<{ qr_text: string }>('/devices/me/login?output=json')
    await owner.scan(login.qr_text)
    await this.connected(linked)
    return { ...linked, phone: owner }
  }

  /** Resolves when the device is connected and its row says so, which follows a moment later. */
  async connected(device: TestDevice): Promise<void> {
    await until(`device ${device.id} connects`, () => this.#isConnected(device))
    const { query } = this.services.database
    const status = query.selectFrom('device').select('status').where('id', '=', device.id)
    await until(`the row of ${device.id} is active`, async () => {
      return (await status.executeTakeFirst())?.status === 'active'
    })
  }

  /** Among several gateways, any of them may have the device by now. */
  async #isConnected({ id, api }: TestDevice): Promise<boolean> {
    const { cluster, sessions } = this.services
    if (cluster.own.has(id)) return sessions.status(id).connected
    const { status, body } = await api.call<{ connected: boolean }>('GET', '/devices/me/status')
    return status === 200 && body.data.connected
  }
}

/** Starts a gateway on a free port with a data directory of its own. */
export const startTestGateway = async (options: TestGatewayOptions = {}): Promise<TestGateway> => {
  const dataDir = options.dataDir ?? (await mkdtemp(path.join(os.tmpdir(), 'switchboard-test-')))
  const sandbox = options.sandbox === true ? await Sandbox.start({ seed: 1 }) : options.sandbox
  const gateway = new TestGateway(dataDir, sandbox, options)
  await gateway.start()
  return gateway
}
