import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sandbox } from '@switchboard/sandbox'
import pg from 'pg'
import { type Answer, call, createApiKey } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { type PostgresStore, postgresStore } from './steps/stores.ts'
import {
  linkTalker,
  repeatUnanswered,
  seededRandom,
  settled,
  type Talker,
  talk,
  verifyTalker,
} from './steps/talkers.ts'
import { WebhookReceiver } from './steps/webhook-receiver.ts'

const seed = Number(process.env['KILL_SEED'] ?? 20261122)
const accounts = 3
const friends = 2

/** Ends every connection of the gateway, as a failover or an impatient operator does. */
async function endConnections({ uri }: PostgresStore): Promise<number> {
  const client = new pg.Client({ connectionString: uri })
  await client.connect()
  const ended = await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'switchboard%'",
  )
  await client.end()
  return ended.rowCount ?? 0
}

/** Asks until the answer is as wanted. */
async function untilAnswer(ask: () => Promise<Answer<unknown>>, wanted: (answer: Answer<unknown>) => boolean) {
  const deadline = Date.now() + 120_000
  for (;;) {
    const answer = await ask()
    if (wanted(answer)) return answer
    assert.ok(Date.now() < deadline, `still ${answer.status} ${JSON.stringify(answer.body)}`)
    await sleep(50)
  }
}

describe(`a gateway that loses its PostgreSQL while ${accounts * (friends + 1)} phones talk (seed ${seed})`, {
  timeout: 300_000,
}, () => {
  it('says so, loses nothing, doubles nothing and comes back by itself', { timeout: 300_000 }, (test) => tell(test))
})

async function tell(test: TestContext): Promise<void> {
  const random = seededRandom(seed)
  const store = await postgresStore()
  if ('cannotStart' in store) return test.skip(store.cannotStart)
  const { cluster, dataDir } = store
  const env = { ...store.env, WHATSAPP_TYPING_DELAY_MIN: '2s', WHATSAPP_TYPING_DELAY_MAX: '2s' }
  const sandbox = await Sandbox.start({ seed, port: await freePort(), control: true })
  const gateway = new GatewayProcess({ dataDir, env, port: await freePort(), sandboxUrl: sandbox.origin })
  const receivers = await Promise.all(Array.from({ length: accounts + 1 }, () => WebhookReceiver.start()))
  const talkers: Talker[] = []
  const readyz = () => call<unknown>(`${gateway.url}/readyz`)
  try {
    await gateway.start()
    const apiKey = await createApiKey(gateway.url, gateway.adminSecret)
    for (const [n, hooks] of receivers.slice(1).entries()) {
      talkers.push(await linkTalker(sandbox, gateway, apiKey, hooks, { n, friends }))
    }
    const quiet = await linkTalker(sandbox, gateway, apiKey, receivers[0]!, { n: accounts, friends: 1 })
    const deeds: (() => Promise<unknown>)[] = [
      () => endConnections(store),
      async () => {
        await cluster.kill9()
        await cluster.start()
      },
      async () => {
        const arrives = await typeSlowly(quiet)
        await cluster.shutDown()
        await untilAnswer(readyz, ({ status }) => status === 503)
        await expectNotReady(talkers[0]!, gateway.adminSecret)
        await sleep(8_000)
        await cluster.start()
        await arrives()
      },
      () => endConnections(store),
    ]
    for (const [round, deed] of deeds.entries()) {
      const stopTalking = talk(talkers, random, round)
      await sleep(500 + random() * 800)
      await deed()
      await stopTalking()
      await untilAnswer(readyz, ({ status }) => status === 200)
    }
    await Promise.all(talkers.map((talker) => talker.device.connected()))
    console.log(`${await repeatUnanswered(talkers)} sends were refused meanwhile and repeated under their key`)
    for (const talker of talkers) await settled(talker)
    for (const talker of talkers) {
      await verifyTalker(talker, { allArrive: true })
      assert.deepEqual(talker.odd, [], 'nobody was answered anything but a success or "later"')
    }
    const unreadable = sandbox.world.log.since(0).filter((event) => event.type === 'phone.undecryptable')
    assert.deepEqual(unreadable, [], 'phones could decrypt everything')
    assert.deepEqual(sandbox.unhandled, [])
  } catch (error) {
    console.error(gateway.output)
    throw error
  } finally {
    await gateway.kill9()
    await Promise.all(receivers.map((receiver) => receiver.stop()))
    await sandbox.stop()
    await store.remove()
  }
}

/** Begins a send that is stored now and takes its next step while the store is away. Nobody else says anything to this account, so that its connection stays
 *  open. @returns what waits for its arrival */
async function typeSlowly({ device, friends }: Talker): Promise<() => Promise<unknown>> {
  const friend = friends[0]!
  const answer = device.call('POST', `/chats/${friend.id}/messages`, { text: 'typed slowly' }).catch(() => undefined)
  await friend.until.event('phone.typing', ({ state }) => state === 'composing')
  return async () => {
    await answer
    return friend.until.message((message) => message.text === 'typed slowly', 60_000)
  }
}

/** Reads and writes are refused by the catalogue, with advice when to come again. */
async function expectNotReady({ device }: Talker, adminSecret: string): Promise<void> {
  const asDevice = { authorization: `Bearer ${device.token}` }
  const asked = await Promise.all([
    fetch(`${device.baseUrl}/events`, { headers: asDevice }),
    fetch(`${device.baseUrl}/webhooks`, { headers: asDevice }),
    fetch(`${device.baseUrl}/webhooks`, {
      method: 'POST',
      headers: { ...asDevice, 'content-type': 'application/json' },
      body: JSON.stringify({ url: 'http://127.0.0.1:9/' }),
    }),
    fetch(`${device.baseUrl}/admin/devices`, { headers: { 'x-admin-secret': adminSecret } }),
    fetch(`${device.baseUrl}/readyz`),
  ])
  for (const answer of asked) {
    const body = (await answer.json()) as Answer<unknown>['body']
    assert.equal(answer.status, 503, `${answer.url} ${JSON.stringify(body)}`)
    assert.equal(body.error_code, 'not_ready')
    assert.ok(Number(answer.headers.get('retry-after')) >= 1, answer.url)
  }
  assert.equal((await call(`${device.baseUrl}/healthz`)).status, 200, 'nobody restarts a gateway for its database')
}
