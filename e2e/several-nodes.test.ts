import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startNats, type TestNats, withoutNats } from '../packages/server/src/testing/start-nats.ts'
import { until } from '../packages/server/src/testing/until.ts'
import { createApiKey, createDevice, DeviceApi } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { type PostgresStore, postgresStore } from './steps/stores.ts'

const outages = new Set(['connection.disconnected', 'connection.stream_replaced', 'connection.logged_out'])
const store = withoutNats ? { cannotStart: withoutNats } : await postgresStore()
const skip = 'cannotStart' in store ? store.cannotStart : false

describe('a node that stands still or dies', { skip, timeout: 180_000 }, () => {
  const { env, remove } = store as PostgresStore
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-nodes-'))
  const nodes: GatewayProcess[] = []
  let nats: TestNats
  let sandbox: Sandbox
  let phone: Phone
  let friend: Phone
  let device: DeviceApi

  const start = async (name: string): Promise<GatewayProcess> => {
    const node = new GatewayProcess({
      dataDir: join(folder, name),
      port: await freePort(),
      sandboxUrl: sandbox.origin,
      env: {
        ...env,
        SWITCHBOARD_NATS_URL: nats.url,
        SWITCHBOARD_SHARED_DIR: join(folder, 'shared'),
        WHATSAPP_AUTO_PRESENCE_ENABLED: 'false',
        LOG_LEVEL: 'info',
      },
    })
    nodes.push(node)
    await node.start()
    return node
  }
  const at = (node: GatewayProcess) => new DeviceApi(node.url, device.deviceId, device.token)
  const isConnectedAt = async (node: GatewayProcess) => {
    const { body } = await at(node).call<{ connected?: boolean }>('GET', '/devices/me/status')
    return body.data?.connected === true
  }
  const texts = async (node: GatewayProcess) => {
    const events = await at(node).events(['message.received'])
    return events.map(({ data }) => String(data['text']))
  }

  before(async () => {
    nats = await startNats()
    sandbox = await Sandbox.start({ seed: 15, port: await freePort(), control: true })
    ;[phone, friend] = [await sandbox.phone({ name: 'Ana' }), await sandbox.phone({ name: 'Ben' })]
  })

  after(async () => {
    for (const node of nodes) await node.kill9()
    await sandbox?.stop()
    await nats?.stop()
    await remove()
    rmSync(folder, { recursive: true, force: true })
  })

  it('loses its devices to another one within 15 seconds, and writes nothing when it comes back', async () => {
    const first = await start('first')
    device = await createDevice(first.url, await createApiKey(first.url, first.adminSecret), 'device')
    await phone.scan(await device.loginQr())
    await device.connected()
    await friend.send(phone.jid, { text: 'before' })
    await until('the first text is there', async () => (await texts(first)).includes('before'))
    const second = await start('second')

    process.kill(first.pid, 'SIGSTOP')
    const begun = performance.now()
    await friend.send(phone.jid, { text: 'to a node that stands still' })
    await until('the other node has the device', () => isConnectedAt(second))
    assert.ok(performance.now() - begun < 15_000, 'within 15 seconds')
    await until('what was missed is there', async () => (await texts(second)).length === 2)
    process.kill(first.pid, 'SIGCONT')
    await friend.send(phone.jid, { text: 'after' })
    await until('the next text is there', async () => (await texts(second)).length === 3)
    await until('the first node knows that it lost its devices', () => first.output.includes('was not heard in time'))

    const later = await at(second).call('POST', `/chats/${friend.id}/documents`, {
      base64: Buffer.from('a file that outlives its node').toString('base64'),
      filename: 'note.txt',
      send_at: new Date(Date.now() + 2_500).toISOString(),
    })
    assert.equal(later.status, 202)
    await second.kill9()
    const killed = performance.now()
    await friend.send(phone.jid, { text: 'to nobody' })
    await until('the first node has the device again', () => isConnectedAt(first))
    assert.ok(performance.now() - killed < 15_000, 'within 15 seconds')
    const sent = await friend.until.message(({ media }) => media === 'here')
    assert.equal(Buffer.from(friend.media.bytes(sent.id)).toString(), 'a file that outlives its node')
    await until('the last text is there', async () => (await texts(first)).length === 4)
    const events = await at(first).events()
    assert.deepEqual(await texts(first), ['before', 'to a node that stands still', 'after', 'to nobody'])
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map((_, place) => place + 1),
    )
    assert.deepEqual(
      events.filter(({ event_type }) => outages.has(event_type)),
      [],
    )
  })
})
