/** Owner of webhook endpoints and their deliveries. The operations of `operations/webhooks` and `operations/admin` are thin above it. */
export interface Webhooks {
  start(): Promise<void>
  /** Lets attempts in flight finish (bounded); what is pending stays in the database. */
  stop(deadlineMs: number): Promise<void>
}
