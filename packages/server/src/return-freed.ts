interface Ffi {
  dlopen(
    path: null,
    functions: { readonly malloc_trim: { readonly arguments: readonly ['u64']; readonly return: 'i32' } },
  ): { readonly functions: { malloc_trim(keep: bigint): number } }
}

/** Node says once that calling functions of C is experimental, which is nothing for an operator to do about. */
const silently = <T>(work: () => T): T => {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return work()
  } finally {
    process.emitWarning = emitWarning
  }
}

const find = (): (() => void) => {
  try {
    const { dlopen } = silently(() => process.getBuiltinModule('node:ffi')) as unknown as Ffi
    const { functions } = dlopen(null, { malloc_trim: { arguments: ['u64'], return: 'i32' } })
    return () => void functions.malloc_trim(0n)
  } catch {
    // Not glibc, or a Node that has it not.
    return () => {}
  }
}

let trim: (() => void) | undefined

/** Gives the system what was freed outside of the heap of JavaScript: keys, buffers, pages of SQLite. glibc keeps freed memory wherever a small piece in use lies behind it, and
 *  gives it back only when it is asked (malloc_trim(3)): linking 60 devices left 40 MiB of it. Takes some milliseconds for each 10 MiB. Elsewhere than on glibc nothing happens. */
export const returnFreed = (): void => {
  trim ??= find()
  trim()
}
