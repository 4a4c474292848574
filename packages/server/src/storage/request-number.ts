let last = 0

/** A number that nothing else gets, also in a later process: made of the time, and always higher than those before it here. */
export function requestNumber(): number {
  // Several processes may ask in the same millisecond.
  last = Math.max(last + 1, Date.now() * 1000 + Math.floor(Math.random() * 1000))
  return last
}
