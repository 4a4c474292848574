import type { Provoke } from '../walk.ts'

/** A poll of a channel has a number, in the query or in the body. */
export default ((_walk, { operation: { method, path } }) => {
  if (!path.startsWith('/newsletters')) return { path: { poll_id: '3EB0NONE' } }
  return method === 'GET' ? { query: '?message_server_id=99999' } : { body: { message_server_id: 99_999 } }
}) satisfies Provoke
