import { isUpload } from '../../kit/registered.ts'
import type { Provoke } from '../walk.ts'

/** The file of a message of another kind, or a text where that cannot be named. */
export default ((walk, entry) => {
  const { operation } = entry
  if (/^\/newsletters\/.*\/(images|videos)$/.test(operation.path))
    return walk.sendsFile(entry, Buffer.from('no picture'))
  const other = isUpload(operation) && operation.upload.kind === 'image' ? 'audio' : 'image'
  return { body: { base64: undefined, message_id: walk.mine.values.known(`message with ${other}`) } }
}) satisfies Provoke
