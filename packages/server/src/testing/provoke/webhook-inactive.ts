import type { Provoke } from '../walk.ts'

export default (async ({ gateway }, _entry, as) => {
  const key = await gateway.createKey()
  const device = await gateway.createDevice(key.key)
  const api = as === 'api_key' ? key.api : device.api
  const hook = { url: 'http://127.0.0.1:9/', active: false }
  const { webhook_id } = await api.post<{ webhook_id: number }>('/webhooks', hook)
  return { api, path: { webhook_id: String(webhook_id) }, ...(as === 'api_key' && { body: { device_id: device.id } }) }
}) satisfies Provoke
