import type { Provoke } from '../walk.ts'

/** A device of the walk may have one webhook, and has it. */
export default (() => ({})) satisfies Provoke
