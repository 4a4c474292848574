import type { Provoke } from '../walk.ts'

export default (() => ({ path: { access_key_id: 'ak_none' } })) satisfies Provoke
