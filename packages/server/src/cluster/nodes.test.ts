import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import pg from 'pg'
import { testCluster } from '../storage/testing/embedded-postgres.ts'
import { startNats, type TestNats, withoutNats } from '../testing/start-nats.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'

interface Listed {
  readonly nodes: readonly { readonly node_id: string; readonly state: string; readonly linked_devices: number }[]
}

type LinkedDevice = TestDevice & { readonly phone: Phone }

const outages = new Set(['connection.disconnected', 'connection.stream_replaced', 'connection.logged_out'])

describe('gateways that work together', { skip: withoutNats }, () => {
  const shared = mkdtempSync(path.join(os.tmpdir(), 'switchboard-shared-'))
  const nodes: TestGateway[] = []
  let nats: TestNats
  let sandbox: Sandbox
  let uri: string
  let first: TestGateway
  let receiver: WebhookReceiver
  const devices: LinkedDevice[] = []

  const start = async (): Promise<TestGateway> => {
    const gateway = await startTestGateway({
      sandbox,
      environment: {
        WHATSAPP_DATASTORE_URI: uri,
        SWITCHBOARD_NATS_URL: nats.url,
        SWITCHBOARD_SHARED_DIR: shared,
      },
    })
    nodes.push(gateway)
    return gateway
  }
  const connectedAt = ({ services }: TestGateway) => services.sessions.find(({ connected }) => connected).sort()
  /** What the log of a device says happened, as the gateway has it that is asked. */
  const events = async (device: TestDevice, gateway: TestGateway) =>
    (await gateway.services.eventLog.read(device.id, { after: 0, limit: 100 })).events.map(({ type }) => type)

  before(async () => {
    const cluster = await testCluster()
    const client = new pg.Client({ connectionString: cluster.uri('postgres') })
    await client.connect()
    await client.query('create database several_nodes')
    await client.end()
    uri = cluster.uri('several_nodes')
    ;[nats, sandbox] = await Promise.all([startNats(), Sandbox.start({ seed: 14 })])
    first = await start()
    receiver = await WebhookReceiver.start()
    const { key, api } = await first.createKey()
    await api.post('/webhooks', { url: receiver.url, events: ['message.received'] })
    for (let number = 1; number <= 4; number++) {
      devices.push(await first.linkDevice(undefined, await first.createDevice(key)))
    }
  })

  after(async () => {
    for (const node of nodes) await node.stop()
    await receiver?.stop()
    await sandbox?.stop()
    await nats?.stop()
    rmSync(shared, { recursive: true, force: true })
  })

  it('share the connections, and nobody hears of a move', async () => {
    for (const { api } of devices) await api.post('/devices/me/safety/pause', {})
    const second = await start()
    await until('each has two', () => connectedAt(first).length === 2 && connectedAt(second).length === 2, 30_000)
    // The rules of a device are known where it is, and nowhere else.
    for (const node of nodes) {
      const { governor } = node.services
      await until('two are paused', () => governor.pauses.count === 2)
      for (const { id } of devices) assert.equal(governor.apply(id), connectedAt(node).includes(id))
    }
    for (const { api } of devices) await api.post('/devices/me/safety/resume', {})
    assert.deepEqual(
      nodes.map(({ services }) => services.governor.pauses.count),
      [0, 0],
    )
    const all = [...connectedAt(first), ...connectedAt(second)].sort()
    assert.deepEqual(all, devices.map(({ id }) => id).sort())
    for (const device of devices) {
      const told = await events(device, first)
      assert.deepEqual(
        told.filter((type) => outages.has(type)),
        [],
      )
    }
  })

  it('deliver each event once and in order while devices move to another node', async () => {
    const [, second] = nodes
    const friend = await first.phone('Friend')
    const texts = Array.from({ length: 30 }, (_, number) => `text ${number}`)
    const talk = async () => {
      for (const text of texts) for (const { phone } of devices) await friend.send(phone.jid, { text })
    }
    const talking = talk()
    const { nodes: listed } = await first.admin.get<Listed>('/admin/nodes')
    assert.deepEqual(
      listed.map(({ node_id, state, linked_devices }) => [node_id, state, linked_devices]),
      nodes.map(({ services }) => [services.cluster.nodeId, 'active', 2]),
    )
    await first.admin.post(`/admin/nodes/${second!.services.cluster.nodeId}/drain`)
    await until('the other node has none', () => connectedAt(second!).length === 0)
    await until('this one has all', () => connectedAt(first).length === devices.length)
    assert.equal((await first.admin.get<Listed>('/admin/nodes')).nodes[1]?.state, 'draining')
    await second!.admin.refuses('last_node', 'POST', `/admin/nodes/${first.services.cluster.nodeId}/drain`)
    const { entries } = await first.admin.get<{ entries: { action: string }[] }>('/admin/audit?limit=5')
    assert.ok(entries.some(({ action }) => action === 'node.drain_requested'))
    await talking
    for (const { id } of devices) {
      const said = () =>
        receiver.received
          .filter(({ body }) => body.device_id === id)
          .map(({ body }) => (body.data['message'] as { text?: string } | undefined)?.text ?? body.data['text'])
      await until(`all of ${id}`, () => said().length >= texts.length)
      assert.deepEqual(said(), texts)
    }
    for (const device of devices) {
      assert.deepEqual(
        (await events(device, first)).filter((type) => outages.has(type)),
        [],
      )
    }
    assert.equal(connectedAt(first).length, devices.length)
  })

  it('give their devices away before they end', async () => {
    const second = nodes.pop()!
    const third = await start()
    await until('it has its share', () => connectedAt(third).length === 2, 30_000)
    await Promise.all([second.halt(), third.halt()])
    nodes.pop()
    await until('all are here again', () => connectedAt(first).length === devices.length, 5_000)
    const { nodes: listed } = await first.admin.get<Listed>('/admin/nodes')
    assert.deepEqual(
      listed.map(({ node_id }) => node_id),
      [first.services.cluster.nodeId],
    )
  })
})
