import type { HostAnswer } from './post-file.ts'

/** How much of a file a host has: the offset to continue from, or all of it, with where it is. */
export type Arrived = number | { readonly complete: string }

/** What a host answers to `resume=1`: an offset as a text, or `complete` together with what an upload is answered with. Whatever else it says, nothing
 *  has arrived. Seen in: whatsapp-rust src/upload.rs `parse_upload_progress` (240d631), which names WhatsApp Web's `_checkIfAlreadyUploaded`.
 *  @param size of the file, bytes */
export function arrivedOf({ status, body }: HostAnswer, size: number): Arrived {
  if (status !== 200) return 0
  let answer: unknown
  try {
    answer = JSON.parse(body)
  } catch {
    return 0
  }
  const { resume, direct_path: path } = (answer ?? {}) as Record<string, unknown>
  if (resume === 'complete') return typeof path === 'string' ? { complete: body } : 0
  const offset = typeof resume === 'string' || typeof resume === 'number' ? Number(resume) : 0
  return Number.isSafeInteger(offset) && offset > 0 && offset < size ? offset : 0
}

/** The bytes of a file behind an offset. A cipher begins at the beginning, so what is in front is made and dropped. */
export async function* bytesBehind(bytes: AsyncIterable<Uint8Array>, offset: number): AsyncGenerator<Uint8Array> {
  let toSkip = offset
  for await (const chunk of bytes) {
    if (toSkip < chunk.length) yield toSkip > 0 ? chunk.subarray(toSkip) : chunk
    toSkip = Math.max(0, toSkip - chunk.length)
  }
}
