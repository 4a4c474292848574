import type { Provoke } from '../walk.ts'

export default (() => ({ body: { call_id: 'NONE' } })) satisfies Provoke
