import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { variables } from './config/variables.ts'
import { freePort } from './testing/free-port.ts'
import { GatewayProcesses } from './testing/gateway-process.ts'

const processes = new GatewayProcesses()
const run = processes.run.bind(processes)

describe('the gateway process', () => {
  after(() => processes.end())

  it('starts without any setting, makes its secrets, shows the admin secret once, and ends on SIGTERM', async () => {
    const first = run({})
    const url = await first.listening()
    const ready = await fetch(`${url}/readyz`)
    assert.equal(ready.status, 200)
    first.child.kill('SIGTERM')
    assert.equal(await first.ended, 0)

    const secrets = path.join(first.cwd, 'data/secrets')
    const admin = readFileSync(path.join(secrets, 'admin-secret'), 'utf8').trim()
    assert.equal(statSync(path.join(secrets, 'master-key')).mode & 0o777, 0o600)
    assert.ok(first.said.out.includes(admin))
    assert.ok(!first.said.out.includes(readFileSync(path.join(secrets, 'jwt-secret'), 'utf8').trim()))

    const second = run({}, first.cwd)
    const answer = await fetch(`${await second.listening()}/admin/stats`, { headers: { 'x-admin-secret': admin } })
    assert.equal(answer.status, 200)
    assert.ok(!second.said.out.includes(admin))
    // Ctrl-C arrives from the terminal, from npm and from the script: that is one wish, not an insisting one.
    second.child.kill('SIGINT')
    second.child.kill('SIGINT')
    assert.equal(await second.ended, 0)
  })

  it('shows with --help every setting, and refuses arguments that it does not know', async () => {
    const help = run({}, undefined, [], ['--help'])
    assert.equal(await help.ended, 0)
    for (const name of Object.keys(variables.shape)) assert.ok(help.said.out.includes(`  ${name}`), name)
    const wrong = run({}, undefined, [], ['--port', '8000'])
    assert.equal(await wrong.ended, 2)
    assert.match(wrong.said.err, /^Unknown arguments: --port 8000\. Settings are environment variables; .*--help.*\n$/)
    assert.ok(!existsSync(path.join(wrong.cwd, 'data')))
  })

  it('names variables that are no settings, and starts all the same', async () => {
    const gateway = run({ SWITCHBOARD_DATADIR: '/hunter2', ADMIN_SECRET: 'hunter2' })
    await gateway.listening()
    assert.match(gateway.said.err, /^SWITCHBOARD_DATADIR is not a setting\. Is SWITCHBOARD_DATA_DIR meant\?$/m)
    assert.match(gateway.said.err, /^ADMIN_SECRET is not a setting\. Is ADMIN_SECRET_KEY meant\?$/m)
    gateway.child.kill('SIGTERM')
    assert.equal(await gateway.ended, 0)
    assert.ok(!`${gateway.said.out}${gateway.said.err}`.includes('hunter2'))
  })

  it('writes nothing but JSON with LOG_FORMAT=json, and then no secret', async () => {
    const lines = (text: string) => text.split('\n').slice(0, -1)
    const cwd = processes.folder()
    writeFileSync(path.join(cwd, '.env'), 'LOG_FORMAT=json\nLOG_LEVEL=debug\n')
    const first = run({ LOG_LEVEL: 'debug', SWITCHBOARD_DATADIR: 'x' }, cwd)
    const url = await first.listening()
    await fetch(`${url}/readyz`)
    const second = run({ LOG_LEVEL: 'warn' }, cwd)
    const other = run({ SERVER_PORT: 'abc', LOG_LEVEL: 'loud' }, cwd)
    assert.equal(await other.ended, 1)
    const unknown = run({}, cwd, [], ['--nope'])
    assert.equal(await unknown.ended, 2)
    while (!second.said.out.includes('another gateway uses this database')) await once(second.child.stdout, 'data')
    for (const each of [second, first]) {
      each.child.kill('SIGTERM')
      assert.equal(await each.ended, 0)
    }
    const secret = readFileSync(path.join(cwd, 'data/secrets/admin-secret'), 'utf8').trim()
    for (const { said } of [first, second, other, unknown]) {
      for (const line of [...lines(said.out), ...lines(said.err)]) {
        const { time, level, msg } = JSON.parse(line)
        assert.ok(time && level && msg, line)
        assert.ok(!line.includes(secret))
      }
    }
    assert.equal(lines(other.said.err).length, 2)
    const made = lines(first.said.out).map((line) => JSON.parse(line).secret_file)
    assert.ok(made.includes(path.join(realpathSync(cwd), 'data/secrets/admin-secret')), first.said.out)
  })

  it('says in one line what is wrong with a setting, and makes nothing', async () => {
    const wrong = [
      [{ SERVER_PORT: 'abc' }, /^SERVER_PORT is "abc": allowed is .*\n$/],
      [{ ADMIN_SECRET_KEY: 'hunter2' }, /^ADMIN_SECRET_KEY is a value that is not shown: allowed is .*\n$/],
      [
        { WHATSAPP_DATASTORE_URI: 'postgres://u:hunter2@127.0.0.1:9/x' },
        /^ADMIN_SECRET_KEY is missing: with PostgreSQL .*\nJWT_SECRET_KEY is missing: .*\nSWITCHBOARD_MASTER_KEY is missing: .*\n$/,
      ],
      [{ SERVER_PORT: 'abc', LOG_LEVEL: 'loud' }, /^SERVER_PORT is "abc": .*\nLOG_LEVEL is "loud": .*\n$/],
      [{ WHATSAPP_DATASTORE_URI: 'mysql://u:hunter2@h/x' }, /^WHATSAPP_DATASTORE_URI has a scheme .*\n$/],
      [{ SWITCHBOARD_DATA_DIR: '/proc/nope' }, /^SWITCHBOARD_DATA_DIR is "\/proc\/nope": it cannot be made .*\n$/],
    ] as const
    for (const [environment, line] of wrong) {
      const process = run(environment)
      assert.equal(await process.ended, 1)
      assert.match(process.said.err, line)
      assert.ok(!process.said.err.includes('hunter2'))
      assert.ok(!existsSync(path.join(process.cwd, 'data')))
    }
  })

  it('says which port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const process = run({ SERVER_PORT: String(port) })
    assert.equal(await process.ended, 1)
    assert.match(process.said.err, new RegExp(`^Port ${port} is in use.*\n$`))
    other.close()
  })

  it('says in one line that it cannot listen at an address of another machine', async () => {
    // 203.0.113.0/24 is for documentation (RFC 5737): no machine has it.
    for (const SERVER_PORT of ['0', String(await freePort())]) {
      const process = run({ SERVER_ADDRESS: '203.0.113.1', SERVER_PORT })
      assert.equal(await process.ended, 1)
      assert.match(process.said.err, /^SERVER_ADDRESS: nothing can listen there \(EADDRNOTAVAIL\).*\n$/)
    }
  })

  it('waits while another gateway uses its database, and takes over when that one is killed', async () => {
    const first = run({})
    await first.listening()
    const port = await freePort()
    const second = run({ SERVER_PORT: String(port), LOG_LEVEL: 'warn' }, first.cwd)
    while (!second.said.out.includes('another gateway uses this database')) await once(second.child.stdout, 'data')
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`)
    assert.equal(answer.status, 503)
    assert.match(await answer.text(), /Another gateway uses the database/)
    first.child.kill('SIGKILL')
    assert.equal((await fetch(`${await second.listening()}/readyz`)).status, 200)
    second.child.kill('SIGTERM')
    assert.equal(await second.ended, 0)
  })

  it('warns when it was killed and the file of its last changes is gone', async () => {
    const missing = 'the last changes of the database are missing'
    const first = run({})
    assert.equal((await fetch(`${await first.listening()}/readyz`)).status, 200)
    first.child.kill('SIGKILL')
    await first.ended
    rmSync(path.join(first.cwd, 'data/switchboard.db-units'))
    for (const warns of [true, false]) {
      const next = run({ LOG_LEVEL: 'warn' }, first.cwd)
      assert.equal((await fetch(`${await next.listening()}/readyz`)).status, 200)
      next.child.kill('SIGTERM')
      assert.equal(await next.ended, 0)
      assert.equal(next.said.out.includes(missing), warns, next.said.out)
    }
  })

  it('is not ready from SIGTERM on, and still answers for as long as the operator wants', async () => {
    const gateway = run({ SWITCHBOARD_SHUTDOWN_GRACE: '5s' })
    const url = await gateway.listening()
    gateway.child.kill('SIGTERM')
    while ((await fetch(`${url}/readyz`)).status === 200);
    const refused = await fetch(`${url}/readyz`)
    assert.equal(((await refused.json()) as { error_code: string }).error_code, 'shutting_down')
    const secret = readFileSync(path.join(gateway.cwd, 'data/secrets/admin-secret'), 'utf8').trim()
    const answer = await fetch(`${url}/admin/stats`, { headers: { 'x-admin-secret': secret } })
    assert.deepEqual([answer.status, answer.headers.get('connection')], [200, 'close'])
    assert.equal(await gateway.ended, 0)
  })

  it('keeps a data directory to the world that it was made for', async () => {
    const first = run({})
    await first.listening()
    first.child.kill('SIGTERM')
    await first.ended
    const second = run({ SWITCHBOARD_SANDBOX_URL: 'http://127.0.0.1:9' }, first.cwd)
    assert.equal(await second.ended, 1)
    assert.match(second.said.err, /^SWITCHBOARD_DATA_DIR is .*"whatsapp".*\n$/)
  })
})
