/** Upper ends of the steps in which durations are counted, seconds; one step more is for what takes longer. */
export const durationSteps = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 600, 3600] as const

export const stepCount = durationSteps.length + 1

export const stepOf = (seconds: number): number => {
  const step = durationSteps.findIndex((most) => seconds <= most)
  return step === -1 ? durationSteps.length : step
}

/** Within about how many seconds a share of what was counted was done; null when nothing was. It is read between the ends of a step.
 *  @param counts one for each step @param share 0.95 for the 95th percentile */
export function quantileOf(counts: readonly number[], share: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  let left = total * share
  for (const [step, count] of counts.entries()) {
    if (count > 0 && left <= count) {
      const from = durationSteps[step - 1] ?? 0
      const to = durationSteps[step] ?? from
      return Math.round((from + ((to - from) * left) / count) * 1000) / 1000
    }
    left -= count
  }
  return durationSteps.at(-1)!
}
