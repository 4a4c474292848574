import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLogger } from '@switchboard/engine'
import { type Phone, type PhoneGroup, Sandbox } from '@switchboard/sandbox'
import { createRewind } from '../engine/link-readers.ts'
import { testCluster } from '../storage/testing/embedded-postgres.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { runBackup } from './run-backup.ts'
import { readHead, runRestore, worldOfBackup } from './run-restore.ts'

const passphrase = 'a passphrase of a test'

const reads = (device: TestDevice, chat: string, text: string) =>
  until(`${text} is read`, async () => {
    const { messages } = await device.api.get<{ messages: { text: string | null }[] }>(`/chats/${chat}/messages`)
    return messages.some((message) => message.text === text)
  })

describe('backup and restore', { timeout: 120_000 }, () => {
  let sandbox: Sandbox
  let gateway: TestGateway
  let friend: Phone
  let group: PhoneGroup
  let first: TestDevice & { phone: Phone }
  let second: TestDevice & { phone: Phone }
  let keyId: number
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-backup-'))
  const [whole, one] = ['whole', 'one'].map((name) => path.join(folder, name)) as [string, string]
  const others: TestGateway[] = []

  before(async () => {
    sandbox = await Sandbox.start({ seed: 9 })
    gateway = await startTestGateway({ sandbox })
    friend = await sandbox.phone({ name: 'Friend' })
    const key = await gateway.createKey()
    keyId = key.id
    first = await gateway.linkDevice(await sandbox.phone({ name: 'One' }), await gateway.createDevice(key.key))
    second = await gateway.linkDevice(await sandbox.phone({ name: 'Two' }))
    group = await friend.groups.create({ subject: 'Talk', participants: [first.phone.jid] })
    await talk(first, 'before')
  })
  after(async () => {
    for (const each of [gateway, ...others]) await each.stop()
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Both directions, alone and in the group. */
  async function talk(device: TestDevice & { phone?: Phone }, word: string): Promise<void> {
    const says = (chat: string, text: string) => device.api.post(`/chats/${chat}/messages`, { text })
    await says(friend.jid, `${word} out`)
    await friend.until.message(({ text }) => text === `${word} out`)
    await says(group.jid, `${word} group out`)
    await group.until.message(({ text }) => text === `${word} group out`)
    await friend.send(first.phone.jid, { text: `${word} in` })
    await reads(device, friend.jid, `${word} in`)
    await group.send({ text: `${word} group in` })
    await reads(device, group.jid, `${word} group in`)
  }

  const restore = (to: TestGateway, file: string, more: { passphrase?: string; isLastState?: boolean } = {}) =>
    runRestore(to.config, { file, passphrase, isLastState: false, ...more }, { createRewind, log: silentLogger })

  /** A gateway that has never had anything, stopped. */
  async function fresh(environment: Record<string, string> = {}): Promise<TestGateway> {
    const made = await startTestGateway({ sandbox, environment })
    others.push(made)
    await made.halt()
    return made
  }

  const seenBy = (to: TestGateway, device: TestDevice) => to.deviceWith(device.id, device.secret, device.token)

  it('is taken while the gateway runs, and says nothing without the passphrase', async () => {
    // Of a backup that was killed long ago.
    const copy = path.join(gateway.dataDir, 'switchboard.db.backup-999999999')
    writeFileSync(copy, 'pages')
    utimesSync(copy, 1, 1)
    const [all, some] = [
      await runBackup(gateway.config, { file: whole, passphrase, apiKeyId: undefined }),
      await runBackup(gateway.config, { file: one, passphrase, apiKeyId: keyId }),
    ]
    assert.ok(all > some && some > 0)
    assert.deepEqual(
      readdirSync(gateway.dataDir).filter((name) => name.includes('backup')),
      [],
    )
    assert.equal(statSync(whole).mode & 0o777, 0o600)
    const bytes = readFileSync(whole)
    for (const text of ['before out', first.phone.id, 'api_key', first.id]) assert.ok(!bytes.includes(text))
    const again = (file: string, apiKeyId?: number) => runBackup(gateway.config, { file, passphrase, apiKeyId })
    await assert.rejects(again(path.join(folder, 'none'), 999), /There is no API key 999/)
    assert.deepEqual(readdirSync(folder).sort(), ['one', 'whole'], 'nothing is left of what failed')
    await assert.rejects(again(one), /one is there already/)
    await assert.rejects(again(path.join(folder, 'nowhere', 'one')), /cannot be written \(ENOENT\)/)
  })

  it('is refused by a gateway that runs, and by a database with customers', async () => {
    await talk(first, 'after')
    await assert.rejects(restore(gateway, whole), /A gateway runs with this database/)
    await gateway.halt()
    await assert.rejects(restore(gateway, whole), /has customers or devices already/)
    await assert.rejects(restore(gateway, one), new RegExp(`This database has API key ${keyId} already`))
    await assert.rejects(
      restore(gateway, whole, { passphrase: 'another passphrase of a test' }),
      /passphrase is another one/,
    )
  })

  it('keeps the world of its devices, and is refused by settings for the other one', async () => {
    const head = await readHead({ file: whole, passphrase })
    assert.equal(head.world, 'whatsapp')
    const settings = (url: string | undefined) => ({ sandbox: { ...gateway.config.sandbox, url } })
    const [sandboxed, real] = [settings(sandbox.origin), settings(undefined)]
    const inSandbox = { ...head, world: 'sandbox' as const }
    assert.deepEqual([worldOfBackup(inSandbox, sandboxed), worldOfBackup(inSandbox, real)], ['sandbox', 'sandbox'])
    assert.throws(() => worldOfBackup(head, sandboxed), /Remove that setting/)
    const { world: _, ...before } = head
    assert.deepEqual([worldOfBackup(before, sandboxed), worldOfBackup(before, real)], ['sandbox', 'whatsapp'])
  })

  it('brings everything back under another master key, and devices that wait for a person', async () => {
    const other = await fresh({ SWITCHBOARD_MASTER_KEY: 'ab'.repeat(32) })
    const { devices } = await restore(other, whole)
    assert.equal(devices, 2)
    await other.start()
    const device = seenBy(other, first)
    const status = await device.api.get<Record<string, unknown>>('/devices/me/status')
    assert.deepEqual([status['is_connected'], status['reason']], [false, 'restored'])
    await reads(device, friend.jid, 'before in')
    const outcome = await other.admin.post<{ results?: unknown[] }>('/admin/devices/reconnect')
    assert.ok(outcome)
    await other.connected(device)
    await other.connected(seenBy(other, second))
    await talk(device, 'restored')
    assert.deepEqual(
      [friend, first.phone].flatMap(({ violations }) => violations),
      [],
    )
    await other.halt()
  })

  it('brings one customer to a gateway that has others', async () => {
    const other = await startTestGateway({ sandbox })
    others.push(other)
    // Takes the id that the customer does not have.
    if (keyId !== 1) await other.createKey()
    await other.halt()
    const { devices } = await restore(other, one)
    assert.equal(devices, 1)
    await assert.rejects(restore(other, one), /has API key/)
    await other.start()
    const device = seenBy(other, first)
    await reads(device, friend.jid, 'before in')
    assert.equal((await seenBy(other, second).api.call('GET', '/devices/me/status')).status, 401)
    assert.ok((await other.createKey()).id > keyId)
    await other.halt()
  })

  it('moves a stopped gateway from SQLite to PostgreSQL as it is, and back while it runs', async (test) => {
    const cluster = await testCluster().catch((error: Error) => error)
    if (cluster instanceof Error) return test.skip(`PostgreSQL cannot start here: ${cluster.message}`)
    // The gateway that had the devices last.
    const [last] = others
    const file = path.join(folder, 'last')
    await runBackup(last!.config, { file, passphrase, apiKeyId: undefined })
    const other = await fresh({ WHATSAPP_DATASTORE_URI: cluster.uri('postgres') })
    await restore(other, file, { isLastState: true })
    await other.start()
    const device = seenBy(other, first)
    await device.api.post('/devices/me/reconnect')
    await talk(device, 'moved')
    const made = await other.createKey()
    assert.ok(made.id > keyId)
    const again = path.join(folder, 'again')
    await runBackup(other.config, { file: again, passphrase, apiKeyId: undefined })
    await other.halt()
    const back = await fresh()
    await restore(back, again)
    await back.start()
    await seenBy(back, first).api.post('/devices/me/reconnect')
    await talk(seenBy(back, first), 'back')
  })
})
