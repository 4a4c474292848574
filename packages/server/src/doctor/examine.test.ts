import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, beforeEach, describe, it } from 'node:test'
import { MessageStore } from '../storage/message-store.ts'
import { openDatabase } from '../storage/open-database.ts'
import { insertSampleDevice, sampleMessage } from '../storage/testing/sample-rows.ts'
import { withPostgres } from '../storage/testing/with-databases.ts'
import { freePort } from '../testing/free-port.ts'
import { TestNats, withoutNats } from '../testing/start-nats.ts'
import { reachHost } from './checks/whatsapp.ts'
import { type Diagnosis, examine } from './examine.ts'

const home = mkdtempSync(path.join(tmpdir(), 'switchboard-doctor-'))
after(() => rmSync(home, { recursive: true, force: true }))

let dataDir: string
let port: string
beforeEach(async () => {
  dataDir = mkdtempSync(path.join(home, 'data-'))
  port = String(await freePort())
})

const diagnose = (environment: Record<string, string> = {}, sandbox = false): Promise<Diagnosis[]> =>
  examine({
    environment: {
      ...{ SWITCHBOARD_DATA_DIR: dataDir, SERVER_ADDRESS: '127.0.0.1', SERVER_PORT: port, SWITCHBOARD_FFMPEG: 'off' },
      ...environment,
    },
    problem: undefined,
    offline: true,
    sandbox,
  })

const failed = (found: readonly Diagnosis[]): Diagnosis[] => found.filter(({ state }) => state === 'fail')

/** The finding of a check, which there must be, with advice when something is wrong. */
const find = (found: readonly Diagnosis[], check: string, says: RegExp): Diagnosis => {
  const finding = found.find((each) => each.check === check && says.test(each.says))
  assert.ok(finding, `${check} ${says}: ${JSON.stringify(found.filter((each) => each.check === check))}`)
  assert.equal(finding.advice !== undefined, finding.state === 'warn' || finding.state === 'fail')
  return finding
}

/** A database with one message, in clear. */
async function storeMessage(file: string): Promise<void> {
  const database = await openDatabase({ type: 'sqlite', file })
  const { deviceId } = await insertSampleDevice(database)
  await database.commit([new MessageStore(database).insert(sampleMessage(deviceId), 1, () => new Error('known'))])
  await database.close()
}

const secrets = {
  ADMIN_SECRET_KEY: 'x'.repeat(32),
  JWT_SECRET_KEY: 'y'.repeat(32),
  SWITCHBOARD_MASTER_KEY: '0f'.repeat(32),
}

describe('doctor', () => {
  it('says how much of what people wrote is sealed, and what is not as it is set', async () => {
    find(await diagnose(), 'Content', /nothing stored yet/)
    await storeMessage(path.join(dataDir, 'switchboard.db'))
    assert.equal(find(await diagnose(), 'Content', /0 rows are sealed, 1 row is in clear/).state, 'ok')
    const sealing = await diagnose({ SWITCHBOARD_SEAL_CONTENT: 'true' })
    assert.equal(find(sealing, 'Content', /1 row is in clear \(message 1\)/).state, 'warn')
  })

  it('finds nothing to mend where everything is in order, and asks nobody outside', async () => {
    const found = await diagnose()
    assert.deepEqual(failed(found), [])
    assert.equal(find(found, 'Data folder', /can be written/).state, 'ok')
    assert.equal(find(found, 'Port', /is free/).state, 'ok')
    assert.equal(find(found, 'WhatsApp', /not asked/).state, 'skip')
    assert.equal(find(found, 'Network', /only this machine/).state, 'ok')
  })

  it('stops at settings that a gateway would not start with, and shows no secret', async () => {
    const found = await diagnose({ SERVER_PORT: '70000', JWT_SECRET_KEY: 'hunter2', SERVER_PROT: '1' })
    assert.equal(failed(found).length, 2)
    find(found, 'Settings', /^SERVER_PORT is "70000"/)
    find(found, 'Settings', /^JWT_SECRET_KEY is a value that is not shown/)
    assert.equal(find(found, 'Settings', /Is SERVER_PORT meant/).state, 'warn')
    assert.doesNotMatch(JSON.stringify(found), /hunter2/)
    assert.deepEqual([...new Set(found.map(({ check }) => check))], ['Node', 'Settings'])
  })

  it('sees a port that another program has', async () => {
    const other = createServer((socket) => socket.end()).listen(Number(port), '127.0.0.1')
    await once(other, 'listening')
    try {
      assert.equal(find(await diagnose(), 'Port', /another program/).state, 'fail')
    } finally {
      other.close()
    }
  })

  it('sees a data folder of another world, one that cannot be used, and secrets that others may read', async () => {
    writeFileSync(path.join(dataDir, 'world'), 'sandbox\n')
    mkdirSync(path.join(dataDir, 'secrets'))
    const secret = path.join(dataDir, 'secrets/jwt-secret')
    writeFileSync(secret, 'z'.repeat(32))
    chmodSync(secret, 0o644)
    const found = await diagnose()
    const otherWorld = find(found, 'Data folder', /world "sandbox"/)
    assert.equal(otherWorld.state, 'fail')
    assert.match(otherWorld.advice!, /npm run doctor -- --sandbox/)
    const asSandbox = await diagnose({ WHATSAPP_DATASTORE_URI: 'postgres://u:p@127.0.0.1:9/d' }, true)
    assert.deepEqual(failed(asSandbox), [])
    assert.equal(find(asSandbox, 'WhatsApp', /of its own/).state, 'skip')
    assert.equal(find(found, 'Data folder', /others may read jwt-secret/).state, 'warn')
    const file = path.join(dataDir, 'a-file')
    writeFileSync(file, '')
    const inFile = await diagnose({ SWITCHBOARD_DATA_DIR: path.join(file, 'data') })
    assert.equal(find(inFile, 'Data folder', /cannot be/).state, 'fail')
  })

  it('asks for a named proxy where the public address is https', async () => {
    const publicUrl = { SWITCHBOARD_PUBLIC_URL: 'https://wa.example.com' }
    assert.equal(find(await diagnose(publicUrl), 'Network', /none is trusted/).state, 'warn')
    const trusted = await diagnose({ ...publicUrl, SWITCHBOARD_TRUSTED_PROXIES: '10.0.0.0/8' })
    assert.equal(find(trusted, 'Network', /10\.0\.0\.0\/8/).state, 'ok')
    assert.equal(find(await diagnose({ SERVER_ADDRESS: '0.0.0.0' }), 'Network', /plain HTTP/).state, 'warn')
  })

  it('sees an ffmpeg that is not there, and one that does not run', async () => {
    assert.equal(find(await diagnose({ SWITCHBOARD_FFMPEG: 'no-such-ffmpeg' }), 'ffmpeg', /there is no/).state, 'warn')
    const broken = path.join(dataDir, 'broken')
    writeFileSync(broken, '#!/bin/sh\nexit 3\n', { mode: 0o755 })
    assert.equal(find(await diagnose({ SWITCHBOARD_FFMPEG: broken }), 'ffmpeg', /does not run/).state, 'fail')
  })

  it('says why a server cannot be reached, without sending anything', async () => {
    const nobody = await reachHost('localhost', Number(port))
    assert.match(nobody[0]!.says, /ECONNREFUSED/)
    const [nowhere] = await reachHost('no-such-host.invalid')
    assert.match(nowhere!.says, /ENOTFOUND|EAI_AGAIN/)
    assert.match(nowhere!.advice!, /resolve names/)
  })

  it('waits for no sandbox that is not there', async () => {
    const found = await diagnose({ SWITCHBOARD_SANDBOX_URL: `http://127.0.0.1:${await freePort()}` })
    assert.equal(find(found, 'WhatsApp', /sandbox at .* does not answer \(ECONNREFUSED\)/).state, 'fail')
  })

  it('is a program that ends with 1 when something is wrong, and speaks JSON', () => {
    const run = (env: Record<string, string>) =>
      spawnSync(process.execPath, [path.join(import.meta.dirname, '../doctor-main.ts'), '--offline', '--json'], {
        ...{ cwd: dataDir, encoding: 'utf8' },
        env: { PATH: process.env['PATH'] ?? '', SERVER_PORT: port, SERVER_ADDRESS: '127.0.0.1', ...env },
      })
    const healthy = run({})
    assert.deepEqual([healthy.status, JSON.parse(healthy.stdout).healthy], [0, true], healthy.stdout)
    const ill = run({ ADMIN_SECRET_KEY_FILE: path.join(dataDir, 'not-there') })
    const { healthy: isHealthy, findings } = JSON.parse(ill.stdout)
    assert.deepEqual([ill.status, isHealthy], [1, false], ill.stderr)
    find(findings, 'Settings', /^ADMIN_SECRET_KEY_FILE is ".*not-there": .*ENOENT/)
  })
})

withPostgres('doctor, with PostgreSQL', (_, freshTarget) => {
  const uriOf = async (): Promise<string> => {
    const target = await freshTarget()
    assert.ok(target.type === 'postgres')
    return target.uri
  }

  it('asks the server about its version, its clock and its sessions', async () => {
    const found = await diagnose({ ...secrets, WHATSAPP_DATASTORE_URI: await uriOf() })
    assert.deepEqual(failed(found), [])
    // A busy machine makes it slow, which is a warning.
    assert.notEqual(find(found, 'Database', /^PostgreSQL \d+\.\d+ answers/).state, 'fail')
    assert.equal(find(found, 'Database', /clocks?.* agree/).state, 'ok')
  })

  it('says what to do about a server that refuses or is not there, and shows no password', async () => {
    const url = new URL(await uriOf())
    url.pathname = '/no_such_database'
    const missing = await diagnose({ ...secrets, WHATSAPP_DATASTORE_URI: url.href })
    assert.match(find(missing, 'Database', /3D000/).says, /Create the database/)
    const away = `postgres://somebody:hunter2@127.0.0.1:${await freePort()}/d`
    const nobody = await diagnose({ ...secrets, WHATSAPP_DATASTORE_URI: away })
    find(nobody, 'Database', /does not answer \(ECONNREFUSED\)/)
    assert.doesNotMatch(JSON.stringify(nobody), /hunter2/)
  })

  it('asks NATS for its name, and nothing else', { skip: withoutNats }, async () => {
    const nats = new TestNats()
    await nats.start()
    const settings = { ...secrets, WHATSAPP_DATASTORE_URI: await uriOf(), SWITCHBOARD_SHARED_DIR: dataDir }
    try {
      const found = await diagnose({ ...settings, SWITCHBOARD_NATS_URL: nats.url })
      assert.equal(find(found, 'Cluster', /^NATS \d/).state, 'ok')
    } finally {
      await nats.stop()
    }
    const url = `nats://127.0.0.1:${await freePort()}`
    const away = await diagnose({ ...settings, SWITCHBOARD_NATS_URL: url })
    assert.equal(find(away, 'Cluster', /does not answer \(ECONNREFUSED\)/).state, 'fail')
  })
})
