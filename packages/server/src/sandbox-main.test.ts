import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { freePort } from './testing/free-port.ts'
import { until } from './testing/until.ts'

/** `npm run sandbox` without npm, in a folder. It ends with the test at the latest. */
const run = (test: TestContext, cwd: string, port: number, worldPort: number) => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, 'sandbox-main.ts')], {
    cwd,
    env: {
      PATH: process.env['PATH'] ?? '',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      SERVER_PORT: String(port),
      SANDBOX_PORT: String(worldPort),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'close').then(([code]) => code as number | null)
  test.after(() => child.kill('SIGKILL'))
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk))
  const says = (text: string) =>
    until(`it says "${text}"`, () => {
      assert.equal(child.exitCode, null, `it ended: ${said}`)
      return said.includes(text)
    })
  return { child, ended, says, said: () => said }
}

const folderOf = (test: TestContext): string => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-sandbox-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

describe('the sandbox process', { timeout: 120_000 }, () => {
  it('waits while another one uses its folder, and then knows what that one knew', async (test) => {
    const folder = folderOf(test)
    const [firstPort, firstWorld, secondPort, secondWorld] = await Promise.all(Array.from({ length: 4 }, freePort))
    const first = run(test, folder, firstPort!, firstWorld!)
    await first.says(
      `open http://127.0.0.1:${firstPort}/console/ and sign in with the admin secret in data/sandbox/secrets/admin-secret`,
    )
    await first.says('The README begins like this')
    await first.says('paste the first two of these lines in its place')
    const second = run(test, folder, secondPort!, secondWorld!)
    await second.says('Another sandbox uses data/sandbox')
    const headers = { 'content-type': 'application/json' }
    const made = await fetch(`http://127.0.0.1:${firstWorld}/phones`, {
      method: 'POST',
      headers,
      body: '{"name":"Ana"}',
    })
    const { phone } = (await made.json()) as { phone: string }
    first.child.kill('SIGTERM')
    assert.equal(await first.ended, 0)
    await second.says('The README begins like this')
    const phones = await (await fetch(`http://127.0.0.1:${secondWorld}/phones`)).json()
    assert.deepEqual(
      (phones as { phone: string }[]).map((each) => each.phone),
      [phone],
    )
    second.child.kill('SIGTERM')
    assert.equal(await second.ended, 0)
  })

  it('says that the port of its world is in use, and how to take another', async (test) => {
    const other = createServer().listen(0, '127.0.0.1')
    test.after(() => other.close())
    await once(other, 'listening')
    const { port } = other.address() as { port: number }
    const sandbox = run(test, folderOf(test), await freePort(), port)
    assert.equal(await sandbox.ended, 1)
    assert.match(sandbox.said(), new RegExp(`^Port ${port} is in use: .*SANDBOX_PORT.*$`, 'm'))
  })
})
