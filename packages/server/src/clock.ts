import type { Clock } from '@switchboard/engine'

export { type Clock, systemClock } from '@switchboard/engine'

/** The time of day for deleting what is old: never later than the time at which this was made and what has passed since. A clock that is set
 *  ahead by mistake deletes nothing for it; one that was behind at the start deletes a little later. Whole ms, as columns of instants want them. */
export const createAgeClock = (clock: Clock): (() => number) => {
  const begun = clock.now() - clock.monotonic()
  return () => Math.floor(Math.min(clock.now(), begun + clock.monotonic()))
}
