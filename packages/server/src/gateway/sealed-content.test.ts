import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLogger } from '@switchboard/engine'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import pg from 'pg'
import { runBackup } from '../backup/run-backup.ts'
import { ConfigError } from '../config/config-error.ts'
import { inspectContent } from '../storage/inspect-content.ts'
import { testCluster } from '../storage/testing/embedded-postgres.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { openKeyring } from './open-keyring.ts'
import { openStore } from './open-store.ts'

/** A word that is nowhere by chance, with a letter that JSON may escape. */
const word = `qé${randomBytes(9).toString('hex')}`
const plain = word.slice(2)

/** The ways in which the word may be written in a file. In base64 it looks different at each of three places. */
const forms: Readonly<Record<string, Buffer>> = {
  utf8: Buffer.from(plain),
  utf16: Buffer.from(plain, 'utf16le'),
  hex: Buffer.from(Buffer.from(plain).toString('hex')),
  ...Object.fromEntries(
    [0, 1, 2].map((shift) => {
      const text = Buffer.from(`${'x'.repeat(shift)}${plain}`).toString('base64')
      return [`base64 at ${shift}`, Buffer.from(text.slice(4, -4))]
    }),
  ),
}

/** Files that have the word, and in which form. */
function traces(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    if (!entry.isFile()) return []
    const bytes = readFileSync(path.join(entry.parentPath, entry.name))
    const found = Object.entries(forms).filter(([, form]) => bytes.includes(form))
    return found.map(([form]) => `${entry.name}: ${form}`)
  })
}

/** Answers what it was asked, as some endpoints do. */
async function startEcho(): Promise<{ url: string; heard: () => number; stop: () => void }> {
  let heard = 0
  const server = createServer(async (request, response) => {
    const asked = (await request.setEncoding('utf8').toArray()).join('')
    heard++
    response.writeHead(heard % 3 === 0 ? 500 : 200).end(asked)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, heard: () => heard, stop: () => void server.close() }
}

interface Story {
  readonly device: TestDevice
  readonly friend: Phone
}

/** Says the word in every way: sent and received, as caption, name, place, poll, reaction, edit, later, and in a group. */
async function say(sandbox: Sandbox, gateway: TestGateway, hook: string): Promise<Story> {
  const friend = await sandbox.phone({ name: `Friend ${word}` })
  const device = await gateway.linkDevice(await sandbox.phone({ name: 'Own' }))
  await device.api.post('/webhooks', { url: hook })
  const to = `/chats/${friend.id}`
  const send = (what: string, body: object, headers: Record<string, string> = {}) =>
    device.api.with(headers).post<{ message_id: string }>(`${to}/${what}`, body)
  const { message_id } = await send('messages', { text: `out ${word}` }, { 'idempotency-key': 'one' })
  const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  await send('images', { base64: pixel, caption: `caption ${word}` })
  await send('documents', { base64: pixel, filename: `${word}.png` })
  await send('locations', { latitude: 1, longitude: 2, name: `place ${word}` })
  await send('polls', { question: `question ${word}`, options: [`a ${word}`, `b ${word}`] })
  await send('messages', { text: `later ${word}`, send_at: new Date(Date.now() + 3_600_000).toISOString() })
  await device.api.patch(`/messages/${message_id}`, { chat_jid: friend.id, text: `edited ${word}` })
  const group = await friend.groups.create({ subject: `Group ${word}`, participants: [device.phone.jid] })
  await friend.send(device.phone.jid, { text: `in ${word}` })
  await group.send({ text: `in the group ${word}` })
  await until('what came in is there', async () => {
    const { messages } = await device.api.get<{ messages: { text: string | null }[] }>(`${to}/messages`)
    return messages.some(({ text }) => text === `in ${word}`)
  })
  await until('the chat has its name', async () => {
    const { chats } = await device.api.get<{ chats: { name: string | null; jid: string }[] }>('/chats')
    return chats.some(({ name }) => name?.includes(word))
  })
  return { device, friend }
}

/** The same after a restart, at another port. */
const again = (gateway: TestGateway, { device: { id, secret, token }, friend }: Story): Story => ({
  device: gateway.deviceWith(id, secret, token),
  friend,
})

/** Everything reads as it was written. */
async function reads({ device, friend }: Story): Promise<void> {
  const { messages } = await device.api.get<{ messages: { text: string | null; type: string }[] }>(
    `/chats/${friend.id}/messages`,
  )
  const texts = messages.map(({ text }) => text)
  for (const text of [`edited ${word}`, `caption ${word}`, `in ${word}`]) assert.ok(texts.includes(text), text)
  const found = await device.api.get<{ messages: unknown[] }>(`/search/messages?search=${encodeURIComponent(word)}`)
  assert.ok(found.messages.length >= 3)
  const events = await device.api.get<{ events: { data: unknown }[] }>('/events?limit=100')
  assert.ok(JSON.stringify(events).includes(word))
}

describe('sealed content', { timeout: 100_000 }, () => {
  let sandbox: Sandbox
  let echo: Awaited<ReturnType<typeof startEcho>>
  const on = { SWITCHBOARD_SEAL_CONTENT: 'true' }
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-sealed-'))
  const gateways: TestGateway[] = []
  const start = async (environment: Record<string, string>) => {
    const gateway = await startTestGateway({ sandbox, environment })
    gateways.push(gateway)
    return gateway
  }
  before(async () => {
    sandbox = await Sandbox.start({ seed: 12 })
    echo = await startEcho()
  })
  after(async () => {
    for (const gateway of gateways) await gateway.stop()
    echo.stop()
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  it('leaves no word of it in any file, neither while the gateway runs nor after it, nor in a backup', async () => {
    const gateway = await start(on)
    const story = await say(sandbox, gateway, echo.url)
    await reads(story)
    await until('some deliveries failed and some did not', () => Promise.resolve(echo.heard() > 8))
    assert.deepEqual(traces(gateway.dataDir), [], 'while it runs')
    const backup = { file: path.join(folder, 'backup'), passphrase: 'a passphrase of a test', apiKeyId: undefined }
    await runBackup(gateway.config, backup)
    await gateway.halt()
    assert.deepEqual(traces(gateway.dataDir), [], 'after it')
    assert.deepEqual(traces(folder), [], 'in the backup')
    // Another master key opens nothing, and changes nothing.
    const { storage } = gateway.config
    const store = await openStore({ type: 'sqlite', file: storage.uri }, {})
    const other = { ...gateway.config, secrets: { ...gateway.config.secrets, masterKey: 'ab'.repeat(32) } }
    await assert.rejects(openKeyring(other, store, silentLogger), ConfigError)
    await store.close()
    await gateway.start()
    await reads(again(gateway, story))
  })

  it('leaves no word of it in the files of PostgreSQL', async (t) => {
    const cluster = await testCluster().catch(() => undefined)
    if (!cluster) return t.skip('PostgreSQL cannot start here')
    const client = new pg.Client({ connectionString: cluster.uri('postgres') })
    await client.connect()
    await client.query('create database sealed_content')
    const database = { WHATSAPP_DATASTORE_TYPE: 'postgres', WHATSAPP_DATASTORE_URI: cluster.uri('sealed_content') }
    const gateway = await start({ ...on, ...database })
    await reads(await say(sandbox, gateway, echo.url))
    await client.query('checkpoint')
    const { rows } = await client.query<{ data_directory: string }>('show data_directory')
    assert.deepEqual(traces(rows[0]!.data_directory), [])
    assert.deepEqual(traces(gateway.dataDir), [])
    await client.end()
  })

  it('finds the word everywhere where nothing is sealed, and seals it when that is switched on', async () => {
    const gateway = await start({ SWITCHBOARD_SEAL_CONTENT: 'false' })
    const story = await say(sandbox, gateway, echo.url)
    await gateway.halt()
    assert.ok(traces(gateway.dataDir).some((trace) => trace === 'switchboard.db: utf8'))
    await gateway.start(on)
    await reads(again(gateway, story))
    await until('nothing is in clear', async () => {
      const counts = await inspectContent({ type: 'sqlite', file: gateway.config.storage.uri })
      return counts!.every(({ clear }) => clear === 0) && counts!.some(({ sealed }) => sealed > 0)
    })
    await reads(again(gateway, story))
  })
})
