import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { AppError } from './app-error.ts'
import { type ErrorCode, errorCatalogue } from './catalogue.ts'

const source = new URL('..', import.meta.url)
const codes = Object.keys(errorCatalogue).sort()
const read = (path: string): string => readFileSync(new URL(path, source), 'utf8')

describe('errorCatalogue', () => {
  it('is the list of the reference', () => {
    const documented = [...read('../../../docs/reference/errors.md').matchAll(/^## (\w+)$/gm)].map(([, code]) => code)
    assert.deepEqual(documented.sort(), codes)
  })

  it('is the list of the OpenAPI document', () => {
    const document = JSON.parse(read('generated/openapi.json'))
    assert.deepEqual([...document.components.schemas.Failure.properties.error_code.enum].sort(), codes)
  })

  it('holds no error that nothing raises', () => {
    const files = globSync('**/*.ts', { cwd: source.pathname }).filter(
      (file) => !/catalogue(\.test)?\.ts$|generated\//.test(file),
    )
    const code = files.map((file) => read(file)).join('\n')
    assert.deepEqual(
      codes.filter((name) => !code.includes(`'${name}'`)),
      [],
    )
  })

  it('says when to come again wherever waiting helps', () => {
    // Only whoever raises these knows for how long.
    const raised = [
      ...['device_not_connected', 'rate_limited', 'send_limit_reached', 'too_many_pairings', 'idempotency_in_progress'],
    ]
    for (const [code, { retryable }] of Object.entries(errorCatalogue)) {
      const { retryAfterSeconds } = new AppError(code as ErrorCode)
      assert.equal(retryAfterSeconds !== undefined, retryable && !raised.includes(code), code)
    }
  })

  it('means by a status what HTTP says', () => {
    for (const [code, { status, title, docs }] of Object.entries(errorCatalogue)) {
      assert.ok(status >= 400 && status < 600, code)
      assert.ok(title.length > 0 && docs.length > 0, code)
    }
  })
})
