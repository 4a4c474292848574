import type { Provoke } from '../walk.ts'

/** The file of a message of another kind. */
export default ((walk, entry) => {
  const other = /images/.test(entry.operation.path) ? 'audio' : 'image'
  return { body: { base64: undefined, message_id: walk.mine.values.known(`message with ${other}`) } }
}) satisfies Provoke
