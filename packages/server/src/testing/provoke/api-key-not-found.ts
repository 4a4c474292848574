import type { Provoke } from '../walk.ts'

/** About an API key that is not there, or for one. */
export default (({ gateway }, { operation }) =>
  operation.auth === 'admin'
    ? { path: { id: '999999' } }
    : { api: gateway.admin.with({ 'x-api-key-id': '999999' }) }) satisfies Provoke
