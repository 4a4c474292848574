import type { Provoke } from '../walk.ts'

/** A message of an hour ago. */
export default (async (walk) => {
  const id = await walk.say()
  const { database } = walk.gateway.services
  const sent_at = Date.now() - 60 * 60 * 1000
  const aged = database.query.updateTable('message').set({ sent_at }).where('id', '=', id)
  await database.commit([{ query: aged.compile() }])
  return { path: { message_id: id } }
}) satisfies Provoke
