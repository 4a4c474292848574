import type { References } from './references.ts'
import { isState } from './state.ts'

/** State as JSON can hold it. What JSON does not know is an object with a `#` that says what it is. */
export type Captured = null | boolean | number | string | Captured[] | { [key: string]: Captured }

/** State that cannot be captured: something was put into the world that would be lost. */
class NotCapturable extends Error {
  constructor(where: string, why: string) {
    super(`${where}: ${why}`)
    this.name = 'NotCapturable'
  }
}

/** Turns state into what JSON can hold: plain objects, arrays, maps, sets, bytes, bigints, references to people and devices, and parts that
 *  know how to capture themselves.
 *  @throws NotCapturable for functions, and for objects of a class that would lose something */
export function capture(value: unknown, references: References, where: string): Captured {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : { '#': 'number', is: String(value) }
  if (value === undefined) return { '#': 'undefined' }
  if (typeof value === 'bigint') return { '#': 'bigint', is: String(value) }
  if (typeof value !== 'object') throw new NotCapturable(where, `a ${typeof value} cannot be kept`)
  const reference = references.nameOf(value)
  if (reference) return { '#': reference.kind, is: reference.name }
  return captureObject(value, references, where)
}

function captureObject(value: object, references: References, where: string): Captured {
  const inner = (part: unknown, name: string): Captured => capture(part, references, `${where}.${name}`)
  if (value instanceof Uint8Array) return { '#': 'bytes', is: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map((item, index) => inner(item, String(index)))
  if (value instanceof Map) {
    return { '#': 'map', is: [...value].map(([key, item]) => [inner(key, 'key'), inner(item, nameOf(key))]) }
  }
  if (value instanceof Set) return { '#': 'set', is: [...value].map((item) => inner(item, 'item')) }
  if (isState(value)) return inner(value.snapshot(), 'snapshot()')
  return captureFields(value, references, where)
}

/** The public fields of an object, without those named in `except`.
 *  @throws NotCapturable when its class has private fields too */
export function captureFields(
  value: object,
  references: References,
  where: string,
  except: ReadonlySet<string> = new Set(),
): Captured {
  const flaw = hiddenState(value)
  if (flaw) throw new NotCapturable(where, flaw)
  const fields = Object.entries(value).filter(([name, field]) => field !== undefined && !except.has(name))
  const captured = fields.map(([name, field]) => [name, capture(field, references, `${where}.${name}`)] as const)
  return '#' in value ? { '#': 'object', is: captured.map((pair) => [...pair]) } : Object.fromEntries(captured)
}

/** Why an object's public fields are not all of it, if so. */
function hiddenState(value: object): string | undefined {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === null || prototype === Object.prototype) return undefined
  const source = Function.prototype.toString.call(value.constructor)
  if (!source.startsWith('class')) return `a ${value.constructor.name} cannot be kept`
  if (!/^\s*(readonly )?#\w+|this\.#/m.test(source)) return undefined
  return `${value.constructor.name} has private fields and no snapshot() and restore()`
}

function nameOf(key: unknown): string {
  return typeof key === 'string' || typeof key === 'number' ? String(key) : 'value'
}
