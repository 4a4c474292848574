import type { Provoke } from '../walk.ts'

/** An empty file. */
export default ((walk, entry) => walk.sendsFile(entry, new Uint8Array())) satisfies Provoke
