import type { Provoke } from '../walk.ts'

export default (({ mine }, { operation }, as) =>
  operation.method === 'POST'
    ? { body: { from_seq: 900_000, to_seq: 900_001, ...(as === 'api_key' && { device_id: mine.device.id }) } }
    : { query: '?after=900000' }) satisfies Provoke
