import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { ensureSecretFile } from './ensure-secret-file.ts'

describe('ensureSecretFile', () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-secret-'))
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('makes a secret that only its owner may read, once', () => {
    const file = join(folder, 'new', 'master.key')
    const first = ensureSecretFile(file)
    assert.match(first.value, /^[0-9a-f]{64}$/)
    assert.equal(first.created, true)
    assert.equal(statSync(file).mode & 0o777, 0o600)
    assert.deepEqual(ensureSecretFile(file), { value: first.value, created: false })
    assert.deepEqual(readdirSync(join(folder, 'new')), ['master.key'])
  })

  it('takes what a person wrote there', () => {
    const file = join(folder, 'own')
    writeFileSync(file, 'my own secret\n')
    assert.deepEqual(ensureSecretFile(file), { value: 'my own secret', created: false })
  })

  it('refuses an empty file instead of losing what was sealed with its former content', () => {
    const file = join(folder, 'empty')
    writeFileSync(file, '')
    assert.throws(() => ensureSecretFile(file), /is empty/)
  })
})
