import { isUpload } from '../../kit/registered.ts'
import type { Provoke } from '../walk.ts'

/** The file of a message of another kind. */
export default ((walk, { operation }) => {
  const other = isUpload(operation) && operation.upload.kind === 'image' ? 'audio' : 'image'
  return { body: { base64: undefined, message_id: walk.mine.values.known(`message with ${other}`) } }
}) satisfies Provoke
