import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sandbox } from '@switchboard/sandbox'
import { createApiKey, createDevice, type DeviceApi } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { sqliteStore } from './steps/stores.ts'

type Phone = Awaited<ReturnType<Sandbox['phone']>>

interface Shop {
  readonly device: DeviceApi
  readonly owner: Phone
  readonly friend: Phone
  /** Texts that the API took, in the order in which it did. */
  readonly taken: string[]
  readonly ids: string[]
}

const linkShop = async (sandbox: Sandbox, gateway: GatewayProcess, apiKey: string, n: number): Promise<Shop> => {
  const [owner, friend] = [await sandbox.phone({ name: `Owner ${n}` }), await sandbox.phone({ name: `Friend ${n}` })]
  const device = await createDevice(gateway.url, apiKey, `shop ${n}`)
  await owner.scan(await device.loginQr())
  await device.connected()
  return { device, owner, friend, taken: [], ids: [] }
}

const post = ({ device, friend }: Shop, text: string, wait?: number) =>
  fetch(`${device.baseUrl}/chats/${friend.id}/messages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${device.token}`,
      'content-type': 'application/json',
      'idempotency-key': text.replaceAll(' ', '-'),
    },
    body: JSON.stringify({ text, presence_simulation: false, ...(wait !== undefined && { wait }) }),
  })

/** Sends one text as the documentation says: under a key of its own, again after no answer, and again after `Retry-After` where there is one. */
async function sayUntilTaken(shop: Shop, text: string, wait?: number): Promise<void> {
  for (;;) {
    const answer = await post(shop, text, wait).catch(() => undefined)
    const body = (await answer?.json().catch(() => undefined)) as { data?: { message_id: string } } | undefined
    if (answer?.ok && body) {
      shop.taken.push(text)
      shop.ids.push(body.data!.message_id)
      return
    }
    const after = answer?.headers.get('retry-after')
    assert.ok(!answer || answer.ok || after, `${text}: ${answer?.status} ${JSON.stringify(body)}`)
    await sleep(Math.min(Number(after ?? 0.1) * 1000, 1_000))
  }
}

/** Every text arrived once, in the order in which it was taken. */
async function verify(shop: Shop): Promise<void> {
  const texts = () => shop.friend.messages().map(({ text }) => text)
  const deadline = Date.now() + 120_000
  while (texts().length < shop.taken.length && Date.now() < deadline) await sleep(50)
  assert.deepEqual(texts(), shop.taken)
  assert.deepEqual(shop.friend.violations, [])
}

interface Scene {
  readonly sandbox: Sandbox
  readonly gateway: GatewayProcess
  readonly shops: readonly Shop[]
}

/** A gateway with so many linked shops. What it printed is shown when something goes wrong. */
async function withShops(
  { seed, count }: { readonly seed: number; readonly count: number },
  tell: (scene: Scene) => Promise<void>,
): Promise<void> {
  const { dataDir, remove } = await sqliteStore()
  const sandbox = await Sandbox.start({ seed, port: await freePort(), control: true })
  const gateway = new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: sandbox.origin })
  try {
    await gateway.start()
    const apiKey = await createApiKey(gateway.url, gateway.adminSecret)
    const shops: Shop[] = []
    for (let n = 0; n < count; n++) shops.push(await linkShop(sandbox, gateway, apiKey, n))
    await tell({ sandbox, gateway, shops })
  } catch (error) {
    console.error(gateway.output)
    throw error
  } finally {
    await gateway.kill9()
    await sandbox.stop()
    await remove()
  }
}

describe('a gateway that restarts under load', { timeout: 300_000 }, () => {
  it('loses, doubles and reorders nothing for clients that do as the documentation says', {
    timeout: 300_000,
  }, async () => {
    await withShops({ seed: 21, count: 4 }, async ({ gateway, shops }) => {
      let talking = true
      const clients = shops.map(async (shop, n) => {
        for (let i = 0; talking; i++) await sayUntilTaken(shop, `load ${n} ${i}`, n % 2 === 0 ? 0 : undefined)
      })
      for (const end of ['stop', 'kill9', 'stop', 'kill9'] as const) {
        const before = shops.map(({ taken }) => taken.length)
        while (!shops.every(({ taken }, n) => taken.length >= before[n]! + 5)) await sleep(20)
        await gateway[end]()
        await gateway.start()
      }
      talking = false
      await Promise.all(clients)
      for (const shop of shops) await verify(shop)
    })
  })

  it('keeps what many devices queued over kills before they connect, and fails what an unlinked one had queued', {
    timeout: 300_000,
  }, async () => {
    await withShops({ seed: 22, count: 12 }, async ({ sandbox, gateway, shops }) => {
      const jids = await Promise.all(
        shops.map(async ({ device }) => {
          const me = await device.call<{ whatsmeow_jid: string }>('GET', '/devices/me')
          return me.body.data.whatsmeow_jid
        }),
      )
      const faults: string[] = []
      for (const device of jids) {
        faults.push((await sandbox.fault.apply({ device, action: { kind: 'partition' } }))!)
      }
      for (let round = 0; round < 3; round++) {
        await gateway.kill9()
        await gateway.start()
        await Promise.all(
          shops.map(async (shop, n) => {
            for (let i = 0; i < 8; i++) await sayUntilTaken(shop, `queued ${n} ${round} ${i}`, 0)
          }),
        )
      }
      const [unlinked, ...others] = shops
      const ended = await unlinked!.device.call('DELETE', '/devices/me/session')
      assert.equal(ended.status, 200, JSON.stringify(ended.body))
      await gateway.kill9()
      // The way opens while devices are coming up and clients go on.
      const starting = gateway.start()
      for (const fault of faults) sandbox.fault.cancel(fault)
      await starting
      await Promise.all(others.map((shop, n) => sayUntilTaken(shop, `after ${n}`)))
      for (const shop of others) await verify(shop)
      for (const id of unlinked!.ids) {
        const { body } = await unlinked!.device.call<{ status: string }>('GET', `/messages/${id}`)
        assert.equal(body.data.status, 'failed')
      }
      const told = await unlinked!.device.events(['message.failed'])
      assert.deepEqual(new Set(told.map(({ data }) => data['message_id'])), new Set(unlinked!.ids))
      assert.deepEqual(unlinked!.friend.messages(), [])
    })
  })
})
