import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { loadEnvironment } from './load-environment.ts'

describe('loadEnvironment', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-env-'))
  const file = path.join(folder, '.env')
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('reads the file under the variables of the process', () => {
    writeFileSync(file, '# a comment\nSERVER_PORT=8000\nPATH=from-the-file\nWHATSAPP_DEVICE_OS_NAME="My gateway"\n')
    const environment = loadEnvironment(file)
    assert.equal(environment['SERVER_PORT'], '8000')
    assert.equal(environment['WHATSAPP_DEVICE_OS_NAME'], 'My gateway')
    assert.equal(environment['PATH'], process.env['PATH'])
  })

  it('does without a file', () => {
    assert.equal(loadEnvironment(path.join(folder, 'none'))['PATH'], process.env['PATH'])
  })
})
