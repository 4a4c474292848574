import { changedAccessKey } from '../changed-access-key.ts'
import type { Provoke } from '../walk.ts'

export default ((walk, entry) =>
  changedAccessKey(walk, entry, { expires_at: '2020-01-31T09:00:00Z' })) satisfies Provoke
