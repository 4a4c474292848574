import type { Provoke } from '../walk.ts'

export default (async ({ gateway }) => {
  const { api } = await gateway.createDevice()
  const hook = { url: 'http://127.0.0.1:9/', active: false }
  const { webhook_id } = await api.post<{ webhook_id: number }>('/webhooks', hook)
  return { api, path: { webhook_id: String(webhook_id) } }
}) satisfies Provoke
