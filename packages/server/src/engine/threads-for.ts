/** What createShardedEngine must know. */
export interface ThreadRule {
  readonly most: number
  readonly sessionsEach: number
}

/** With fewer, what a message costs between two threads is more than another core gives. */
const sessionsEach = 200
/** The main thread and the one of the database have a core each. */
const coresOfOthers = 2
const mostByItself = 8

/** How many threads there may be, and when one is added. Pure. @param cores that this process may use */
export function threadsFor(setting: number | 'auto', cores: number): ThreadRule {
  if (setting !== 'auto') return { most: setting, sessionsEach: 0 }
  return { most: Math.min(mostByItself, Math.max(0, cores - coresOfOthers)), sessionsEach }
}
