/** Where time comes from. Somebody may set the time of day, a machine or a person, forwards or back: nothing waits by it. */
export interface Clock {
  /** The time of day, Unix ms: for what is stored or delivered, and for comparing with the times of others. */
  now(): number
  /** Ms since some instant of this process: what intervals are measured by. It only goes forward, and nobody can set it. */
  monotonic(): number
}

/** The machine's time. */
export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() }
