type Make = (basePath: string) => string | Promise<string>

/** A text that takes a while to make, made once for each base path. As bytes, it is in memory once however many clients are being sent it. */
export const keptText = (make: Make): ((basePath: string) => Promise<Buffer>) => {
  const kept = new Map<string, Promise<Buffer>>()
  const bytesOf = async (basePath: string) => Buffer.from(await make(basePath))
  return (basePath) => {
    const bytes = kept.get(basePath) ?? bytesOf(basePath)
    kept.set(basePath, bytes)
    return bytes
  }
}
