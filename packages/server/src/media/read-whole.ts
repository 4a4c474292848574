import { AppError } from '../errors/app-error.ts'
import type { ServedFile } from './served-file.ts'

const tooLarge = (size: number | undefined, most: number): AppError =>
  new AppError('media_too_large', `The file has ${size ?? 'more'} bytes; this call takes at most ${most}`, {
    details: { ...(size !== undefined && { size }), max_bytes: most },
  })

/** A file in memory, where it has at most so many bytes. @throws AppError media_too_large */
export async function readWhole({ open, size }: Pick<ServedFile, 'open' | 'size'>, most: number): Promise<Buffer> {
  if (size !== undefined && size > most) throw tooLarge(size, most)
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of await open()) {
    bytes += chunk.length
    if (bytes > most) throw tooLarge(undefined, most)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
