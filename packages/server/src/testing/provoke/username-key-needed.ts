import type { Provoke } from '../walk.ts'

export default (async ({ gateway }) => {
  const guarded = await gateway.phone('Guarded')
  await guarded.settings.setUsername('guarded.one', '4711')
  return { path: { username: 'guarded.one' } }
}) satisfies Provoke
