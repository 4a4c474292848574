import type { Provoke } from '../walk.ts'

/** An account whose phone tells no name. */
export default (async ({ gateway }) => {
  const { api } = await gateway.linkDevice(await gateway.phone(''))
  return { api }
}) satisfies Provoke
