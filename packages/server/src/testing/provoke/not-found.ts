import type { Provoke } from '../walk.ts'

export default (() => ({ path: { page: 'nothing' } })) satisfies Provoke
