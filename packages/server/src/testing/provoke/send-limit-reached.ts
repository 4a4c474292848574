import type { Provoke } from '../walk.ts'

export default (async (walk, entry, as) => {
  const { api } = walk.mine.device
  const people = await Promise.all(['One', 'Other'].map((name) => walk.gateway.phone(name)))
  await api.patch('/devices/me/send-limits', { daily_new_contacts: 1 })
  const answer = await walk.ask(entry, { body: { participants: people.map(({ id }) => id) } }, as)
  await api.patch('/devices/me/send-limits', { daily_new_contacts: null })
  return answer
}) satisfies Provoke
