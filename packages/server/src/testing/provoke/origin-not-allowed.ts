import type { Provoke } from '../walk.ts'

/** The gateway that is cut off lets no page of this origin in. */
export default (async ({ cutOff }, _entry, as) => {
  const key = await cutOff.createKey()
  const { api } = as === 'api_key' ? key : await cutOff.createDevice(key.key)
  return { api: api.with({ origin: 'https://elsewhere.example' }) }
}) satisfies Provoke
