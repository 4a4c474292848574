import type { Provoke } from '../walk.ts'

/** The device of the walk has no bridge, and the address is that of none. */
export default (() => ({})) satisfies Provoke
