const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** Waits before attempt 2, 3, 4…; the last one repeats. Short at first: most receivers that are away are being restarted. */
const waits = [
  ...[2, 5, 15, 30, 60, 120, 300].map((seconds) => seconds * second),
  ...[30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour],
]

const longest = 24 * hour

/** An endpoint that names a time of its own is waited for, up to a day, ms. */
export const askedWait = (retryAfterMs = 0): number => Math.min(retryAfterMs, longest)

/** How long to wait after the `attempts`-th attempt has failed, ms. */
export function retryDelay(attempts: number, retryAfterMs = 0): number {
  const planned = waits[Math.min(attempts, waits.length) - 1] ?? 0
  return Math.max(planned, askedWait(retryAfterMs))
}

/** An endpoint that has only failed for so long is switched off. */
export const givesUpAfterMs = 5 * 24 * hour
