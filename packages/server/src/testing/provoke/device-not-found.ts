import { randomUUID } from 'node:crypto'
import type { Provoke } from '../walk.ts'

/** Of an API key without a device, about a device that is not there, or for one. */
export default (async ({ gateway, mine }, { operation }, as) => {
  if (operation.path.includes('{device_id}')) return { path: { device_id: randomUUID() } }
  if (as === 'device') return { api: mine.key.api.with({ 'x-device-id': randomUUID() }) }
  if (['/webhooks/{webhook_id}/replay', '/access-keys'].includes(operation.path))
    return { body: { device_id: randomUUID() } }
  if (operation.path !== '/webhooks/{webhook_id}/test') return { api: mine.key.api.with({ 'x-device-id': 'none' }) }
  const { api } = await gateway.createKey()
  const { webhook_id } = await api.post<{ webhook_id: number }>('/webhooks', { url: 'http://127.0.0.1:9/' })
  return { api, path: { webhook_id: String(webhook_id) } }
}) satisfies Provoke
