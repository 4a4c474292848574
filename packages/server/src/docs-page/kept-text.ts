type Make = (key: string) => string | Promise<string>

/** Somebody who reads the pages asks for more of them within that time. */
const keptMs = 60_000

/** A text that takes a while to make, made once for all who ask for it within a minute: then its memory is free again. As bytes, it is in memory once however many
 *  clients are being sent it. @throws what `make` throws, and then nothing is kept */
export const keptText = (make: Make): ((key: string) => Promise<Buffer>) => {
  const kept = new Map<string, { readonly bytes: Promise<Buffer>; end?: NodeJS.Timeout }>()
  const bytesOf = async (key: string) => Buffer.from(await make(key))
  return async (key) => {
    const text = kept.get(key) ?? { bytes: bytesOf(key) }
    kept.set(key, text)
    clearTimeout(text.end)
    text.end = setTimeout(() => kept.delete(key), keptMs).unref()
    return text.bytes.catch((error: unknown) => {
      kept.delete(key)
      throw error
    })
  }
}
