import { isUpload } from '../../kit/registered.ts'
import { placed } from '../path-values.ts'
import type { Provoke } from '../walk.ts'

/** A message without a file, or a link that leads nowhere. */
export default (({ mine }, entry) =>
  isUpload(entry.operation)
    ? { body: { message_id: undefined, base64: undefined, media_id: 'med_none' } }
    : entry.operation.auth === 'none'
      ? { path: { media_id: `med_${'A'.repeat(24)}` }, query: mine.values.query(entry) }
      : placed(entry, ['MediaMessageId'], mine.values.known('MessageId'))) satisfies Provoke
