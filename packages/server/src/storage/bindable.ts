/** What both databases store alike. */
export type Bindable = null | number | bigint | string | Uint8Array

/** A parameter as both databases take it. NUL in text becomes U+FFFD: PostgreSQL cannot store one, and a message must not be lost for it.
 *  @throws TypeError for anything that one of them would refuse or change (booleans, dates, objects, undefined). */
export function bindable(value: unknown): Bindable {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value
  if (value === null || typeof value === 'number' || typeof value === 'bigint') return value
  if (value instanceof Uint8Array) return value
  throw new TypeError(`A ${value === undefined ? 'undefined' : typeof value} cannot be stored`)
}
