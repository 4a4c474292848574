import { addresses, placed } from '../path-values.ts'
import { isSend, type Provoke } from '../walk.ts'

export default ((_walk, entry) => {
  if (entry.operation.path.endsWith('/mark-read')) return { body: { read: false } }
  return isSend(entry) ? placed(entry, addresses, 'status@broadcast') : {}
}) satisfies Provoke
