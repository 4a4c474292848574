import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import pg from 'pg'
import { isConflict, isConnectionLoss, postgresError } from './postgres-error.ts'

const answered = (code: string) =>
  Object.assign(new pg.DatabaseError('refused', 7, 'error'), { code, severity: 'ERROR' })
const broken = (code: string) => Object.assign(new Error(`write ${code}`), { code, syscall: 'write' })

describe('what PostgreSQL and its connection throw', () => {
  it('is a lost connection for every system error, also one whose code looks like an SQLSTATE', () => {
    for (const code of ['EPIPE', 'EBADF', 'ECONNRESET', 'ETIMEDOUT']) {
      assert.equal(isConnectionLoss(broken(code)), true, code)
      assert.equal(isConflict(broken(code)), false, code)
    }
    assert.equal(isConnectionLoss(new Error('Connection terminated unexpectedly')), true)
  })

  it('is a lost connection when the server says that it ends it, and no other answer is', () => {
    for (const code of ['57P01', '57P03', '08006']) assert.equal(isConnectionLoss(answered(code)), true, code)
    for (const code of ['23505', '40001', '42P01']) assert.equal(isConnectionLoss(answered(code)), false, code)
  })

  it('is "unavailable" when the server cannot do now what it could do later', () => {
    for (const code of ['53100', '53300', '57014', '57P01', '25006', '25P03', '55P03', '08006']) {
      assert.equal(postgresError(answered(code)).kind, 'unavailable', code)
    }
    assert.equal(postgresError(broken('ECONNREFUSED')).kind, 'unavailable')
  })

  it('names broken constraints and conflicts', () => {
    assert.equal(postgresError(answered('23505')).kind, 'unique')
    assert.equal(postgresError(answered('23503')).kind, 'foreign_key')
    assert.equal(postgresError(answered('42P01')).kind, 'failed')
    assert.deepEqual(
      ['40001', '40P01', '23505'].map((code) => isConflict(answered(code))),
      [true, true, false],
    )
  })
})
