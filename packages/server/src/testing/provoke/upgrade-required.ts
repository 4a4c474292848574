import type { Provoke } from '../walk.ts'

/** The walk speaks HTTP. */
export default (() => ({})) satisfies Provoke
