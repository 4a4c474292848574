import type { Provoke } from '../walk.ts'

/** No event of the walk has that id. */
export default (() => ({})) satisfies Provoke
