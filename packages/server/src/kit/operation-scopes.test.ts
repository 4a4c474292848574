import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { operations } from '../generated/operations.ts'
import { closedFolders, exceptionalOperations, scopeOfOperation } from './operation-scopes.ts'

const withoutScopes = new Set(['none', 'session', 'admin'])

describe('the scope of an operation', () => {
  it('is known of each that an API key or a device may call', () => {
    const unknown = operations.filter(
      ({ id, operation }) =>
        !withoutScopes.has(operation.auth) &&
        !closedFolders.has(id.split('.')[0]!) &&
        scopeOfOperation({ id, ...operation }) === undefined,
    )
    assert.deepEqual(
      unknown.map(({ id }) => id),
      [],
      'say in kit/operation-scopes.ts what these need',
    )
  })

  it('has no exception for an operation that is not there', () => {
    const ids = new Set(operations.map(({ id }) => id))
    assert.deepEqual(
      exceptionalOperations.filter((id) => !ids.has(id)),
      [],
    )
  })
})
