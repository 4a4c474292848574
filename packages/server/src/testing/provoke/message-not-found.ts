import { bodySchema, describedBy } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

const none = '3EB0NONE'

/** In the path, the query or the body: wherever the operation takes the id of a message. One that takes its chat too is asked for a message of another. */
export default ((walk, entry) => {
  const { parameters = [] } = describedBy(entry)
  const taken = (place: string, name: string) =>
    parameters.some((parameter) => parameter.in === place && parameter.name === name)
  if (taken('path', 'message_id')) {
    const takesChat = bodySchema(entry)?.properties?.['chat_jid'] !== undefined
    return takesChat ? { body: { chat_jid: walk.mine.device.phone.jid } } : { path: { message_id: none } }
  }
  const post = ['target', 'post_id'].find((name) => taken('path', name))
  if (post) return { path: { [post]: none } }
  if (bodySchema(entry)?.properties?.['last_msg_id']) {
    return { body: { chat_jid: walk.mine.friend.jid, last_msg_id: none } }
  }
  if (bodySchema(entry)?.properties?.['message_server_id']) return { body: { message_server_id: 999_999 } }
  if (taken('query', 'before')) return { query: `?before=${none}` }
  const answers = bodySchema(entry)?.properties?.['reply_to_message_id'] !== undefined
  return { body: answers ? { reply_to_message_id: none } : { message_id: none } }
}) satisfies Provoke
