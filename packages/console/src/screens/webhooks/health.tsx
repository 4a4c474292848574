import { ownerApi } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Empty } from '../../ui/empty.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Section } from '../../ui/page.tsx'
import { locale } from '../../words/words.ts'
import type { WebhookTabProps } from './webhook-tab.ts'
import { webhookWords } from './words.ts'

const percent = (share: number): string =>
  share.toLocaleString(locale(), { style: 'percent', maximumFractionDigits: 1 })

/** How well it took its deliveries in the last hour. */
export const Health = ({ webhook: { webhook_id: id } }: WebhookTabProps) => {
  const t = webhookWords()
  const { data, error, refresh } = useQuery(
    `webhook stats ${id}`,
    (signal) => ownerApi.peek()!.webhooks.getStats({ path: { webhook_id: id }, signal }),
    { everyMs: 3_000 },
  )
  const stats = data.value
  return (
    <>
      <Failure error={error.value} onRetry={refresh} />
      {stats?.attempts === 0 && (
        <Empty icon="gauge" title={t.nothingYet}>
          <p>{t.noDeliveryText}</p>
        </Empty>
      )}
      {stats && stats.attempts > 0 && (
        <>
          <p class="quiet small">{t.lastHour}</p>
          <Facts
            facts={[
              [t.rate, stats.success_rate !== null && percent(stats.success_rate)],
              [t.tries, number(stats.attempts)],
              [t.deliver.success, number(stats.delivered)],
              [t.deliver.failed, number(stats.failed)],
            ]}
          />
          <Histogram title={t.latency} steps={stats.latency.steps} />
          <Histogram title={t.lag} steps={stats.lag.steps} />
        </>
      )}
    </>
  )
}

interface Step {
  readonly up_to_seconds: number | null
  readonly count: number
}

const Histogram = ({ title, steps }: { readonly title: string; readonly steps: readonly Step[] }) => {
  const t = webhookWords()
  const most = Math.max(1, ...steps.map(({ count }) => count))
  return (
    <Section title={title}>
      <table class="webhook-histogram" aria-label={t.histogram(title)}>
        <tbody>
          {steps.map(({ up_to_seconds: end, count }) => (
            <tr key={end}>
              <th scope="row">{end === null ? t.longer : t.upTo(number(end))}</th>
              <td>
                <span class="bar" style={{ width: `${(count / most) * 100}%` }} />
              </td>
              <td class="end">{number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  )
}
