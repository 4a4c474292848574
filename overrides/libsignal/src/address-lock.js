// Per storage, so that two of our own sessions that talk to the same contact never wait for each other.
const queues = new WeakMap()

/** Runs `job` once every earlier job for the same storage and address has ended. */
export async function withAddressLock(storage, address, job) {
  const tails = queues.get(storage) ?? new Map()
  queues.set(storage, tails)
  const key = address.toString()
  const result = (tails.get(key) ?? Promise.resolve()).then(job)
  const tail = result.catch(() => undefined)
  tails.set(key, tail)
  try {
    return await result
  } finally {
    if (tails.get(key) === tail) tails.delete(key)
  }
}
