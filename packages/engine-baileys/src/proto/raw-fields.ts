/** Reads and writes single length-delimited protobuf fields, so that what a message holds beyond our schema survives. */

/** The content of the last field `number`, a view on `message`; undefined when absent. @throws RangeError when malformed */
export function readBytesField(message: Uint8Array, number: number): Uint8Array | undefined {
  let found: Uint8Array | undefined
  let at = 0
  while (at < message.length) {
    const tag = readVarint(message, at)
    const value = tag.next
    const wireType = tag.value & 7
    if (wireType === 2) {
      const length = readVarint(message, value)
      at = length.next + length.value
      if (at > message.length) throw new RangeError('a protobuf field is cut short')
      if (tag.value >>> 3 === number) found = message.subarray(length.next, at)
    } else if (wireType === 0) at = readVarint(message, value).next
    else if (wireType === 1) at = value + 8
    else if (wireType === 5) at = value + 4
    else throw new RangeError('an unknown protobuf wire type')
  }
  return found
}

/** `content` as field `number`. */
export function bytesField(number: number, content: Uint8Array): Uint8Array {
  return Buffer.concat([varint((number << 3) | 2), varint(content.length), content])
}

function readVarint(message: Uint8Array, start: number): { value: number; next: number } {
  let value = 0
  for (let index = 0; index < 10; index++) {
    const byte = message[start + index]
    if (byte === undefined) throw new RangeError('a protobuf number is cut short')
    if (index < 5) value += (byte & 0x7f) * 2 ** (7 * index)
    if (byte < 0x80) return { value, next: start + index + 1 }
  }
  throw new RangeError('an overlong protobuf number')
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value >>> 0
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  return Uint8Array.of(...bytes, rest)
}
