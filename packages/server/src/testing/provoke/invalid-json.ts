import type { Provoke } from '../walk.ts'

export default (() => ({ raw: '{', headers: { 'content-type': 'application/json' } })) satisfies Provoke
