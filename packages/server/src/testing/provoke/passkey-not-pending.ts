import type { Provoke } from '../walk.ts'

/** The device is linked: nothing is asked. */
export default (() => ({})) satisfies Provoke
