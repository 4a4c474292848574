import { addresses, placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

const nobody = '4915100000000'

/** A number without an account. What answers a message can go only where that was said: to a number that had an account once, or never. */
export default (async (walk, entry) => {
  const wrong = placed(entry, addresses, nobody)
  if (!('body' in wrong) || !entry.operation.path.includes('{message_id}')) return wrong
  const { api } = walk.mine.device
  await api.refuses('not_on_whatsapp', 'POST', `/chats/${nobody}/messages`, { text: 'anybody?' })
  const { messages } = await api.get<{ messages: { message_id: string }[] }>(`/chats/${nobody}/messages?limit=1`)
  return { ...wrong, path: { message_id: messages[0]!.message_id } }
}) satisfies Provoke
