import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sandbox } from '@switchboard/sandbox'
import { SocketClient, type Told } from '../../packages/server/src/testing/socket-client.ts'
import { StreamClient } from '../../packages/server/src/testing/stream-client.ts'
import { until } from '../../packages/server/src/testing/until.ts'
import { call, createApiKey, createDevice, type DeviceApi } from './api.ts'
import { freePort } from './free-port.ts'
import { GatewayProcess } from './gateway-process.ts'
import type { Store, Unavailable } from './stores.ts'
import { WebhookReceiver } from './webhook-receiver.ts'

type Phone = Awaited<ReturnType<Sandbox['phone']>>

const kills = 3

/** A customer with linked devices, and a friend who writes to them. */
interface Tenant {
  readonly key: string
  readonly devices: DeviceApi[]
  readonly owners: Phone[]
  readonly friend: Phone
  /** Each must be told exactly once. */
  readonly said: Set<string>
}

/** Opens a stream behind a cursor. */
type Connect = (after: number) => Promise<{ next: () => Promise<Told>; leave: () => void }>

/** Somebody who follows all devices of a key, whatever happens to the gateway: connects again behind the last event that came. */
class Follower {
  readonly told: Told[] = []
  readonly #connect: Connect
  #ending = false
  readonly #running: Promise<void>
  #leave = () => {}

  constructor(connect: Connect) {
    this.#connect = connect
    this.#running = this.#run()
  }

  async #run(): Promise<void> {
    while (!this.#ending) {
      try {
        const { next, leave } = await this.#connect(this.told.at(-1)?.id ?? 0)
        this.#leave = leave
        while (!this.#ending) this.told.push(await next())
      } catch {
        // The gateway is away.
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  async end(): Promise<void> {
    this.#ending = true
    this.#leave()
    await this.#running
  }
}

const bySocket = (url: string, headers: Record<string, string>) =>
  new Follower(async (cursor) => {
    const client = await SocketClient.open(`${url}/events/socket?after=${cursor}`, headers)
    let taken = 0
    return { next: async () => (await client.take(++taken))[taken - 1]!, leave: () => client.close() }
  })

const byStream = (url: string, headers: Record<string, string>) =>
  new Follower(async (cursor) => {
    const client = await StreamClient.open(`${url}/events/stream?after=${cursor}`, headers)
    return { next: async () => (await client.take(1))[0]!, leave: () => client.leave() }
  })

/** Live readers while the gateway is killed: a test of its own file for each store, so that stores are tried side by side. */
export function describeLiveReaders(name: string, openStore: () => Promise<Store | Unavailable>): void {
  describe(`live readers of the devices of API keys on ${name}`, { timeout: 300_000 }, () => tell(openStore))
}

function tell(openStore: () => Promise<Store | Unavailable>): void {
  let store: Store | Unavailable
  let sandbox: Sandbox
  let gateway: GatewayProcess
  let hooks: WebhookReceiver
  let tenants: Tenant[]

  const add = async (tenant: Pick<Tenant, 'key' | 'devices' | 'owners'>) => {
    const device = await createDevice(gateway.url, tenant.key, `device ${tenant.devices.length}`)
    const owner = await sandbox.phone({ name: `Owner ${tenant.devices.length}` })
    await owner.scan(await device.loginQr())
    await device.connected()
    tenant.devices.push(device)
    tenant.owners.push(owner)
  }

  before(async () => {
    store = await openStore()
    if ('cannotStart' in store) return
    const { dataDir, env } = store
    sandbox = await Sandbox.start({ seed: 11, port: await freePort(), control: true })
    gateway = new GatewayProcess({ dataDir, env, port: await freePort(), sandboxUrl: sandbox.origin })
    hooks = await WebhookReceiver.start()
    await gateway.start()
    tenants = []
    for (let n = 0; n < 2; n++) {
      const key = await createApiKey(gateway.url, gateway.adminSecret)
      const tenant = {
        key,
        devices: [],
        owners: [],
        friend: await sandbox.phone({ name: `Friend ${n}` }),
        said: new Set<string>(),
      }
      await add(tenant)
      await add(tenant)
      tenants.push(tenant)
    }
  })

  after(async () => {
    if ('cannotStart' in store) return
    await gateway.kill9()
    await hooks.stop()
    await sandbox.stop()
    await store.remove()
  })

  const say = async ({ friend, owners, said }: Tenant, text: string) => {
    for (const [n, owner] of owners.entries()) {
      await friend.send(owner.jid, { text: `${text} to ${n}` })
      said.add(`${text} to ${n}`)
    }
  }

  const textsOf = (told: readonly Told[]) =>
    told
      .filter(({ event, data }) => event === 'message.received' && (data['data'] as { type: string }).type === 'text')
      .map(({ data }) => String((data['data'] as { text: string }).text))

  it('are told everything once, in the order of each device and of their tenant alone, over kills and a restart', {
    timeout: 300_000,
  }, async (test) => {
    if ('cannotStart' in store) return test.skip(store.cannotStart)
    const [ours, theirs] = tenants as [Tenant, Tenant]
    const headers = { 'x-api-key': ours.key }
    const hook = await call<{ secret: string }>(`${gateway.url}/webhooks`, {
      method: 'POST',
      headers,
      body: { url: hooks.url },
    })
    assert.equal(hook.status, 201, JSON.stringify(hook.body))
    hooks.useSecret(hook.body.data.secret)
    const followers = [bySocket(gateway.url, headers), byStream(gateway.url, headers)]
    for (let round = 0; round < kills; round++) {
      let talking = true
      const talk = (async () => {
        for (let n = 0; talking && n < 200; n++) {
          await say(ours, `ours ${round}.${n}`)
          await say(theirs, `theirs ${round}.${n}`)
          await sleep(50)
        }
      })()
      const before = followers.map(({ told }) => told.length)
      await until('both are told of some of it', () => followers.every(({ told }, n) => told.length > before[n]! + 6))
      await gateway.kill9()
      talking = false
      await talk
      await gateway.start()
      await Promise.all([...ours.devices, ...theirs.devices].map((device) => device.connected()))
    }
    // Appears in all of them by itself.
    await add(ours)
    await say(ours, 'at last')
    const missing = ({ told }: Follower) => [...ours.said].filter((text) => !textsOf(told).includes(text))
    await until('both are told of everything', () => followers.every((each) => missing(each).length === 0))
    const owed = [...ours.said]
    const delivered = () => new Set(hooks.received.map(({ body }) => String((body['data'] as { text?: string }).text)))
    await until('so is the webhook of the key', () => owed.every((text) => delivered().has(text)))
    assert.equal(await gateway.stop(), 0, gateway.output)
    assert.ok(hooks.received.every(({ signaturesHold }) => signaturesHold))
    for (const { told } of followers) {
      const texts = textsOf(told)
      assert.equal(new Set(texts).size, texts.length, 'nothing is doubled')
      assert.deepEqual(
        told.map(({ id }) => id),
        Array.from({ length: told.length }, (_, index) => index + 1),
        'no cursor is left out or repeated',
      )
      const ids = new Set(ours.devices.map(({ deviceId }) => deviceId))
      assert.ok(
        told.every(({ data }) => ids.has(data.device_id)),
        'nothing of another tenant',
      )
      for (const id of ids) {
        const numbers = told.filter(({ data }) => data.device_id === id).map(({ data }) => data.seq)
        assert.deepEqual(
          numbers,
          Array.from({ length: numbers.length }, (_, index) => index + 1),
          'the order of a device is kept',
        )
      }
    }
    await Promise.all(followers.map((follower) => follower.end()))
    await gateway.start()
  })

  it('neither hold up nor fill the gateway when one of them reads nothing', async (test) => {
    if ('cannotStart' in store) return test.skip(store.cannotStart)
    const [ours] = tenants as [Tenant]
    await ours.devices[0]!.connected()
    const headers = { 'x-api-key': ours.key }
    const deaf = await SocketClient.open(`${gateway.url}/events/socket?after=0`, headers)
    deaf.socket.pause()
    const { rssBytes: before } = gateway.usage()
    const reader = bySocket(gateway.url, headers)
    const large = 'x'.repeat(60_000)
    for (let n = 0; n < 60; n++) await ours.friend.send(ours.owners[0]!.jid, { text: `${large} ${n}` })
    await until('the other one is told', () => textsOf(reader.told).includes(`${large} 59`))
    const grown = gateway.usage().rssBytes - before
    assert.ok(grown < 200 * 1024 * 1024, `${Math.round(grown / 1024 / 1024)} MB more`)
    await reader.end()
    deaf.close()
  })

  it('are told that the gateway ends', async (test) => {
    if ('cannotStart' in store) return test.skip(store.cannotStart)
    const [ours] = tenants as [Tenant]
    const socket = await SocketClient.open(`${gateway.url}/events/socket`, { 'x-api-key': ours.key })
    assert.equal(await gateway.stop(), 0, gateway.output)
    assert.equal((await socket.closed).code, 1001)
  })
}
