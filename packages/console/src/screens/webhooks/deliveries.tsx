import { useSignal } from '@preact/signals'
import type { Delivery } from '@switchboard/client'
import { place, setQuery } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { ownerApi } from '../../data/api.ts'
import { refreshQueries, useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Time } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import type { WebhookTabProps } from './webhook-tab.ts'
import { webhookWords } from './words.ts'

const tones = { pending: 'plain', retrying: 'warn', success: 'good', failed: 'bad' } satisfies Record<string, Tone>
const statuses = ['all', 'pending', 'success', 'failed'] as const
const pageSize = 50

/** Shows a delivery as soon as it is asked for, and once more when the answer will have come. */
export const refreshDeliveries = (): void => {
  for (const ms of [0, 700]) setTimeout(() => refreshQueries(['deliveries ']), ms)
}

/** Each event of this webhook with every attempt, newest first. */
export const Deliveries = ({ webhook: { webhook_id: id } }: WebhookTabProps) => {
  const t = webhookWords()
  const path = { webhook_id: id }
  const pages = useSignal(1)
  const asked = place.value.query.get('show')
  const show = statuses.find((each) => each === asked) ?? 'all'
  const { data, error, refresh } = useQuery(
    `deliveries ${id} ${show} ${pages.value}`,
    (signal) =>
      ownerApi.peek()!.webhooks.listLogs({
        path,
        query: { limit: Math.min(500, pages.value * pageSize), ...(show !== 'all' && { status: show }) },
        signal,
      }),
    { everyMs: 3_000 },
  )
  const { act, running } = useAct()
  const redeliverAll = async (): Promise<void> => {
    await act(async () => {
      const { queued } = await ownerApi.peek()!.webhooks.redeliverFailed({ path })
      say(t.queued(number(queued)))
    })
    refreshDeliveries()
  }
  const logs = data.value?.logs
  return (
    <>
      <div class="spread">
        <fieldset class="chips">
          <legend class="visually-hidden">{t.show}</legend>
          {statuses.map((each) => (
            <button
              key={each}
              type="button"
              class="chip"
              aria-pressed={each === show}
              onClick={() => setQuery({ show: each === 'all' ? undefined : each })}
            >
              {t.deliver[each]}
            </button>
          ))}
        </fieldset>
        {show === 'failed' && logs && logs.length > 0 && (
          <Button busy={running.value} onClick={() => void redeliverAll()}>
            {t.redeliverFailed}
          </Button>
        )}
      </div>
      <Failure error={error.value} onRetry={refresh} />
      {logs?.length === 0 && (
        <Empty icon="list" title={t.noDelivery}>
          <p>{t.noDeliveryText}</p>
        </Empty>
      )}
      {logs && logs.length > 0 && (
        <ul class="webhook-deliveries">
          {logs.map((delivery) => (
            <DeliveryLine key={`${delivery.device_id} ${delivery.seq}`} delivery={delivery} />
          ))}
        </ul>
      )}
      {logs && logs.length >= pages.value * pageSize && <Button onClick={() => pages.value++}>{t.older}</Button>}
    </>
  )
}

const DeliveryLine = ({ delivery }: { readonly delivery: Delivery }) => {
  const t = webhookWords()
  const { act, running } = useAct()
  const again = async (): Promise<void> => {
    const path = { webhook_id: delivery.webhook_id, event_id: delivery.event_id }
    await act(() => ownerApi.peek()!.webhooks.redeliver({ path }), t.redelivered)
    refreshDeliveries()
  }
  return (
    <li>
      <details>
        <summary>
          <Time at={delivery.created_at} as="clock" />
          <Badge tone={tones[delivery.status]}>{t.outcome[delivery.status]}</Badge>
          <code class="clip">{delivery.event_type}</code>
          <span class="quiet small clip">
            {delivery.response_status ?? delivery.last_error ?? ''}
            {delivery.latency_ms !== null && ` · ${number(delivery.latency_ms)} ms`}
          </span>
        </summary>
        <div class="stack">
          <Facts
            facts={[
              [t.event, delivery.event_id, { copy: true }],
              [t.attempts, number(delivery.attempt_count)],
              [t.next, delivery.next_attempt_at && <Time at={delivery.next_attempt_at} as="relative" />],
              [t.answer, delivery.response && <code dir="auto">{delivery.response}</code>],
            ]}
          />
          {delivery.attempts.length > 0 && (
            <ol class="webhook-attempts">
              {delivery.attempts.map((attempt) => (
                <li key={attempt.attempt}>
                  <Time at={attempt.at} as="clock" /> {t.attempt(number(attempt.attempt))}:{' '}
                  <strong>{attempt.response_status ?? t.noAnswer}</strong>, {number(attempt.latency_ms)} ms{' '}
                  <span class="quiet" dir="auto">
                    {attempt.error ?? attempt.response}
                  </span>
                </li>
              ))}
            </ol>
          )}
          <div>
            <Button icon="refresh" busy={running.value} onClick={() => void again()}>
              {t.redeliver}
            </Button>
          </div>
        </div>
      </details>
    </li>
  )
}
