import type { Provoke } from '../walk.ts'

/** The gateway of the walk takes 2 KB. */
export default (() => ({
  raw: JSON.stringify('x'.repeat(3000)),
  headers: { 'content-type': 'application/json' },
})) satisfies Provoke
