import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Numbers for Prometheus. Labels never hold a device, a number or a URL. */
export interface Metrics {
  httpAnswered(operation: string, status: number, seconds: number): void
  /** Counts what the event log took, by type: `message.received`, `message.sent`, `message.failed`… */
  eventLogged(type: string): void
  webhookAttempted(outcome: string): void
  /** Where the number of sessions by state comes from at each scrape. */
  sessionsFrom(counts: () => Record<string, number>): void
  /** Text in Prometheus' format. */
  render(): Promise<string>
}

export const createMetrics = (): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  let counts: () => Record<string, number> = () => ({})
  collectDefaultMetrics({ register: registry })
  const http = new Histogram({
    name: 'switchboard_http_request_duration_seconds',
    help: 'Time from request to answer, by operation and status',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60],
    registers,
  })
  const events = new Counter({
    name: 'switchboard_events_total',
    help: 'Events by type; messages received, sent and failed are among them',
    labelNames: ['type'],
    registers,
  })
  const webhooks = new Counter({
    name: 'switchboard_webhook_attempts_total',
    help: 'Webhook attempts by outcome',
    labelNames: ['outcome'],
    registers,
  })
  new Gauge({
    name: 'switchboard_sessions',
    help: 'Devices of this process by session state',
    labelNames: ['state'],
    registers,
    collect() {
      this.reset()
      for (const [state, count] of Object.entries(counts())) this.set({ state }, count)
    },
  })
  return {
    httpAnswered: (operation, status, seconds) => http.observe({ operation, status }, seconds),
    eventLogged: (type) => events.inc({ type }),
    webhookAttempted: (outcome) => webhooks.inc({ outcome }),
    sessionsFrom: (source) => {
      counts = source
    },
    render: () => registry.metrics(),
  }
}
