import type { Provoke } from '../walk.ts'

export default (() => ({ headers: { range: 'bytes=999999999-' } })) satisfies Provoke
