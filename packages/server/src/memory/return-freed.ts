import { functionOfC } from './c-functions.ts'

let trim: ReturnType<typeof functionOfC>

/** Gives the system what was freed outside of the heap of JavaScript: keys, buffers, pages of SQLite. glibc keeps freed memory wherever a small piece in use lies behind it, and
 *  gives it back only when it is asked (malloc_trim(3)): linking 60 devices left 40 MiB of it. Takes some milliseconds for each 10 MiB. Elsewhere than on glibc nothing happens. */
export const returnFreed = (): void => {
  trim ??= functionOfC('malloc_trim', ['u64']) ?? (() => 0)
  trim(0n)
}
