import type { Config } from '../config/config.ts'

export type BackoffSettings = Pick<Config['startup'], 'backoffBaseMs' | 'backoffMaxMs' | 'retries'>

/** Pace of attempts when the quick ones are used up. A device that cannot connect for an hour is not helped by hammering. */
export const patientMs = 120_000

const quickMs = (times: number, settings: BackoffSettings): number =>
  Math.min(settings.backoffMaxMs, settings.backoffBaseMs * 2 ** Math.min(Math.max(times - 1, 0), 20))

/** Up to a quarter is added, so that devices which failed together do not come back together. */
const spread = (ms: number, random: () => number): number => Math.round(ms * (1 + random() / 4))

/** Delay before the attempt that follows `failures` failed ones in a row, ms. */
export function backoffMs(failures: number, settings: BackoffSettings, random: () => number): number {
  const patient = failures > settings.retries
  return spread(patient ? Math.max(patientMs, settings.backoffMaxMs) : quickMs(failures, settings), random)
}

/** The same that never becomes patient: it grows up to the longest of the quick ones. */
export const quickBackoffMs = (times: number, settings: BackoffSettings, random: () => number): number =>
  spread(quickMs(times, settings), random)
