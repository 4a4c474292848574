import type { Provoke } from '../walk.ts'

/** As many devices of one key as may be wait for a phone already. */
export default (async ({ gateway }) => {
  const { key } = await gateway.createKey()
  for (let waiting = 0; waiting < gateway.services.config.whatsapp.pairingsPerKey; waiting++) {
    await (await gateway.createDevice(key)).api.post('/devices/me/login')
  }
  return { api: (await gateway.createDevice(key)).api }
}) satisfies Provoke
