import type { Webhook } from '@switchboard/client'

/** What each part of the page of a webhook gets. */
export interface WebhookTabProps {
  readonly webhook: Webhook
  readonly refresh: () => Promise<void>
}
