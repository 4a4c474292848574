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
  // The micro sign, and the Greek letter.
  '\u00b5s': 1e-3,
  '\u03bcs': 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
}

const part = String.raw`(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)`
const parts = new RegExp(part, 'g')
const whole = new RegExp(`^[+-]?(${part})+$`)

/** `500ms`, `2s`, `1h30m`, `.5h`, `+10m`, `0` → whole milliseconds; undefined when the text is no duration. Go's notation (time.ParseDuration). What is not
 *  nothing never becomes 0, which may mean "off": under half a millisecond it is no duration here. */
export const parseDuration = (text: string): number | undefined => {
  if (/^[+-]?0$/.test(text)) return 0
  if (!whole.test(text)) return undefined
  let total = 0
  for (const [, amount, unit] of text.matchAll(parts)) total += Number(amount) * unitMs[unit!]!
  const ms = Math.round(total)
  if (!Number.isSafeInteger(ms) || (ms === 0 && total > 0) || (ms > 0 && text.startsWith('-'))) return undefined
  return ms
}
