import type { Config } from '../config/config.ts'

export type BackoffSettings = Pick<Config['startup'], 'backoffBaseMs' | 'backoffMaxMs' | 'retries'>

/** Pace of attempts when the quick ones are used up. A device that cannot connect for an hour is not helped by hammering. */
export const patientMs = 120_000

/** Delay before the attempt that follows `failures` failed ones in a row, ms. Up to a quarter is added at random, so that devices which
 *  failed together do not come back together. */
export function backoffMs(failures: number, settings: BackoffSettings, random: () => number): number {
  const quick = Math.min(settings.backoffMaxMs, settings.backoffBaseMs * 2 ** Math.min(Math.max(failures - 1, 0), 20))
  const plain = failures > settings.retries ? Math.max(patientMs, settings.backoffMaxMs) : quick
  return Math.round(plain * (1 + random() / 4))
}
