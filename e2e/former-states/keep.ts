// Keeps what a gateway of this version leaves behind, for the upgrade test of later ones: `keep.ts`, when a version is released that has changed the schema.
import { globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Sandbox } from '@switchboard/sandbox'
import { backupTables } from '../../packages/server/src/storage/backup/backup-tables.ts'
import { migrations } from '../../packages/server/src/storage/migrations/index.ts'
import { startTestGateway, type TestGateway } from '../../packages/server/src/testing/start-test-gateway.ts'
import { until } from '../../packages/server/src/testing/until.ts'
import { openReceiver } from '../../packages/server/src/webhooks/testing.ts'
import { type FormerStory, writeState } from './former-state.ts'

interface Events {
  readonly events: readonly { readonly id: string; readonly event_type: string }[]
}

const schema = Math.max(...migrations.map(({ number }) => number))
/** Hour and minute of an instant, UTC. */
const timeOfDay = (at: number): string => new Date(at).toISOString().slice(11, 16)

/** One of everything that has tables: what a business would be angry to lose. */
async function live(gateway: TestGateway, sandbox: Sandbox): Promise<FormerStory> {
  const receiver = await openReceiver()
  const key = await gateway.createKey({ customer_name: 'Bakery' })
  const linked = await gateway.linkDevice(
    await sandbox.phone({ name: 'Ana' }),
    await gateway.createDevice(key.key, 'Front desk'),
  )
  const { api, phone: ana } = linked
  const bob = await sandbox.phone({ name: 'Bob' })
  const webhook = await api.post<{ id: number; secret: string }>('/webhooks', {
    url: receiver.url,
    events: ['message.received'],
  })
  const says = async (to: string, text: string) => {
    const { message_id: id } = await api.post<{ message_id: string }>(`/chats/${to}/messages`, { text })
    return id
  }
  const hears = async (text: string) => {
    await until(`${text} is delivered`, () => receiver.received.some(({ body }) => body.data['text'] === text))
  }
  await bob.send(ana.jid, { text: 'Do you have bread?' })
  await hears('Do you have bread?')
  const answer = await says(bob.jid, 'Yes, until six.')
  await bob.until.message(({ id }) => id === answer)
  const group = await bob.groups.create({ subject: 'Team', participants: [ana.jid] })
  await group.send({ text: 'Hello all' })
  await hears('Hello all')
  await says(group.jid, 'Hello Bob')
  await group.until.message(({ text }) => text === 'Hello Bob')
  const { message_id: poll } = await api.post<{ message_id: string }>(`/chats/${bob.jid}/polls`, {
    question: 'Which bread?',
    options: ['Rye', 'Wheat'],
  })
  await bob.until.message(({ id }) => id === poll)
  await bob.send(ana.jid, { image: { data: Buffer.alloc(3_000, 7), caption: 'This one' } })
  await hears('This one')
  // From here on the customer's server is down.
  receiver.answer = (_request, response) => response.writeHead(503).end()
  await bob.send(ana.jid, { text: 'Are you there?' })
  await bob.send(ana.jid, { text: 'Hello?' })
  const received = await until('both stand in the log', async () => {
    const { events } = await api.get<Events>('/events?types=message.received&limit=1000')
    return events.length === 5 && events
  })
  await api.patch('/devices/me/send-limits', {
    quiet_hours: { from: timeOfDay(Date.now() - 3_600_000), to: timeOfDay(Date.now() + 7_200_000), time_zone: 'UTC' },
  })
  const held = { id: await says(bob.jid, 'We open at eight.'), text: 'We open at eight.' }
  const answers: Record<string, unknown> = {}
  for (const read of [
    '/devices/me',
    `/chats/${bob.jid}/messages?limit=200`,
    `/chats/${group.jid}/messages?limit=200`,
    '/messages?state=scheduled',
    `/polls/${poll}/results`,
    '/webhooks',
    '/events?types=message.received,message.sent&limit=1000',
  ])
    answers[read] = await api.get(read)
  await gateway.halt()
  await receiver.close()
  const missed = ['Is anybody there?', 'Good night']
  for (const text of missed) await bob.send(ana.jid, { text })
  return {
    apiKey: key.key,
    device: { id: linked.id, secret: linked.secret, token: linked.token },
    bob: bob.jid,
    group: group.jid,
    webhook: { id: webhook.id, secret: webhook.secret },
    undelivered: received.slice(-2).map(({ id }) => id),
    ...{ held, missed, answers },
  }
}

/** What a backup has of a database, which is what outlives a process. */
const tablesOf = (folder: string) => {
  const database = new DatabaseSync(path.join(folder, 'switchboard.db'), { readOnly: true })
  const names = database.prepare(`select name from sqlite_master where type = 'table'`).all() as { name: string }[]
  return backupTables(names.map(({ name }) => name))
    .map((table) => ({ table, rows: database.prepare(`select * from "${table}"`).all() }))
    .filter(({ rows }) => rows.length > 0)
}

const filesOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    globSync('**', { cwd: folder })
      .filter((name) => !/^(switchboard\.db|secrets)/.test(name) && statSync(path.join(folder, name)).isFile())
      .map((name) => [name.replaceAll(path.sep, '/'), readFileSync(path.join(folder, name)).toString('base64')]),
  )

const dataDir = mkdtempSync(path.join(tmpdir(), 'switchboard-kept-'))
const sandbox = await Sandbox.start({ seed: 38 })
const gateway = await startTestGateway({ sandbox, dataDir })
try {
  const story = await live(gateway, sandbox)
  const name = `schema-${String(schema).padStart(4, '0')}.json.gz`
  writeState(name, {
    ...{ schema, keptAt: Date.now(), story },
    ...{ tables: tablesOf(dataDir), files: filesOf(dataDir) },
    world: Buffer.from(sandbox.snapshot()).toString('base64'),
  })
  console.log(`${name}: ${statSync(path.join(import.meta.dirname, name)).size} bytes`)
} finally {
  await sandbox.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
