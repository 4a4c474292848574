import type { Provoke } from '../walk.ts'

export default (() => ({ path: { approval_id: `apr_${'A'.repeat(22)}` } })) satisfies Provoke
