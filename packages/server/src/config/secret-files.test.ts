import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, describe, it } from 'node:test'
import { surroundings } from '../process/surroundings.ts'
import { loadEnvironment } from './load-environment.ts'

describe('secrets in files', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'switchboard-secrets-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  const withVariables = <Result>(variables: Record<string, string>, run: () => Result): Result => {
    Object.assign(process.env, variables)
    try {
      return run()
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name]
    }
  }

  it('are read for every secret setting, without the line break at the end', () => {
    const file = path.join(folder, 'secret')
    writeFileSync(file, `${'s'.repeat(40)}\n`)
    for (const name of ['ADMIN_SECRET_KEY', 'WHATSAPP_DATASTORE_URI', 'SWITCHBOARD_MEDIA_S3_SECRET_ACCESS_KEY'])
      withVariables({ [`${name}_FILE`]: file }, () => {
        assert.equal(loadEnvironment(path.join(folder, 'none'))[name], 's'.repeat(40))
      })
  })

  it('are refused when they are empty, not there, or given twice', () => {
    const empty = path.join(folder, 'empty')
    writeFileSync(empty, '\n')
    const variables = {
      ADMIN_SECRET_KEY_FILE: empty,
      JWT_SECRET_KEY_FILE: path.join(folder, 'none'),
      SWITCHBOARD_MASTER_KEY_FILE: empty,
      SWITCHBOARD_MASTER_KEY: 'hunter2',
    }
    const { problem } = withVariables(variables, surroundings)
    const lines = String((problem as Error).message).split('\n')
    assert.equal(lines.length, 3)
    assert.match(lines[0]!, /^ADMIN_SECRET_KEY_FILE is ".*empty": allowed is a file that is not empty$/)
    assert.match(lines[1]!, /^JWT_SECRET_KEY_FILE .*ENOENT/)
    assert.match(lines[2]!, /^SWITCHBOARD_MASTER_KEY and SWITCHBOARD_MASTER_KEY_FILE are both given/)
    assert.doesNotMatch(lines.join(), /hunter2/)
  })
})
