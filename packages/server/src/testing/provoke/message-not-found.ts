import { describedBy } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

const none = '3EB0NONE'

/** In the path, the query or the body: wherever the operation takes the id of a message. */
export default ((_walk, entry) => {
  const { parameters = [] } = describedBy(entry)
  const taken = (place: string, name: string) =>
    parameters.some((parameter) => parameter.in === place && parameter.name === name)
  if (taken('path', 'message_id')) return { path: { message_id: none } }
  return taken('query', 'before') ? { query: `?before=${none}` } : { body: { reply_to_message_id: none } }
}) satisfies Provoke
