import type { ApiClient } from '../api-client.ts'
import type { TestGateway } from '../start-test-gateway.ts'
import type { Provoke } from '../walk.ts'

/** An API key and the token of a device, each with a policy. */
const makeHeld = async (gateway: TestGateway): Promise<{ key: ApiClient; token: ApiClient }> => {
  const key = await gateway.createKey()
  const device = await gateway.createDevice(key.key)
  await device.api.post('/devices/me/send-policy', { mode: 'approve' })
  await gateway.admin.post(`/admin/api-keys/${key.id}/send-policy`, { mode: 'approve' })
  return { key: key.api, token: device.api }
}

const held = new WeakMap<TestGateway, ReturnType<typeof makeHeld>>()

/** Of a credential that is for an agent. */
export default (async ({ gateway }, _entry, as) => {
  const made = held.get(gateway) ?? makeHeld(gateway)
  held.set(gateway, made)
  const { key, token } = await made
  return { api: as === 'api_key' ? key : token }
}) satisfies Provoke
