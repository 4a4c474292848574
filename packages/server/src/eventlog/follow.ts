import { Bell } from '../bell.ts'
import type { Scope } from '../storage/scope.ts'
import type { EventLog, EventRecord } from './event-log.ts'

/** What is read at once for a reader who may never take it. */
const batch = { limit: 100, bytes: 128 * 1024 }

/** The log of a device, or of all devices of an API key, from a cursor on and then as it grows, until `signal` aborts. Reads only when the one who pulls is ready for more. */
export async function* follow(
  eventLog: EventLog,
  scope: Scope,
  options: { after: number; types?: readonly string[]; signal: AbortSignal },
): AsyncGenerator<EventRecord> {
  const bell = new Bell()
  const { signal, ...filter } = options
  const stop = eventLog.subscribe(scope, bell.ring)
  signal.addEventListener('abort', bell.ring)
  try {
    let after = options.after
    while (!signal.aborted) {
      const { events, isLast, readTo } = await eventLog.read(scope, { ...filter, ...batch, after })
      yield* events
      after = readTo
      if (isLast && !signal.aborted) await bell.next()
    }
  } finally {
    stop()
    signal.removeEventListener('abort', bell.ring)
  }
}
