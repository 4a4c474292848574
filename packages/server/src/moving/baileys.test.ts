import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { silentLogger } from '@switchboard/engine'
import { linkReaders } from '../engine/link-readers.ts'
import { startTestGateway } from '../testing/start-test-gateway.ts'
import { runImport } from './run-import.ts'
import { MovingStory } from './testing/moving-story.ts'

describe('moving here from Baileys', { timeout: 120_000 }, () => {
  let story: MovingStory
  before(async () => {
    story = await MovingStory.begin()
  })
  after(() => story.end())

  const from = () => ({ from: 'baileys' as const, place: { at: story.state } })
  const imports = () => readdirSync(story.gateway.dataDir).filter((name) => name === 'imports')

  it('refuses a state that was changed a moment ago', async () => {
    await assert.rejects(story.move(from()), /seems to be in use.*creds\.json was changed|was changed \d+ s ago/)
  })

  it('says what it found, and changes nothing without being told to', async () => {
    story.rest()
    const lines = await story.move({ ...from(), write: false })
    assert.equal(lines[0], 'Baileys, 1 folder')
    assert.match(lines.join('\n'), /\+\d+: LID known, \d+ prekeys, \d+ sessions .*sender key.*app-state key/)
    assert.match(lines.at(-1)!, /^1 can be moved, 0 cannot\. Nothing was changed/)
    assert.deepEqual(imports(), [])
  })

  it('is a command, which says what is wrong with its arguments', () => {
    const { dataDir, config } = story.gateway
    const env = {
      ...{ SWITCHBOARD_DATA_DIR: dataDir, SWITCHBOARD_MASTER_KEY: config.secrets.masterKey },
      ...{ JWT_SECRET_KEY: config.secrets.jwtSecret, ADMIN_SECRET_KEY: config.secrets.adminSecret },
    }
    const run = (...args: string[]) =>
      spawnSync(process.execPath, [path.join(import.meta.dirname, '../import-main.ts'), ...args], {
        ...{ env, encoding: 'utf8', cwd: story.folder },
      })
    const good = run('--from', 'baileys', story.state)
    assert.deepEqual([good.status, good.stderr], [0, ''])
    assert.match(good.stdout, /1 can be moved, 0 cannot/)
    const wrong = run('--from', 'pigeons', story.state)
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /--from is one of baileys/)
    const slip = run('--from', 'baileys', story.state, '--wirte')
    assert.equal(slip.status, 2)
    assert.match(slip.stderr, /^Unknown option: --wirte\. Is --write meant\?\n/)
    const noValue = run(story.state, '--from', '--write')
    assert.deepEqual([noValue.status, noValue.stderr.split('\n')[0]], [2, '--from needs a value'])
    const unlinked = path.join(story.folder, 'unlinked')
    mkdirSync(unlinked)
    writeFileSync(path.join(unlinked, 'creds.json'), '{}')
    const nothing = run('--from', 'baileys', unlinked, '--force')
    assert.equal(nothing.status, 1, nothing.stderr)
    rmSync(unlinked, { recursive: true })
    assert.match(nothing.stdout, /^0 can be moved, 1 cannot\. Nothing was changed\.$/m)
    const nowhere = run('--from', 'baileys', path.join(story.folder, 'nowhere'))
    assert.deepEqual([nowhere.status, nowhere.stderr.trim()], [1, `${path.join(story.folder, 'nowhere')} is no folder`])
  })

  it('refuses to work while a gateway runs', async () => {
    await story.gateway.start()
    await assert.rejects(story.move(from()), /A gateway runs with this database/)
    await story.gateway.halt()
  })

  it('moves the device, and does not connect it', async () => {
    const lines = await story.move(from())
    assert.match(lines.join('\n'), /moved as device [0-9a-f-]{36}/)
    const { handedOut } = story
    const [file] = readdirSync(path.join(story.gateway.dataDir, 'imports'))
    assert.equal(statSync(path.join(story.gateway.dataDir, 'imports', file!)).mode & 0o777, 0o600)
    const creds = JSON.parse(readFileSync(path.join(story.state, 'creds.json'), 'utf8'))
    for (const secret of [handedOut.device_secret, handedOut.token, creds.noiseKey.private.data, creds.advSecretKey])
      assert.ok(!lines.join('\n').includes(secret))
    const device = await story.device()
    const status = await device.api.get<Record<string, unknown>>('/devices/me/status')
    assert.deepEqual(
      [status['is_connected'], status['state'], status['reason'], (status['next_action'] as { code: string }).code],
      [false, 'closed', 'moved', 'reconnect'],
    )
    const answer = await device.api.call('POST', `/chats/${story.friend.jid}/messages`, { text: 'too early' })
    assert.equal(answer.status, 409)
  })

  it('works in both directions once it is connected', async () => {
    const { handedOut, gateway } = story
    const device = gateway.deviceWith(handedOut.device_id, handedOut.device_secret, handedOut.token)
    const { connected } = await device.api.post<{ connected: boolean }>('/devices/me/reconnect')
    assert.equal(connected, true)
    await story.goesOn(device)
    assert.equal(story.owner.devices().length, 1)
  })

  it('connects by itself from then on', async () => {
    const { handedOut, gateway } = story
    await gateway.restart()
    await gateway.connected(gateway.deviceWith(handedOut.device_id, handedOut.device_secret, handedOut.token))
    await gateway.halt()
  })

  it('is not moved twice, and says which states hold no link', async () => {
    const damaged = path.join(story.folder, 'damaged')
    const creds = JSON.parse(readFileSync(path.join(story.state, 'creds.json'), 'utf8'))
    mkdirSync(damaged)
    writeFileSync(path.join(damaged, 'creds.json'), JSON.stringify({ ...creds, account: undefined }))
    story.rest()
    const lines = await story.move({ from: 'baileys', place: { at: story.folder } })
    assert.match(lines.join('\n'), /damaged: left out: no proof of the phone.*never linked/)
    assert.match(lines.join('\n'), /state: left out: its link is here already, as device/)
    assert.match(lines.at(-1)!, /^0 moved, 2 left out/)
    await assert.rejects(
      story.move({ from: 'baileys', place: { at: path.join(story.folder, 'nowhere') } }),
      /is no folder/,
    )
  })

  it('says so when the link has ended before', async () => {
    const { owner, sandbox } = story
    owner.unlink(owner.devices()[0]!.id)
    const other = await startTestGateway({ sandbox })
    await other.halt()
    const lines: string[] = []
    const wish = { ...from(), write: true, force: false, apiKeyId: undefined }
    const parts = { readers: linkReaders, log: silentLogger, say: (line: string) => void lines.push(line) }
    await runImport(other.config, wish, parts)
    await other.start()
    const id = /moved as device (\S+)/.exec(lines.join('\n'))![1]!
    const { state } = await other.services.sessions.reconnect(id)
    assert.equal(state.name, 'logged_out')
    assert.equal((await other.services.tenants.devices.get(id)).status, 'logged_out')
    await other.stop()
  })
})
