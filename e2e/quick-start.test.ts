import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { freePort } from './steps/free-port.ts'
import { SandboxCommand } from './steps/sandbox-command.ts'

const root = join(import.meta.dirname, '..')

/** The lines that the README tells a new user to copy, in order. */
const linesOfReadme = (): string =>
  [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/^```sh\n([\s\S]*?)^```$/gm)]
    .map(([, code]) => code)
    .join('\n')

const output = async (child: ChildProcess, input?: string): Promise<string> => {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (text += chunk))
  if (input !== undefined) child.stdin?.end(input)
  await once(child, 'close')
  return text
}

describe('the quick start of the README', () => {
  it('works by copying its lines, and a kill loses and doubles nothing', { timeout: 300_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-quick-start-'))
    const sandbox = new SandboxCommand(await freePort(), await freePort(), folder)
    const hookPort = await freePort()
    const shell = (script: string): Promise<string> => {
      const child = spawn('bash', ['-eu', '-o', 'pipefail', '-s'], { cwd: folder, timeout: 120_000 })
      return output(
        child,
        script
          .replaceAll('7003', String(hookPort))
          .replaceAll('127.0.0.1:7001', `127.0.0.1:${sandbox.port}`)
          .replaceAll('127.0.0.1:7002', `127.0.0.1:${sandbox.worldPort}`),
      )
    }
    try {
      await sandbox.start()
      const keep =
        'declare -p API WORLD TOKEN AUTH ANA BOB BOB_NUMBER ANA_NUMBER JSON KEY > names; declare -f field >> names'
      const shown = await shell(`trap 'kill $RECEIVER' EXIT\n${linesOfReadme()}\n${keep}\necho README-END`)
      assert.match(shown, /README-END/, shown)
      assert.match(shown, /"text":"Hello Bob"/)
      assert.match(shown, /message\.received sha256=[0-9a-f]{64} \{/)

      await sandbox.end('SIGKILL')
      await sandbox.start()
      const again = await shell(`source ./names
until [ "$(curl -s $API/devices/me/status -H "$AUTH" | field data.connected)" = true ]; do sleep 0.2; done
curl -s $API/chats/$BOB_NUMBER/messages -H "$AUTH" -H "$JSON" -H 'Idempotency-Key: hello-1' -d '{"text":"Hello Bob"}'; echo
curl -s $API/chats/$BOB_NUMBER/messages -H "$AUTH" -H "$JSON" -d '{"text":"Still here"}'; echo
echo PHONE; curl -s $WORLD/phones/$BOB/messages; echo
echo CHAT; curl -s $API/chats/$BOB_NUMBER/messages -H "$AUTH"; echo`)
      const [, phone = '', chat = ''] = again.split(/^(?:PHONE|CHAT)$/m)
      const texts = (json: string) => [...json.matchAll(/"text":"([^"]*)"/g)].map(([, text]) => text).sort()
      assert.deepEqual(texts(phone), ['Hello Ana', 'Hello Bob', 'Still here'], again)
      assert.deepEqual(texts(chat), ['Hello Ana', 'Hello Bob', 'Still here'], again)
    } finally {
      await sandbox.end('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
