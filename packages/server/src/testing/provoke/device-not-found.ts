import { randomUUID } from 'node:crypto'
import type { Provoke } from '../walk.ts'

/** Of an API key without a device, or about a device that is not there. */
export default (async ({ gateway }, { operation }, as) => {
  if (operation.path === '/webhooks/{webhook_id}/replay') return { body: { device_id: randomUUID() } }
  if (operation.path !== '/webhooks/{webhook_id}/test') return { path: { device_id: randomUUID() } }
  // A device tests its webhooks by itself.
  if (as === 'device') return undefined
  const { api } = await gateway.createKey()
  const { webhook_id } = await api.post<{ webhook_id: number }>('/webhooks', { url: 'http://127.0.0.1:9/' })
  return { api, path: { webhook_id: String(webhook_id) } }
}) satisfies Provoke
