import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'

/** Runs a test file as `npm test` does, with other limits. */
const run = async (test: TestContext, code: string, limits: Record<string, string>) => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-hang-'))
  test.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'some.test.mjs')
  writeFileSync(file, `import { it } from 'node:test'\n${code}`)
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  const args = ['--import', join(import.meta.dirname, 'end-test-file.mjs'), '--test', '--test-reporter=spec', file]
  const child = spawn(process.execPath, args, { env: { ...env, ...limits }, stdio: ['ignore', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk))
  const [code_] = await once(child, 'close')
  return { code: code_ as number, output }
}

describe('a test file that does not end', () => {
  it('fails by name when something is left open after its last test', async (test) => {
    const { code, output } = await run(test, `it('leaves a timer', () => void setInterval(() => {}, 1000))`, {
      TEST_LINGER_MS: '50',
    })
    assert.equal(code, 1, output)
    assert.match(output, /✔ leaves a timer/)
    assert.match(output, /some\.test\.mjs has not ended 50 ms after its last test\. It keeps open: .*Timeout/)
  })

  it('fails by name when it hangs before its tests', async (test) => {
    const { code, output } = await run(test, `setInterval(() => {}, 1000)\nawait new Promise(() => {})`, {
      TEST_FILE_MS: '50',
    })
    assert.equal(code, 1, output)
    assert.match(output, /some\.test\.mjs has not ended 50 ms after its start/)
  })

  it('is left alone when it ends', async (test) => {
    const { code, output } = await run(test, `it('is quick', () => {})`, {})
    assert.equal(code, 0, output)
  })
})
