const unitBytes: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** `8M`, `512K`, `1048576` → bytes (1024 based); undefined when the text is no size. */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+)([KMG]?)B?$/i.exec(text)
  if (!match) return undefined
  const bytes = Number(match[1]) * unitBytes[match[2]!.toUpperCase()]!
  return Number.isSafeInteger(bytes) ? bytes : undefined
}
