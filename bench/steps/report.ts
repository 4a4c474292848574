/** One measured figure with what was aimed at; the ratio is what travels between machines. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  readonly aim?: Aim | undefined
}

export interface Aim {
  readonly most?: number
  readonly least?: number
  /** At most this share of what the same figure was in commit 8d1f4cc, when both run at the same time. */
  readonly ratio?: number
}

export function print({ what, value, unit, aim }: Figure): void {
  const bound = aim?.most ?? aim?.least
  const verdict =
    bound === undefined
      ? ''
      : ` (aim ${aim?.most === undefined ? '≥' : '≤'} ${bound} ${unit}; ${(value / bound).toFixed(2)} of it)`
  console.log(`${what.padEnd(58)} ${shown(value)} ${unit}${verdict}`)
}

export const report = (what: string, value: number, unit: string, aim?: Aim): void => print({ what, value, unit, aim })

/** Three digits are more than what a machine that does other things tells reliably. */
export const shown = (value: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2)

/** The value below which `share` of the sorted values lie. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const median = (values: readonly number[]): number =>
  percentile(
    [...values].sort((a, b) => a - b),
    0.5,
  )
