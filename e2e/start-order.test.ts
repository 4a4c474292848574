import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Sandbox } from '@switchboard/sandbox'
import { type Answer, call } from './steps/api.ts'
import { freePort } from './steps/free-port.ts'
import { GatewayProcess } from './steps/gateway-process.ts'
import { postgresStore } from './steps/stores.ts'

/** Asks until it is answered so. */
async function answers(url: string, status: number): Promise<Answer<Record<string, unknown>>> {
  const deadline = Date.now() + 120_000
  for (;;) {
    const answer = await call(url).catch(() => undefined)
    if (answer?.status === status) return answer
    assert.ok(Date.now() < deadline, `${url} still answers ${answer?.status} ${JSON.stringify(answer?.body)}`)
    await sleep(50)
  }
}

/** Starts it, and does not wait until it is ready. */
const begin = (gateway: GatewayProcess): Promise<Error | undefined> =>
  gateway.start().then(
    () => undefined,
    (error: Error) => error,
  )

describe('a gateway that is started before what it needs', { timeout: 300_000 }, () => {
  it('waits for its PostgreSQL, alive and not ready, and ends with one line where it is refused', async (test) => {
    const store = await postgresStore()
    if ('cannotStart' in store) return test.skip(store.cannotStart)
    const sandbox = await Sandbox.start({ port: await freePort(), control: true })
    const { cluster, dataDir, env } = store
    const parts = { dataDir, sandboxUrl: sandbox.origin }
    const gateway = new GatewayProcess({ ...parts, env, port: await freePort() })
    try {
      await cluster.shutDown()
      const starting = begin(gateway)
      const ready = await answers(`${gateway.url}/readyz`, 503)
      assert.equal(ready.body.error_code, 'not_ready')
      await answers(`${gateway.url}/healthz`, 200)
      const other = await call(`${gateway.url}/admin/stats`, { headers: { 'x-admin-secret': gateway.adminSecret } })
      assert.equal(other.status, 503)
      await cluster.start()
      assert.equal(await starting, undefined, gateway.output)
      assert.match(gateway.output, /waiting for a server that does not answer/)
      await gateway.stop()

      const complaint = async (uri: string): Promise<string> => {
        const refused = new GatewayProcess({
          ...parts,
          env: { ...env, WHATSAPP_DATASTORE_URI: uri },
          port: await freePort(),
        })
        const error = await begin(refused)
        assert.match(error?.message ?? '', /ended with 1/)
        const lines = refused.output.trim().split('\n')
        assert.equal(lines.length, 1, refused.output)
        return lines[0] ?? ''
      }
      const absent = await complaint(store.uri.replace(/[^/]+$/, 'absent'))
      assert.match(
        absent,
        /^WHATSAPP_DATASTORE_URI: the database refuses: .*"absent" does not exist .*Create the database/,
      )

      await cluster.makeUser('gate', 'the right password')
      const named = (password: string) => store.uri.replace('postgres@', `gate${password}@`)
      const wrong = await complaint(named(':hunter2'))
      const words =
        'password authentication failed for user "gate" (28P01). Correct the user and the password in the URI'
      assert.equal(wrong, `WHATSAPP_DATASTORE_URI: the database refuses: ${words}`)
      assert.match(await complaint(named('')), /^WHATSAPP_DATASTORE_URI: the database wants a password\. Write it/)
    } finally {
      await gateway.kill9()
      await sandbox.stop()
      await store.remove()
    }
  })

  it('waits for its sandbox', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-order-'))
    const port = await freePort()
    const gateway = new GatewayProcess({ dataDir, port: await freePort(), sandboxUrl: `http://127.0.0.1:${port}` })
    try {
      const starting = begin(gateway)
      await answers(`${gateway.url}/readyz`, 503)
      const sandbox = await Sandbox.start({ port, control: true })
      assert.equal(await starting, undefined, gateway.output)
      await gateway.stop()
      await sandbox.stop()
    } finally {
      await gateway.kill9()
      rmSync(dataDir, { recursive: true, force: true })
    }
  })
})
