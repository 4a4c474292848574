import type { Provoke } from '../walk.ts'

export default (() => ({ path: { erasure_id: 'ers_none' } })) satisfies Provoke
