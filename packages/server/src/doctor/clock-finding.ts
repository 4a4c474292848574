import { type Finding, fail, ok, warn } from './check.ts'

const noticeableMs = 2_000
const harmfulMs = 60_000
const advice = 'Set the clocks by NTP: tokens, links and the times of messages depend on them'

/** @param other has the clock that ours is compared with @param aheadMs above 0: that clock is ahead of ours @param exactMs how far off the comparison may be */
export const clockFinding = (other: string, aheadMs: number, exactMs: number): Finding => {
  const apart = Math.max(0, Math.abs(aheadMs) - exactMs)
  const says = `this machine's clock is ${(Math.abs(aheadMs) / 1000).toFixed(1)} s ${aheadMs > 0 ? 'behind' : 'ahead of'} that of ${other}`
  if (apart >= harmfulMs) return fail(says, advice)
  return apart >= noticeableMs ? warn(says, advice) : ok(`this machine's clock and that of ${other} agree`)
}
