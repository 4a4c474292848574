import { randomUUID } from 'node:crypto'
import { placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

const nobody = '4915100000000'

/** A message that the operation may be about. */
const saidTo = (path: string, words: string): readonly [route: string, body: object] => {
  if (path.startsWith('/polls/')) return ['polls', { question: words, options: ['Pizza', 'Salad'] }]
  if (path.endsWith('/event-response')) return ['events', { name: words, starts_at: '2030-01-31T09:00:00Z' }]
  return ['messages', { text: words }]
}

/** A number without an account. What is about a message of the chat can go only where that was said: to a number that had an account once. */
export default (async (walk, entry) => {
  const wrong = placed(entry, ['ChatAddress', 'PersonAddress'], nobody)
  const [, about] = /\{(message|poll)_id\}/.exec(entry.operation.path) ?? []
  if (!('body' in wrong) || !about) return wrong
  // What is sent on may come from any chat.
  if ('to_chat_jid' in wrong.body) return wrong
  const { api } = walk.mine.device
  const words = `anybody? ${randomUUID()}`
  const [what, said] = saidTo(entry.operation.path, words)
  await api.refuses('not_on_whatsapp', 'POST', `/chats/${nobody}/${what}`, said)
  const { messages } = await api.get<{ messages: { message_id: string; text: string }[] }>(`/chats/${nobody}/messages`)
  const { message_id: id } = messages.find(({ text }) => text === words)!
  const { database } = walk.gateway.services
  const sent = database.query.updateTable('message').set({ state: 'sent', sent_at: Date.now() }).where('id', '=', id)
  await database.commit([{ query: sent.compile() }])
  return { ...wrong, path: { [`${about}_id`]: id } }
}) satisfies Provoke
