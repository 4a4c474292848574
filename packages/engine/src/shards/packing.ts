import { type PackedError, packError, unpackError } from './errors.ts'

interface Place {
  readonly path: readonly (string | number)[]
}

interface ErrorPart extends Place {
  readonly kind: 'error'
  readonly error: PackedError
}

/** `ref`: the number under which its owner keeps it. */
export interface LentPart extends Place {
  readonly kind: 'promise' | 'stream' | 'signal'
  readonly ref: number
}

/** Something in a value that is more than data. */
type Part = ErrorPart | LentPart

/** A value on its way to another thread: data, and what stands in it at some places. */
export interface Packed {
  readonly value: unknown
  readonly parts?: readonly Part[]
}

/** Keeps what cannot travel, for as long as the other end may use it. Each gets a number. */
export interface Keeper {
  promise(promise: Promise<unknown>): number
  stream(stream: AsyncIterable<Uint8Array>): number
  signal(signal: AbortSignal): number
}

/** What stands for such things at the other end. */
export interface Opener {
  promise(ref: number): Promise<unknown>
  stream(ref: number): AsyncIterable<Uint8Array>
  signal(ref: number): AbortSignal
}

type Container = Record<string | number, unknown> | Map<unknown, unknown>

/** Makes values ready for the structured clone of a post. Bytes that are a part of a larger buffer are cut out, because a post copies whole buffers, and
 *  what was cut out travels without being copied once more. */
export class Packer {
  readonly #keeper: Keeper
  readonly #transfer: ArrayBuffer[]
  readonly #path: (string | number)[] = []
  #parts: Part[] = []

  /** @param transfer where buffers are put that the post may take away */
  constructor(keeper: Keeper, transfer: ArrayBuffer[]) {
    this.#keeper = keeper
    this.#transfer = transfer
  }

  /** @throws TypeError for what has no meaning on another thread, such as a function */
  pack(value: unknown): Packed {
    this.#parts = []
    this.#path.length = 0
    const packed = this.#walk(value)
    return this.#parts.length > 0 ? { value: packed, parts: this.#parts } : { value: packed }
  }

  #walk(value: unknown): unknown {
    if (typeof value !== 'object' || value === null) {
      if (typeof value === 'function' || typeof value === 'symbol') throw this.#refusal(`a ${typeof value}`)
      return value
    }
    if (value instanceof Uint8Array) return this.#bytes(value)
    if (Array.isArray(value)) return this.#array(value)
    const prototype = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.#object(value as Record<string, unknown>)
    return this.#other(value)
  }

  #bytes(value: Uint8Array): Uint8Array {
    if (value.byteLength === value.buffer.byteLength) return value
    const cut = new Uint8Array(value)
    this.#transfer.push(cut.buffer)
    return cut
  }

  #array(value: readonly unknown[]): readonly unknown[] {
    let copy: unknown[] | undefined
    for (let index = 0; index < value.length; index++) {
      const walked = this.#at(index, value[index])
      if (walked !== value[index]) copy ??= [...value]
      if (copy) copy[index] = walked
    }
    return copy ?? value
  }

  #object(value: Record<string, unknown>): Record<string, unknown> {
    let copy: Record<string, unknown> | undefined
    for (const key of Object.keys(value)) {
      const walked = this.#at(key, value[key])
      if (walked !== value[key]) copy ??= { ...value }
      if (copy) copy[key] = walked
    }
    return copy ?? value
  }

  #at(key: string | number, value: unknown): unknown {
    if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return value
    this.#path.push(key)
    const walked = this.#walk(value)
    this.#path.pop()
    return walked
  }

  #other(value: object): unknown {
    if (value instanceof Map)
      return new Map([...value].map(([key, each]: [string, unknown]) => [key, this.#at(key, each)]))
    if (value instanceof Set || value instanceof Date || value instanceof ArrayBuffer) return value
    const path = [...this.#path]
    if (value instanceof Error) this.#parts.push({ path, kind: 'error', error: packError(value) })
    else if (value instanceof Promise) this.#parts.push({ path, kind: 'promise', ref: this.#keeper.promise(value) })
    else if (value instanceof AbortSignal) this.#parts.push({ path, kind: 'signal', ref: this.#keeper.signal(value) })
    else if (Symbol.asyncIterator in value) {
      this.#parts.push({ path, kind: 'stream', ref: this.#keeper.stream(value as AsyncIterable<Uint8Array>) })
    } else throw this.#refusal(`an object of the class ${value.constructor?.name}`)
    return undefined
  }

  #refusal(what: string): TypeError {
    return new TypeError(`${what} cannot be given to another thread (${this.#path.join('.') || 'the value itself'})`)
  }
}

/** The value at its other end. */
export function unpack({ value, parts }: Packed, opener: Opener): unknown {
  let whole = value
  for (const part of parts ?? []) {
    const opened = part.kind === 'error' ? unpackError(part.error) : opener[part.kind](part.ref)
    const { path } = part
    if (path.length === 0) whole = opened
    else put(path.slice(0, -1).reduce<unknown>(step, whole) as Container, path.at(-1)!, opened)
  }
  return whole
}

const step = (container: unknown, key: string | number): unknown =>
  container instanceof Map ? container.get(key) : (container as Record<string | number, unknown>)[key]

function put(container: Container, key: string | number, value: unknown): void {
  if (container instanceof Map) container.set(key, value)
  else container[key] = value
}
