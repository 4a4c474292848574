/** The one clock of the server. Somebody may set the time of day, a machine or a person, forwards or back: nothing waits by it. */
export interface Clock {
  /** The time of day, Unix ms: what is stored, told and compared with what others say. */
  now(): number
  /** Ms since some instant of this process: what intervals are measured by. It only goes forward, and nobody can set it. */
  monotonic(): number
}

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }

/** The time of day for deleting what is old: never later than the time at which this was made and what has passed since. A clock that is set
 *  ahead by mistake deletes nothing for it; one that was behind at the start deletes a little later. Whole ms, as columns of instants want them. */
export const createAgeClock = (clock: Clock): (() => number) => {
  const begun = clock.now() - clock.monotonic()
  return () => Math.floor(Math.min(clock.now(), begun + clock.monotonic()))
}
