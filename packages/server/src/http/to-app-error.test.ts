import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AppError } from '../errors/app-error.ts'
import { StorageError } from '../storage/storage-error.ts'
import { toAppError } from './to-app-error.ts'

const thrown = (code: string, statusCode?: number) =>
  Object.assign(new Error('words of a library'), { code, statusCode })

describe('toAppError', () => {
  it('keeps what comes from the catalogue', () => {
    const error = new AppError('not_on_whatsapp')
    assert.equal(toAppError(error), error)
  })

  it("names what is the client's doing, without a library's words", () => {
    const known = [
      [thrown('FST_ERR_CTP_BODY_TOO_LARGE', 413), 'payload_too_large'],
      [thrown('FST_ERR_CTP_INVALID_MEDIA_TYPE', 415), 'unsupported_media_type'],
      [thrown('FST_ERR_MAX_PARAM_LENGTH', 414), 'invalid_request'],
      [thrown('ECONNRESET', 400), 'invalid_json'],
    ] as const
    for (const [error, code] of known) {
      assert.equal(toAppError(error).code, code)
      assert.ok(!toAppError(error).message.includes('library'))
    }
  })

  it('asks to come again when the database does not answer', () => {
    for (const kind of ['unavailable', 'unknown'] as const) {
      const error = toAppError(new StorageError(kind, 'connect ECONNREFUSED 10.0.0.7:5432'))
      assert.equal(error.code, 'not_ready')
      assert.equal(error.retryAfterSeconds, 2)
      assert.ok(!error.message.includes('10.0.0.7'))
    }
    assert.equal(toAppError(new StorageError('failed', 'no such column')).code, 'internal')
  })

  it('makes everything else our fault', () => {
    for (const error of [thrown('23505'), thrown('FST_ERR_REP_INVALID_PAYLOAD_TYPE', 500), 'a string', undefined]) {
      assert.equal(toAppError(error).code, 'internal')
      assert.ok(!toAppError(error).message.includes('library'))
    }
  })
})
