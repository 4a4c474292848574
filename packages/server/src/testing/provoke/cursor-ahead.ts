import type { Provoke } from '../walk.ts'

export default ((_walk, { operation }) =>
  operation.method === 'POST'
    ? { body: { from_seq: 900_000, to_seq: 900_001 } }
    : { query: '?after=900000' }) satisfies Provoke
