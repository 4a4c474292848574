import type { Provoke } from '../walk.ts'

export default (async ({ gateway }) => {
  const full = await gateway.createKey({ max_devices: 1 })
  await gateway.createDevice(full.key)
  return { api: full.api }
}) satisfies Provoke
