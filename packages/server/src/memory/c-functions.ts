/** Of `node:ffi`, what is used here. */
interface Ffi {
  dlopen(
    path: null,
    functions: Readonly<Record<string, { readonly arguments: readonly Kind[]; readonly return: 'i32' }>>,
  ): { readonly functions: Readonly<Record<string, (...values: (number | bigint)[]) => number>> }
}

/** As `node:ffi` names them. A `u64` is given as a bigint. */
type Kind = 'i32' | 'u64'

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

/** A function of the C library that answers an int; undefined where the system or this Node has it not. */
export const functionOfC = (
  name: string,
  kinds: readonly Kind[],
): ((...values: (number | bigint)[]) => number) | undefined => {
  try {
    const { dlopen } = silently(() => process.getBuiltinModule('node:ffi')) as unknown as Ffi
    return dlopen(null, { [name]: { arguments: kinds, return: 'i32' } }).functions[name]
  } catch {
    return undefined
  }
}
