import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parseEnv } from 'node:util'
import { readConfig } from './read-config.ts'
import { settingDetails } from './setting.ts'
import { variables } from './variables.ts'

const example = readFileSync(new URL('../../../../.env.example', import.meta.url), 'utf8')

describe('.env.example', () => {
  it('names every variable, and its defaults are what the gateway does without it', () => {
    const uncommented = example.replaceAll(/^# ([A-Z][A-Z0-9_]+=)/gm, '$1')
    const written = parseEnv(uncommented)
    assert.deepEqual(Object.keys(written).sort(), Object.keys(variables.shape).sort())
    assert.deepEqual(readConfig(written), readConfig({}))
  })

  it('sets nothing as it is', () => {
    assert.deepEqual({ ...parseEnv(example) }, {})
  })

  it('holds no secret', () => {
    for (const [name, schema] of Object.entries(variables.shape)) {
      const details = settingDetails.get(schema)
      assert.ok(details?.description, name)
      if (details.secret) assert.equal(details.default, undefined, name)
    }
  })
})
