import type { Provoke } from '../walk.ts'

export default (() => ({ path: { id: '999999' } })) satisfies Provoke
