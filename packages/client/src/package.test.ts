import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { promisify } from 'node:util'
import { startTestGateway } from '../../server/src/testing/start-test-gateway.ts'

const run = promisify(execFile)
const root = path.resolve(import.meta.dirname, '../../..')

/** The Node that runs this, and those of the machine that are new enough for the client. */
const nodes = (): string[] => {
  const places = (process.env['PATH'] ?? '').split(path.delimiter).concat('/usr/local/bin', '/usr/bin')
  const found = places.map((place) => path.join(place, 'node')).filter((place) => existsSync(place))
  const versions = new Map<string, string>([[process.version, process.execPath]])
  for (const place of found) {
    const version = spawnSync(place, ['--version'], { encoding: 'utf8' }).stdout.trim()
    if (Number.parseInt(version.slice(1), 10) >= 20 && !versions.has(version)) versions.set(version, place)
  }
  return [...versions.values()]
}

const program = `
import { createHmac } from 'node:crypto'
import { Switchboard, SwitchboardError, verifyWebhook } from '@switchboard/client'
const [baseUrl, deviceToken, chat_jid] = process.argv.slice(2)
const sb = new Switchboard({ baseUrl, deviceToken })
const after = (await sb.events.list()).next_after
const text = 'from Node ' + process.version
const { message_id } = await sb.messaging.sendText({ path: { chat_jid }, body: { text } })
const file = new Blob([text]).stream()
await sb.messaging.sendDocument({ path: { chat_jid }, body: { file, filename: 'note.txt' } })
for await (const event of sb.events({ after, types: ['message.sent'] })) {
  if (event.data.message_id === message_id) break
}
const error = await sb.messaging.get({ path: { message_id: 'NOBODY' } }).catch((error) => error)
if (!(error instanceof SwitchboardError) || error.code !== 'message_not_found') throw error
const body = JSON.stringify({ event_type: 'test.ping' })
const at = String(Math.floor(Date.now() / 1000))
const signature = 'v1,' + createHmac('sha256', 'a secret').update('1.' + at + '.' + body).digest('base64')
await verifyWebhook({ 'webhook-id': '1', 'webhook-timestamp': at, 'Webhook-Signature': signature }, body, 'a secret')
console.log(text)
`

/** Compiles only if the types are what they are said to be. */
const typed = `
import { type SentMessage, Switchboard, type SwitchboardEvent, verifyWebhook } from '@switchboard/client'
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const right = <_ extends true>(): void => {}
const sb = new Switchboard({ baseUrl: '', cookie: true })
const sent = await sb.messaging.sendText({ path: { chat_jid: '1' }, body: { text: 'x' } })
right<Same<typeof sent, SentMessage>>()
for await (const event of sb.events({ after: 0 })) {
  right<Same<typeof event.cursor, number>>()
  if (event.event_type === 'message.received') right<Same<typeof event.data.is_from_me, boolean>>()
}
for await (const event of sb.events({ types: ['connection.qr'] })) {
  right<Same<typeof event.event_type, 'connection.qr'>>()
}
const event: SwitchboardEvent = await verifyWebhook(new Headers(), '', 's')
if (event.event_type === 'message.reaction') right<Same<typeof event.data.message_id, string>>()
// @ts-expect-error the fields of another event
if (event.event_type === 'test.ping') event.data.text
// @ts-expect-error the text is missing
await sb.messaging.sendText({ path: { chat_jid: '1' }, body: {} })
// @ts-expect-error there is no such event
sb.events({ types: ['message.invented'] })
// @ts-expect-error nothing comes back
right<Same<Awaited<ReturnType<typeof sb.calls.reject>>, string>>()
// @ts-expect-error one credential is enough
new Switchboard({ baseUrl: '', deviceToken: 1 })
await sb.messaging.sendImage({ path: { chat_jid: '1' }, body: { file: new Blob(['x']), caption: 'x' } })
await sb.messaging.sendImage({ path: { chat_jid: '1' }, body: { url: 'https://example.com/x.png' } })
`

const config = {
  compilerOptions: {
    ...{ target: 'ES2022', module: 'NodeNext', strict: true, noEmit: true, skipLibCheck: false, types: [] },
    lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
  },
  files: ['typed.mts'],
}

describe('the package of the client', () => {
  let folder: string

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'switchboard-package-'))
    const made = path.join(folder, 'made')
    await run(process.execPath, [path.join(root, 'scripts/build/client-package.ts'), made])
    await run('npm', ['pack', '--pack-destination', folder], { cwd: made })
    const tarball = (await readdir(folder)).find((name) => name.endsWith('.tgz'))!
    await writeFile(path.join(folder, 'package.json'), '{"private":true,"type":"module"}')
    await run('npm', ['install', '--offline', '--no-audit', '--no-fund', `./${tarball}`], { cwd: folder })
    await writeFile(path.join(folder, 'program.js'), program)
    await writeFile(path.join(folder, 'typed.mts'), typed)
    await writeFile(path.join(folder, 'tsconfig.json'), JSON.stringify(config))
  })
  after(() => rm(folder, { recursive: true, force: true }))

  it('works in every Node that there is, against a gateway', async (test) => {
    const gateway = await startTestGateway({ sandbox: true })
    try {
      const { token } = await gateway.linkDevice()
      const bob = await gateway.phone('Bob')
      for (const node of nodes()) {
        const { stdout } = await run(node, ['program.js', gateway.api.url, token, bob.id], { cwd: folder })
        test.diagnostic(stdout.trim())
        await bob.until.message(({ text }) => text === stdout.trim())
      }
    } finally {
      await gateway.stop()
    }
  })

  it('has the types that it promises, for pages as for programs', async () => {
    const compiler = path.join(root, 'node_modules/typescript/bin/tsc')
    const { stdout } = await run(process.execPath, [compiler, '-p', folder]).catch((error) => error)
    assert.equal(stdout, '')
  })
})
