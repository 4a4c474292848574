import type { Provoke } from '../walk.ts'

/** A webhook that does not exist, or a device without one. */
export default (async (walk, entry) =>
  entry.operation.path.includes('{webhook_id}')
    ? { path: { webhook_id: '999999' } }
    : { api: (await walk.gateway.linkDevice()).api, body: { platform: 'webhook' } }) satisfies Provoke
