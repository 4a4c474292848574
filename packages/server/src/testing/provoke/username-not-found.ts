import type { Provoke } from '../walk.ts'

export default (() => ({ path: { username: 'nobody.has.this' } })) satisfies Provoke
