/** A file of an archive: its name, and bytes that come to exactly so many. */
export interface TarEntry {
  readonly name: string
  readonly size: number
  readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

const block = 512

const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`

/** Sizes beyond 8 GiB have no room as octal digits: then they stand there in base 256 (GNU tar). */
const sizeField = (size: number): Buffer => {
  const field = Buffer.alloc(12)
  if (size < 8 ** 11) field.write(octal(size, 12), 'latin1')
  else {
    field[0] = 0x80
    field.writeBigUInt64BE(BigInt(size), 4)
  }
  return field
}

/** POSIX ustar. @param name ASCII, at most 100 characters */
function header({ name, size }: TarEntry, at: number): Buffer {
  const bytes = Buffer.alloc(block)
  bytes.write(name, 0, 100, 'latin1')
  bytes.write(octal(0o600, 8), 100, 'latin1')
  bytes.write(octal(0, 8), 108, 'latin1')
  bytes.write(octal(0, 8), 116, 'latin1')
  sizeField(size).copy(bytes, 124)
  bytes.write(octal(Math.floor(at / 1000), 12), 136, 'latin1')
  bytes.write('        0', 148, 'latin1')
  bytes.write('ustar\x0000', 257, 'latin1')
  const sum = bytes.reduce((total, byte) => total + byte, 0)
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
  return bytes
}

const allowed = /^[a-z0-9][a-z0-9._/-]{0,98}$/

/** An archive as it is made: nothing of it is in memory longer than it takes to hand it on. @throws Error for a name that could lead out of a folder, and for
 *  content of another size */
export async function* tar(entries: AsyncIterable<TarEntry>, at: number): AsyncGenerator<Uint8Array> {
  for await (const entry of entries) {
    if (!allowed.test(entry.name) || entry.name.includes('..')) throw new Error('This is no name for an archive')
    yield header(entry, at)
    let written = 0
    for await (const chunk of entry.content) {
      written += chunk.byteLength
      yield chunk
    }
    if (written !== entry.size) throw new Error(`${entry.name} has ${written} bytes in place of ${entry.size}`)
    if (written % block > 0) yield Buffer.alloc(block - (written % block))
  }
  yield Buffer.alloc(2 * block)
}
