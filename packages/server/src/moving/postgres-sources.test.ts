import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLogger } from '@switchboard/engine'
import pg from 'pg'
import { linkReaders } from '../engine/link-readers.ts'
import { testCluster } from '../storage/testing/embedded-postgres.ts'
import { asWhatsmeow, fillPostgres, type TableRow } from '../testing/foreign-tables.ts'
import { startTestGateway } from '../testing/start-test-gateway.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'
import { runImport } from './run-import.ts'
import { MovingStory } from './testing/moving-story.ts'

const cluster = await testCluster().catch((error: Error) => error)
const skip = cluster instanceof Error && `PostgreSQL cannot start here: ${cluster.message}`

/** A database of its own, filled. @returns its URI */
async function filled(name: string, rows: readonly TableRow[], more: readonly string[] = []): Promise<string> {
  if (cluster instanceof Error) throw cluster
  const administrator = new pg.Client({ connectionString: cluster.uri('postgres') })
  await administrator.connect()
  await administrator.query(`create database ${name}`)
  await administrator.end()
  const uri = cluster.uri(name)
  const client = new pg.Client({ connectionString: uri })
  await client.connect()
  await fillPostgres(client, rows)
  for (const sql of more) await client.query(sql)
  await client.end()
  return uri
}

describe('moving here from Evolution', { timeout: 120_000, skip }, () => {
  let story: MovingStory
  let uri: string
  const id = 'cmb0k3n1a0001'
  before(async () => {
    story = await MovingStory.begin()
    const creds = readFileSync(path.join(story.state, 'creds.json'), 'utf8')
    uri = await filled('evolution', [
      { table: 'Instance', row: { id, name: 'shop', integration: 'WHATSAPP-BAILEYS' } },
      { table: 'Instance', row: { id: 'cmb0k3n1a0002', name: 'empty', integration: 'WHATSAPP-BAILEYS' } },
      { table: 'Instance', row: { id: 'cmb0k3n1a0003', name: 'cloud', integration: 'WHATSAPP-BUSINESS' } },
      { table: 'Session', row: { id: 's1', sessionId: id, creds: JSON.stringify(creds) } },
    ])
    // Its folder has everything but the credentials.
    mkdirSync(path.join(story.folder, 'instances', id), { recursive: true })
    for (const name of readdirSync(story.state)) {
      if (name !== 'creds.json')
        renameSync(path.join(story.state, name), path.join(story.folder, 'instances', id, name))
    }
  })
  after(() => story.end())

  it('says what is missing without the folder', async () => {
    const report = (await story.move({ from: 'evolution', place: { at: uri }, write: false })).join('\n')
    assert.match(report, /Evolution, 2 instances\n {2}Without --instances only the credentials are there/)
    assert.match(report, /shop: can be moved\n.*LID known, 1 LID of people\n.*its keys were not found/)
    assert.match(report, /empty: left out: it was never linked/)
  })

  it('moves an instance under its name, and works in both directions', async () => {
    story.rest()
    const lines = await story.move({
      from: 'evolution',
      place: { at: uri, instances: path.join(story.folder, 'instances') },
    })
    assert.match(lines.at(-3)!, /1 moved, 1 left out/)
    const device = await story.device()
    await device.api.post('/devices/me/reconnect')
    await story.goesOn(device)
  })
})

describe('moving here from the Go server', { timeout: 120_000, skip }, () => {
  let story: MovingStory
  let receiver: WebhookReceiver
  let uri: string
  const key = `wam_${'0123456789ab'.repeat(3).slice(0, 28)}`
  const [linked, unlinked] = ['5b0e7a2c-1c1d-4f0e-9d5a-0a1b2c3d4e5f', '6c1f8b3d-2d2e-4a1f-8e6b-1b2c3d4e5f60']
  const secrets = { device: 'ab'.repeat(32), webhook: 'cd'.repeat(32) }

  /** As that server signs them: HS256, without an end. */
  const tokenOf = (deviceId: string, version: number): string => {
    const at = Math.floor(Date.now() / 1000)
    const claims = { device_id: deviceId, api_key_id: 7, version, sub: deviceId, iat: at, nbf: at }
    const text = [{ alg: 'HS256', typ: 'JWT' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const signed = text.join('.')
    const { jwtSecret } = story.gateway.config.secrets
    return `${signed}.${createHmac('sha256', jwtSecret).update(signed).digest('base64url')}`
  }

  before(async () => {
    story = await MovingStory.begin()
    receiver = await WebhookReceiver.start()
    const rows = await asWhatsmeow(story.state)
    const jid = String(rows.find(({ table }) => table === 'whatsmeow_device')!.row['jid'])
    const device = { api_key_id: 7, device_secret: secrets.device, jwt_version: 3, proxy_url: null as string | null }
    const customer = { customer_name: 'Acme', customer_email: 'a@acme.example', customer_phone: '', max_devices: 5 }
    const own: TableRow[] = [
      { table: 'api_keys', row: { id: 7, api_key: key, ...customer, rate_limit_per_hour: 1000, is_active: true } },
      { table: 'devices', row: { device_id: linked, ...device, device_name: 'Shop', status: 'active' } },
      { table: 'devices', row: { device_id: unlinked, ...device, device_name: 'New', status: 'pending' } },
      { table: 'device_routing', row: { device_id: linked, whatsmeow_jid: jid, is_active: true } },
      {
        table: 'wa_webhooks',
        row: { id: 12, device_id: linked, url: receiver.url, secret: secrets.webhook, active: true },
      },
      { table: 'wa_webhooks', row: { id: 13, device_id: linked, url: 'ftp://x.example/', secret: 'x', active: true } },
    ]
    const events = `alter table wa_webhooks add events jsonb default '["message.received"]'`
    uri = await filled('go_server', [...rows, ...own], [events])
  })
  after(async () => {
    await story.end()
    await receiver.stop()
  })

  const from = () => ({ from: 'gdbrns' as const, place: { at: uri } })

  it('refuses a database to which that server is connected', async () => {
    const server = new pg.Client({ connectionString: uri })
    await server.connect()
    await assert.rejects(story.move(from()), /seems to be in use: 1 other connection to the database/)
    await server.end()
  })

  it('moves API keys, devices and webhooks, and says what it leaves', async () => {
    const report = (await story.move(from())).join('\n')
    assert.match(report, /API key 7 \(Acme\): moved/)
    assert.match(
      report,
      new RegExp(
        `Shop: moved as device ${linked}\n.*LID known.*, 1 webhook\n.*Left: webhook 13\\. A webhook URL starts with`,
      ),
    )
    assert.match(report, new RegExp(`New: moved as device ${unlinked}`))
    for (const secret of [key, secrets.device, secrets.webhook]) assert.ok(!report.includes(secret))
    assert.ok(!readdirSync(story.gateway.dataDir).includes('imports'), 'nothing has to be handed out')
  })

  it('takes the tokens, keys and secrets that its customers have', async () => {
    await story.gateway.start()
    const { gateway } = story
    const owner = gateway.api.with({ 'x-api-key': key })
    const made = await owner.post<{ device_id: string }>('/devices', { device_name: 'Third' })
    assert.match(made.device_id, /^[0-9a-f-]{36}$/)
    const { api } = gateway.deviceWith(linked, secrets.device, tokenOf(linked, 3))
    assert.equal((await api.call('GET', '/devices/me/status')).status, 200)
    const old = gateway.deviceWith(linked, secrets.device, tokenOf(linked, 2))
    assert.equal((await old.api.call('GET', '/devices/me/status')).status, 401)
    const { webhooks } = await api.get<{ webhooks: { id: number; events: string[] }[] }>('/webhooks')
    assert.deepEqual(
      webhooks.map(({ id, events }) => [id, events]),
      [[12, ['message.received']]],
    )
    const { id } = await api.post<{ id: number }>('/webhooks', { url: receiver.url, events: ['message.sent'] })
    assert.equal(id, 13)
    const renewed = await gateway.api.post<{ token: string }>('/devices/token', {
      device_id: unlinked,
      device_secret: secrets.device,
    })
    assert.match(renewed.token, /^ey/)
  })

  it('works in both directions, and calls its webhook with the signature that receivers check', async () => {
    const device = story.gateway.deviceWith(linked, secrets.device, tokenOf(linked, 3))
    await device.api.post('/devices/me/reconnect')
    await story.goesOn(device)
    const { headers, raw } = await receiver.until(({ body }) => body.event_type === 'message.received')
    const signature = `sha256=${createHmac('sha256', secrets.webhook).update(raw).digest('hex')}`
    assert.equal(headers['x-webhook-signature'], signature)
  })

  it('leaves what is here already when it is done again', async () => {
    await story.gateway.halt()
    const report = (await story.move(from())).join('\n')
    assert.match(report, /API key 7 \(Acme\): is here already/)
    assert.match(report, /Shop: left out: it is here already/)
    assert.match(report, /0 moved, 2 left out/)
  })

  it('moves within one database: the names of the tables differ', async () => {
    const other = await startTestGateway({ environment: { WHATSAPP_DATASTORE_URI: uri } })
    await other.halt()
    const lines: string[] = []
    const wish = { ...from(), write: true, force: false, apiKeyId: undefined }
    const parts = { readers: linkReaders, log: silentLogger, say: (line: string) => void lines.push(line) }
    await runImport(other.config, wish, parts)
    assert.match(lines.join('\n'), /API key 7 \(Acme\): moved\n[\s\S]*2 moved, 0 left out/)
    await other.start()
    const { webhooks } = await other
      .deviceWith(linked, secrets.device, tokenOf(linked, 3))
      .api.get<{ webhooks: { id: number }[] }>('/webhooks')
    assert.deepEqual(
      webhooks.map(({ id }) => id),
      [12],
    )
    await other.stop()
  })
})
