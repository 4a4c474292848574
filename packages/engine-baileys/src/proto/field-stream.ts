import { FieldReader } from '@switchboard/link/proto'

/** The longest tag with the length, or the number, behind it. */
const mostHead = 20

export interface StreamedField {
  readonly number: number
  /** A message that has this field alone. */
  readonly bytes: Uint8Array
}

const cutShort = (): RangeError => new RangeError('a protobuf field is cut short')

/** The wanted fields of a message that comes in chunks. Only one field, or one chunk, is in memory.
 *  @throws RangeError when the bytes are no message */
export async function* fieldStream(
  chunks: AsyncIterable<Uint8Array>,
  isWanted: (number: number) => boolean,
): AsyncGenerator<StreamedField> {
  let held: Uint8Array = new Uint8Array()
  const source = chunks[Symbol.asyncIterator]()
  /** Reads until so many bytes are held or the message ends. */
  const hold = async (bytes: number): Promise<void> => {
    if (held.length >= bytes) return
    const parts = [held]
    for (let size = held.length; size < bytes; size += parts.at(-1)!.length) {
      const next = await source.next()
      if (next.done) break
      parts.push(next.value)
    }
    held = Buffer.concat(parts)
  }
  const skip = async (bytes: number): Promise<void> => {
    let left = bytes
    while (left > held.length) {
      left -= held.length
      const next = await source.next()
      if (next.done) throw cutShort()
      held = next.value
    }
    held = held.subarray(left)
  }
  try {
    for (;;) {
      await hold(mostHead)
      if (held.length === 0) return
      const { number, end } = fieldAt(held)
      if (isWanted(number)) {
        await hold(end)
        if (held.length < end) throw cutShort()
        yield { number, bytes: held.subarray(0, end) }
      }
      await skip(end)
    }
  } finally {
    await source.return?.()
  }
}

/** The field that begins with these bytes, and where it ends, perhaps behind them. */
function fieldAt(bytes: Uint8Array): { number: number; end: number } {
  const reader = new FieldReader(bytes)
  const tag = reader.tag(bytes.length)
  if ((tag & 7) === 2) return { number: tag >>> 3, end: reader.length(Number.POSITIVE_INFINITY) }
  reader.skip(tag, bytes.length)
  return { number: tag >>> 3, end: reader.at }
}
