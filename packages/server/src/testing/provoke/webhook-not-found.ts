import type { Provoke } from '../walk.ts'

export default (() => ({ path: { webhook_id: '999999' } })) satisfies Provoke
