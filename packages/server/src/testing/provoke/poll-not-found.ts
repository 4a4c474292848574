import type { Provoke } from '../walk.ts'

export default (() => ({ path: { poll_id: '3EB0NONE' } })) satisfies Provoke
