import assert from 'node:assert/strict'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { after, describe, it } from 'node:test'
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

  it('says in one line what is wrong with a setting, and makes nothing', async () => {
    const wrong = [
      [{ SERVER_PORT: 'abc' }, /^SERVER_PORT is "abc": allowed is .*\n$/],
      [{ ADMIN_SECRET_KEY: 'hunter2' }, /^ADMIN_SECRET_KEY is a value that is not shown: allowed is .*\n$/],
      [
        { WHATSAPP_DATASTORE_URI: 'postgres://u:hunter2@127.0.0.1:9/x' },
        /^ADMIN_SECRET_KEY is missing: with PostgreSQL .*\n$/,
      ],
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
