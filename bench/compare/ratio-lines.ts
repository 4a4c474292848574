import { type Figure, median, shown } from '../steps/report.ts'

/** The figures of one build, by what they are of, round after round. */
export type Series = Map<string, Figure[]>

const rounded = (ratio: number): string => ratio.toFixed(2)

/** A Markdown table of what both builds measured: medians, the ratio of each round, and their median next to the aim. Pure. */
export function ratioLines(here: Series, there: Series): string[] {
  const lines = ['| | unit | this build | the other | ratios | median | aim |', '|---|---|---|---|---|---|---|']
  for (const [what, figures] of here) {
    const others = there.get(what) ?? []
    const ratios = figures.slice(0, others.length).map(({ value }, n) => value / others[n]!.value)
    const { unit, aim } = figures[0]!
    const medians = [figures, others].map((all) => shown(median(all.map(({ value }) => value))))
    const cells = [
      what,
      unit,
      ...medians,
      ...(ratios.every(Number.isFinite) ? [ratios.map(rounded).join(' '), rounded(median(ratios))] : ['', '']),
      aim?.ratio === undefined ? '' : `≤ ${aim.ratio}`,
    ]
    lines.push(`| ${cells.join(' | ')} |`)
  }
  return lines
}
