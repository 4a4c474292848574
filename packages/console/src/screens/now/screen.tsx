import { api, asCustomer } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { chosen, session } from '../../data/session.ts'
import { number } from '../../data/time.ts'
import { Failure } from '../../ui/failure.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Time } from '../../ui/time.tsx'
import { common } from '../../words/common.ts'
import { AttentionList } from './attention-list.tsx'
import { Figures } from './figures.tsx'
import { nowWords } from './words.ts'

const everyMs = 5_000

/** Everything at a glance, for the operator or one customer. */
const Now = () => {
  const t = nowWords()
  const { apiKeyId } = chosen.value
  const kind = session.value?.kind
  const { data, error, refresh } = useQuery(
    `overview ${kind} ${apiKeyId ?? ''}`,
    (signal) =>
      kind === 'operator' && !apiKeyId
        ? api.admin.getOverview({ signal })
        : asCustomer(apiKeyId!).deviceRegistration.getOverview({ signal }),
    { on: ['connection.*'], everyMs },
  )
  const overview = data.value
  return (
    <Page title={t.title} lead={t.lead}>
      <Failure error={error.value} onRetry={refresh} />
      {!overview && !error.value && <p class="quiet">{common().loading}</p>}
      {overview && (
        <>
          <Section title={t.attention}>
            <AttentionList attention={overview.attention} hasDevices={overview.devices.total > 0} />
          </Section>
          <div class="now-groups">
            <Figures
              title={t.devices}
              figures={[
                [t.connected, number(overview.devices.active), 'good'],
                [
                  t.offline,
                  number(overview.devices.disconnected),
                  overview.devices.disconnected > 0 ? 'warn' : undefined,
                ],
                [t.loggedOut, number(overview.devices.logged_out), overview.devices.logged_out > 0 ? 'bad' : undefined],
                [t.pending, number(overview.devices.pending)],
              ]}
            />
            <Messages rows={overview.messages} />
            <Figures
              title={t.waiting}
              figures={[
                [t.sends, number(overview.sends.count)],
                [t.oldest, <Time key="sends" at={overview.sends.oldest_at} as="relative" />],
                [t.deliveries, number(overview.webhooks.pending.count)],
                [t.oldest, <Time key="events" at={overview.webhooks.pending.oldest_at} as="relative" />],
                [
                  t.dead,
                  number(overview.webhooks.dead_letters),
                  overview.webhooks.dead_letters > 0 ? 'bad' : undefined,
                ],
              ]}
            />
            <Figures
              title={t.webhooks}
              figures={[
                [t.working, number(overview.webhooks.working), 'good'],
                [t.failing, number(overview.webhooks.failing), overview.webhooks.failing > 0 ? 'bad' : undefined],
                [t.off, number(overview.webhooks.off)],
                [t.lag, seconds(overview.webhooks.lag.p95_seconds)],
                [t.latency, seconds(overview.webhooks.latency.p95_seconds)],
              ]}
            />
          </div>
        </>
      )}
    </Page>
  )
}

const seconds = (value: number | null): string => (value === null ? '–' : nowWords().seconds(number(value)))

interface Minutes {
  readonly minutes: number
  readonly received: number
  readonly sent: number
  readonly failed: number
}

/** How many a minute, over spans of different length. */
const Messages = ({ rows }: { readonly rows: readonly Minutes[] }) => {
  const t = nowWords()
  const rate = (count: number, minutes: number): string => number(Math.round((count / minutes) * 10) / 10)
  return (
    <section class="card now-figures">
      <h2>{t.messages}</h2>
      <table class="now-rates">
        <thead>
          <tr>
            <td />
            <th scope="col">{t.received}</th>
            <th scope="col">{t.sent}</th>
            <th scope="col">{t.failed}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ minutes, received, sent, failed }) => (
            <tr key={minutes}>
              <th scope="row">{t.minutes(number(minutes))}</th>
              <td>{rate(received, minutes)}</td>
              <td>{rate(sent, minutes)}</td>
              <td class={failed > 0 ? 'now-bad' : undefined}>{rate(failed, minutes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

export default Now
