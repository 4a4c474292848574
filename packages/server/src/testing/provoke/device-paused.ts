import type { Provoke } from '../walk.ts'

export default (async (walk, entry, as) => {
  const { api } = walk.mine.device
  await api.post('/devices/me/safety/pause', {})
  const answer = await walk.ask(entry, {}, as)
  await api.post('/devices/me/safety/resume')
  return answer
}) satisfies Provoke
