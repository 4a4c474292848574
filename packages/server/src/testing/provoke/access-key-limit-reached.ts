import type { Provoke } from '../walk.ts'

export default (async ({ gateway }) => {
  const { api } = await gateway.createKey()
  const wanted = { label: 'One of many', scopes: ['read'] }
  await Promise.all(Array.from({ length: 100 }, () => api.post('/access-keys', wanted)))
  return { api }
}) satisfies Provoke
