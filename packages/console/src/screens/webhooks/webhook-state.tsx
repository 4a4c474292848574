import type { Webhook } from '@switchboard/client'
import { Badge } from '../../ui/badge.tsx'
import { Time } from '../../ui/time.tsx'
import { webhookWords } from './words.ts'

/** Whether it is on, and if not, why. */
export const WebhookState = ({ webhook }: { readonly webhook: Webhook }) => {
  const t = webhookWords()
  if (!webhook.active) {
    const reason = webhook.disabled_reason === 'gone' ? 'gone' : webhook.disabled_reason ? 'failing' : 'off'
    return <Badge tone={reason === 'off' ? 'plain' : 'bad'}>{t.states[reason]}</Badge>
  }
  if (!webhook.failing_since) return <Badge tone="good">{t.states.active}</Badge>
  return (
    <span class="row">
      <Badge tone="warn">{t.states.paused}</Badge>
      <span class="quiet small">
        {t.since} <Time at={webhook.failing_since} />
      </span>
    </span>
  )
}
