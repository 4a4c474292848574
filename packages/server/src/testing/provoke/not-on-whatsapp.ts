import { placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

const nobody = '4915100000000'

/** A number without an account. What is about a message can go only where that was said: to a number that had an account once. */
export default (async (walk, entry) => {
  const wrong = placed(entry, ['ChatAddress', 'PersonAddress'], nobody)
  const [, about] = /\{(message|poll)_id\}/.exec(entry.operation.path) ?? []
  if (!('body' in wrong) || !about) return wrong
  const { api } = walk.mine.device
  const [what, said] =
    about === 'poll'
      ? ['polls', { question: 'anybody?', options: ['Pizza', 'Salad'] }]
      : ['messages', { text: 'anybody?' }]
  await api.refuses('not_on_whatsapp', 'POST', `/chats/${nobody}/${what}`, said)
  const { messages } = await api.get<{ messages: { message_id: string }[] }>(`/chats/${nobody}/messages?limit=1`)
  const [{ message_id: id }] = messages as [{ message_id: string }]
  const { database } = walk.gateway.services
  const sent = database.query.updateTable('message').set({ state: 'sent', sent_at: Date.now() }).where('id', '=', id)
  await database.commit([{ query: sent.compile() }])
  return { ...wrong, path: { [`${about}_id`]: id } }
}) satisfies Provoke
