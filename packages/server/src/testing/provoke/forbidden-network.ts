import { changedAccessKey } from '../changed-access-key.ts'
import type { Provoke } from '../walk.ts'

export default ((walk, entry) => changedAccessKey(walk, entry, { networks: ['192.0.2.0/24'] })) satisfies Provoke
