import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { linkedCredentials } from '@switchboard/engine-baileys'
import type { Phone } from '@switchboard/sandbox'
import { type SeededAccount, seedLinkedAccounts, startTraffic } from '@switchboard/sandbox/load'
import { openCredentialStore } from '../storage/credential-store.ts'
import { claim } from '../storage/fence.ts'
import { openDatabase } from '../storage/open-database.ts'
import { createKeyring } from '../storage/sealing/keyring.ts'
import { parseMasterKey } from '../storage/sealing/parse-master-key.ts'
import { type LogLine, startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { testSecrets } from '../testing/test-secrets.ts'
import { until } from '../testing/until.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'

const timeout = 600_000
const count = 200
const received = 500
const perDevice = 3

describe(`a gateway with ${count} devices in two threads`, { timeout }, () => {
  let gateway: TestGateway
  let hooks: WebhookReceiver
  let friends: Phone[]
  const lines: LogLine[] = []
  const devices: { readonly device: TestDevice; readonly account: SeededAccount }[] = []

  const connected = () => gateway.services.sessions.counts()['open'] ?? 0

  /** As if they had been linked here. */
  async function writeCredentials(): Promise<void> {
    const database = await openDatabase({ type: 'sqlite', file: path.join(gateway.dataDir, 'switchboard.db') })
    const keyring = createKeyring(database, [parseMasterKey(testSecrets.masterKey)])
    for (const { device, account } of devices) {
      const ownership = await claim(database, device.id, 'test')
      const store = await openCredentialStore(database, keyring, device.id, ownership!)
      await store.save(linkedCredentials(account))
    }
    await database.close()
  }

  before(async () => {
    gateway = await startTestGateway({
      sandbox: true,
      environment: { SWITCHBOARD_ENGINE_THREADS: '2' },
      hearLine: (line) => lines.push(line),
    })
    hooks = await WebhookReceiver.start()
    const { key, api } = await gateway.createKey({ max_devices: count })
    await api.post('/webhooks', { url: hooks.url, events: ['message.received', 'connection.disconnected'] })
    for (const account of await seedLinkedAccounts(gateway.sandbox!, count)) {
      devices.push({ device: await gateway.createDevice(key), account })
    }
    friends = await Promise.all(Array.from({ length: 20 }, (_, n) => gateway.phone(`Friend ${n}`)))
    await gateway.halt()
    await writeCredentials()
    await gateway.start()
    await until('all devices connect', () => connected() === count, 240_000)
  })
  after(async () => {
    await gateway.stop()
    await hooks.stop()
  })

  const textsOf = (type: string) =>
    hooks.received.flatMap(({ body }) => (body.event_type === type ? [String(body.data['text'])] : []))

  /** Sends its texts one after the other. @returns what was taken */
  async function talk({ device }: { readonly device: TestDevice }, n: number): Promise<string[]> {
    const api = gateway.api.with(device.api.headers)
    const texts = Array.from({ length: perDevice }, (_, place) => `out ${n}.${place}`)
    for (const text of texts) {
      const answer = await api.call('POST', `/chats/${friends[n % friends.length]!.id}/messages`, { text, wait: 0 })
      assert.ok(answer.status < 300, answer.text)
    }
    return texts
  }

  it('loses and doubles no text when a thread ends under load, and disturbs no device of the other one', {
    timeout,
  }, async () => {
    const { sandbox } = gateway
    const to = devices.map(({ account }) => account.phone.jid)
    const said = new Set<string>()
    const text = (n: number) => {
      said.add(`in ${n}`)
      return `in ${n}`
    }
    const traffic = startTraffic(sandbox!, { from: friends, to, perSecond: 60, total: received, text }).done
    const talking = Promise.all(devices.map(talk))
    await until('a part has come', () => textsOf('message.received').length > received / 4, 120_000)
    await gateway.engineThreads.find(({ threadId }) => threadId > 0)!.terminate()
    assert.equal((await traffic).sent, received)
    const sent = (await talking).flat()
    await until('all devices are back', () => connected() === count, 120_000)
    await until('every text came', () => new Set(textsOf('message.received')).size === received, 120_000)
    const shown = () =>
      friends.flatMap((friend) =>
        friend.messages().flatMap((each) => (each.text?.startsWith('out') ? [each.text] : [])),
      )
    await until('every text arrived', () => new Set(shown()).size === sent.length, 120_000)

    assert.deepEqual(textsOf('message.received').sort(), [...said].sort(), 'each came to the webhook once')
    assert.deepEqual(shown().sort(), sent.sort(), 'each is shown once')
    for (const phone of [...friends, ...devices.map(({ account }) => account.phone)]) {
      assert.deepEqual(phone.violations, [])
    }
    const unreadable = sandbox!.world.log.since(0).filter(({ type }) => type === 'phone.undecryptable')
    assert.deepEqual(unreadable, [])
    const line = lines.find(({ msg }) => msg.startsWith('the thread of some sessions ended'))
    assert.deepEqual([line?.['cause'], line?.['sessions']], ['exit', count / 2])
    const disturbed = hooks.received.filter(({ body }) => body.event_type === 'connection.disconnected')
    assert.equal(new Set(disturbed.map(({ body }) => body.device_id)).size, count / 2)
    const { text: metrics } = await gateway.admin.call('GET', '/metrics')
    assert.match(metrics, /^switchboard_engine_threads 2$/m)
    assert.match(metrics, /^switchboard_engine_thread_ends_total\{cause="exit"\} 1$/m)
  })
})

describe('a device that waits to be linked when its thread ends', { timeout }, () => {
  it('says so, and is linked with a new code', { timeout }, async (test) => {
    const gateway = await startTestGateway({ sandbox: true, environment: { SWITCHBOARD_ENGINE_THREADS: '1' } })
    test.after(() => gateway.stop())
    const device = await gateway.createDevice()
    await device.api.post('/devices/me/login?output=json')
    await gateway.engineThreads[0]!.terminate()
    const status = await until('it waits no longer', async () => {
      const now = await device.api.get<{ status: string; next_action: { code: string } }>('/devices/me/status')
      return now.next_action.code === 'login' ? now : undefined
    })
    assert.equal(status.next_action.code, 'login')
    const linked = await gateway.linkDevice(undefined, device)
    const friend = await gateway.phone('Friend')
    await linked.api.post(`/chats/${friend.id}/messages`, { text: 'linked after all' })
    await friend.until.message(({ text }) => text === 'linked after all')
  })
})
