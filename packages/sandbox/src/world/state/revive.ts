import type { Captured } from './captured.ts'
import type { References } from './references.ts'
import { isState } from './state.ts'

type Tagged = { '#': string; is?: Captured }

/** The state that was captured. References to people who are not there become undefined. */
export function revive(captured: Captured, references: References): unknown {
  if (captured === null || typeof captured !== 'object') return captured
  const inner = (part: Captured): unknown => revive(part, references)
  if (Array.isArray(captured)) return captured.map(inner)
  if (typeof captured['#'] !== 'string') {
    return Object.fromEntries(Object.entries(captured).map(([name, field]) => [name, inner(field)]))
  }
  const { '#': kind, is } = captured as Tagged
  switch (kind) {
    case 'undefined':
      return undefined
    case 'number':
      return Number(is)
    case 'bigint':
      return BigInt(is as string)
    case 'bytes':
      return new Uint8Array(Buffer.from(is as string, 'base64'))
    case 'map':
      return new Map((is as Captured[][]).map((pair) => [inner(pair[0]!), inner(pair[1]!)]))
    case 'set':
      return new Set((is as Captured[]).map(inner))
    case 'object':
      return Object.fromEntries((is as [string, Captured][]).map(([name, field]) => [name, inner(field)]))
    case 'account':
    case 'device':
      return references.find(kind, is as string)
    default:
      throw new Error(`state of an unknown kind: ${kind}`)
  }
}

/** Puts revived state into an object that exists: its maps and sets are filled, its parts restore themselves, all else is assigned. */
export function fill(target: object, fields: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(fields)) {
    const present = (target as Record<string, unknown>)[name]
    if (!refill(present, value)) (target as Record<string, unknown>)[name] = value
  }
}

/** False when the value has to be assigned. */
export function refill(present: unknown, value: unknown): boolean {
  if (isState(present)) present.restore(value)
  else if (present instanceof Map && value instanceof Map) {
    present.clear()
    for (const [key, item] of value) if (key !== undefined && item !== undefined) present.set(key, item)
  } else if (present instanceof Set && value instanceof Set) {
    present.clear()
    for (const item of value) if (item !== undefined) present.add(item)
  } else return false
  return true
}
