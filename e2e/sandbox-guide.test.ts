import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { pathToFileURL } from 'node:url'
import { freePort } from './steps/free-port.ts'
import { SandboxCommand } from './steps/sandbox-command.ts'

const root = join(import.meta.dirname, '..')
const guide = readFileSync(join(root, 'docs/guide/sandbox.md'), 'utf8')

/** The guide's samples in one language, in order. */
const samples = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code]) => code ?? '')

const module = (path: string): string => JSON.stringify(pathToFileURL(join(root, path)).href)

describe('the samples of the sandbox guide', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-guide-'))
  let sandbox: SandboxCommand
  let tlsPort: number
  let firstSteps: string

  before(async () => {
    sandbox = new SandboxCommand(await freePort(), await freePort(), folder)
    tlsPort = await freePort()
    const said = await sandbox.start()
    // What it says to copy: a device that is linked to Ana's phone.
    firstSteps = said
      .split('\n')
      .flatMap((line) => (/^ {2}\S/.test(line) ? [line.trim()] : []))
      .join('\n')
  })

  after(async () => {
    await sandbox.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  })

  const here = (code: string): string =>
    code
      .replaceAll('7443', String(tlsPort))
      .replaceAll('127.0.0.1:7001', `127.0.0.1:${sandbox.port}`)
      .replaceAll('127.0.0.1:7002', `127.0.0.1:${sandbox.worldPort}`)
      .replaceAll('packages/sandbox', join(root, 'packages/sandbox'))

  const run = async (command: string, args: readonly string[], input = ''): Promise<string> => {
    const child = spawn(command, args, { cwd: folder, timeout: 120_000 })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
    child.stdin.end(input)
    const [code] = await once(child, 'close')
    assert.equal(code, 0, text)
    return text
  }

  it('work in a shell, from the first message to the last fault', async () => {
    const linked =
      'until [ "$(curl -s $API/devices/me/status -H "$AUTH" | field data.connected)" = true ]; do sleep 0.2; done'
    const script = [
      "trap 'kill $(jobs -p) 2> /dev/null || true' EXIT",
      ...[firstSteps, 'AUTH="Authorization: Bearer $TOKEN"', linked],
      ...samples('sh').map((sample) => `echo; echo SAMPLE\n${sample}`),
      'echo; echo THE-END',
    ]
    const shown = await run('bash', ['-eu', '-o', 'pipefail', '-s'], here(script.join('\n')))
    assert.match(shown, /THE-END/)
    const parts = shown.split(/^SAMPLE$/m).slice(1)
    assert.equal(parts.length, samples('sh').length)
    assert.doesNotMatch(shown, /"error":\{/, shown)
    const [talk = '', , clock = '', restore = '', faults = ''] = parts
    assert.match(talk, /"message_id"/)
    assert.match(clock, /"now":"/)
    assert.match(restore, /"restored":true/)
    assert.equal(faults.match(/"armed":true,"id":"f\d+"/g)?.length, 6, faults)
    assert.match(faults, /\{"cleared":true\}/)
  })

  it('work in Python', async (test) => {
    if (spawnSync('python3', ['--version']).status !== 0) test.skip('there is no python3 here')
    else for (const sample of samples('python')) await run('python3', ['-'], here(sample))
  })

  it('work in JavaScript', async () => {
    for (const sample of samples('js')) await run(process.execPath, ['--input-type=module', '-'], here(sample))
  })

  it('work in tests of this repository', async () => {
    const imports = [
      `import { Sandbox } from ${module('packages/sandbox/src/index.ts')}`,
      `import { StockClient } from ${module('packages/sandbox/src/driver/testing/stock-client.ts')}`,
    ]
    for (const sample of samples('ts')) {
      const file = join(folder, 'sample.ts')
      const code = sample.replace(
        'await ana.scan(qrTextFromTheApi)',
        'const client = new StockClient(world)\nawait client.link(ana)',
      )
      assert.notEqual(code, sample)
      writeFileSync(file, [...imports, code, 'await client.close()'].join('\n'))
      await run(process.execPath, [file])
    }
  })
})
