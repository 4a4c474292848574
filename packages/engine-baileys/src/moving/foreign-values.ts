import { NotMovable } from '@switchboard/engine'
import { type KeyPair, keyPairFromPrivate, unprefixed } from '@switchboard/signal'

/** An object of a foreign store. Nothing in it is known to be what it should be. */
export type Foreign = Readonly<Record<string, unknown>>

/** @param name what is missing when it is none @throws NotMovable */
export function objectIn(value: unknown, name: string): Foreign {
  if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) return value as Foreign
  throw new NotMovable(`no ${name}`)
}

export const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/**
 * Bytes in any of the forms in which JSON of other programs has them: base64, `{"type":"Buffer","data":…}` with base64 or numbers, a list of numbers, and
 * an object with the places as names, which is what `JSON.stringify` makes of a `Uint8Array` (seen in: baileys generics.js `BufferJSON`).
 */
export function bytesIfAny(value: unknown): Uint8Array | undefined {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  if (typeof value === 'string') return Uint8Array.from(Buffer.from(value, 'base64'))
  if (typeof value !== 'object' || value === null) return undefined
  if ('data' in value && 'type' in value && value.type === 'Buffer') return bytesIfAny(value.data)
  const numbers: unknown[] = Object.values(value)
  const areBytes = numbers.length > 0 && numbers.every((each) => Number.isInteger(each) && (each as number) >>> 8 === 0)
  return areBytes ? Uint8Array.from(numbers as number[]) : undefined
}

/** @throws NotMovable when there are not so many bytes; what there is instead is not said */
export function bytesIn(value: unknown, name: string, length?: number): Uint8Array {
  const bytes = bytesIfAny(value)
  if (bytes && bytes.length > 0 && (length === undefined || bytes.length === length)) return bytes
  throw new NotMovable(`no ${name}`)
}

/** The 32 bytes of a public key that is stored with or without its type. */
export function publicKeyIn(value: unknown, name: string): Uint8Array {
  const bytes = bytesIn(value, name)
  if (bytes.length === 32 || (bytes.length === 33 && bytes[0] === 5)) return unprefixed(bytes)
  throw new NotMovable(`no ${name}`)
}

/** The pair of a private key: its public half is not taken from anybody. */
export const pairIn = (privateKey: unknown, name: string): KeyPair => keyPairFromPrivate(bytesIn(privateKey, name, 32))

/** A whole number that fits into 32 bits. */
export function countIn(value: unknown, name: string): number {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 0xffff_ffff) return number
  throw new NotMovable(`no ${name}`)
}

export const textIn = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined
