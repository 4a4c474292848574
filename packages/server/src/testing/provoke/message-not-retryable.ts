import type { Provoke } from '../walk.ts'

/** The message of the walk arrived long ago. */
export default (() => ({})) satisfies Provoke
