const unitBytes: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }

/** `8M`, `512K`, `1048576` → bytes (1024 based); undefined when the text is no size. */
export const parseSize = (text: string): number | undefined => {
  const match = /^(\d+)([KMG]?)B?$/i.exec(text)
  if (!match) return undefined
  const bytes = Number(match[1]) * unitBytes[match[2]!.toUpperCase()]!
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

/** `500ms`, `2s`, `1h30m`, `1.5h`, `0` → milliseconds; undefined when the text is no duration. Go's notation. */
export const parseDuration = (text: string): number | undefined => {
  if (text === '0') return 0
  if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined
  let total = 0
  for (const [, amount, , unit] of text.matchAll(/(\d+(\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * unitMs[unit ?? '']!
  }
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined
}
