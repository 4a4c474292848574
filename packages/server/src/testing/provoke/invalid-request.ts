import type { Provoke } from '../walk.ts'

export default (() => ({ query: '?no_such_field=1' })) satisfies Provoke
