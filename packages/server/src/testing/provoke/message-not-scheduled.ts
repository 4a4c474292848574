import type { Provoke } from '../walk.ts'

/** Every message of the walk was sent at once. */
export default (() => ({})) satisfies Provoke
