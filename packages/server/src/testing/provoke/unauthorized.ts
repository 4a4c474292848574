import type { Provoke } from '../walk.ts'

export default (({ gateway }, { operation }) =>
  operation.auth === 'none' ? {} : { api: gateway.api }) satisfies Provoke
