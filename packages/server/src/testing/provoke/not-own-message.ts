import type { Provoke } from '../walk.ts'

/** A message that the friend wrote. */
export default ((walk) => ({ path: { message_id: walk.mine.values.known('MessageId') } })) satisfies Provoke
