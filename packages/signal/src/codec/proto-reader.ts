import { SignalError } from '../errors.ts'

/** What a field holds: a number for a varint, a view for length-delimited bytes. */
export type FieldValue = number | Uint8Array

/**
 * Calls `visit` for each field of a protobuf message, in the order written. Byte values are views on the input.
 * Fixed-width fields are stepped over; anything that does not parse throws `malformed`.
 */
export function eachField(message: Uint8Array, visit: (field: number, value: FieldValue) => void): void {
  const cursor = { at: 0 }
  while (cursor.at < message.length) {
    const tag = readVarint(message, cursor)
    const field = tag >>> 3
    if (field === 0) throw malformed('a field numbered zero')
    if ((tag & 7) === 0) visit(field, readVarint(message, cursor))
    else if ((tag & 7) === 2) visit(field, take(message, cursor, readVarint(message, cursor)))
    else if ((tag & 7) === 1) take(message, cursor, 8)
    else if ((tag & 7) === 5) take(message, cursor, 4)
    else throw malformed('an unknown wire type')
  }
}

/** The value as a number; `malformed` when the field carried bytes. */
export function asNumber(value: FieldValue): number {
  if (typeof value !== 'number') throw malformed('bytes where a number belongs')
  return value
}

/** The value as bytes; `malformed` when the field carried a number, or not `length` bytes where that is given. */
export function asBytes(value: FieldValue, length?: number): Uint8Array {
  if (typeof value === 'number') throw malformed('a number where bytes belong')
  if (length !== undefined && value.length !== length) throw malformed(`${value.length} bytes instead of ${length}`)
  return value
}

/** The 32 bytes of a public key that the wire carries behind 0x05. */
export function asPublicKey(value: FieldValue): Uint8Array {
  const bytes = asBytes(value, 33)
  if (bytes[0] !== 5) throw malformed('a public key of an unknown type')
  return bytes.subarray(1)
}

/** The value, or `malformed` when the message did not carry it. */
export function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw malformed(`no ${name}`)
  return value
}

function malformed(what: string): SignalError {
  return new SignalError('malformed', `Malformed Signal message: ${what}`)
}

function take(message: Uint8Array, cursor: { at: number }, length: number): Uint8Array {
  const end = cursor.at + length
  if (end > message.length) throw malformed('cut short')
  const view = message.subarray(cursor.at, end)
  cursor.at = end
  return view
}

// Protobuf reads a uint32 from up to ten bytes and keeps the low 32 bits.
function readVarint(message: Uint8Array, cursor: { at: number }): number {
  let value = 0
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = message[cursor.at++]
    if (byte === undefined) throw malformed('cut short')
    if (shift < 32) value |= (byte & 0x7f) << shift
    if (byte < 0x80) return value >>> 0
  }
  throw malformed('an overlong number')
}
