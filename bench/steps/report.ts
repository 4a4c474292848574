/** One measured figure with what was aimed at; the ratio is what travels between machines. */
export function report(what: string, value: number, unit: string, aim?: { most?: number; least?: number }): void {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2
  const bound = aim?.most ?? aim?.least
  const verdict =
    bound === undefined
      ? ''
      : ` (aim ${aim?.most === undefined ? '≥' : '≤'} ${bound} ${unit}; ${(value / bound).toFixed(2)} of it)`
  console.log(`${what.padEnd(58)} ${value.toFixed(digits)} ${unit}${verdict}`)
}

/** The value below which `share` of the sorted values lie. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
