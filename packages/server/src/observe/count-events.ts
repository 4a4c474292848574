import type { EventLog, NewEvent } from '../eventlog/event-log.ts'
import type { Metrics } from './metrics.ts'

/** The same log, which also counts its events by type. Events of a unit that is rolled back are counted too: these numbers are for graphs. */
export const countEvents = (eventLog: EventLog, metrics: Metrics): EventLog => {
  const count = (events: readonly NewEvent[]) => {
    for (const { type } of events) metrics.eventLogged(type)
  }
  return {
    ...eventLog,
    statements: (deviceId, events, plan) => {
      count(events)
      return eventLog.statements(deviceId, events, plan)
    },
    append: async (deviceId, events, plan) => {
      await eventLog.append(deviceId, events, plan)
      count(events)
    },
  }
}
