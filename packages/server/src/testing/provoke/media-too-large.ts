import type { Provoke } from '../walk.ts'

/** The gateway of the walk takes files of 64 KB. */
export default ((walk, entry) => walk.sendsFile(entry, new Uint8Array(100_000))) satisfies Provoke
