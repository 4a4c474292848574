import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { Time } from '../../ui/time.tsx'
import type { TabProps } from './use-device.ts'
import { deviceWords } from './words.ts'

const tones: Readonly<Record<string, Tone>> = {
  'connection.connected': 'good',
  'connection.pair_success': 'good',
  'connection.keepalive_restored': 'good',
  'connection.disconnected': 'warn',
  'connection.reconnecting': 'busy',
  'connection.qr': 'busy',
  'connection.keepalive_timeout': 'warn',
  'connection.stream_replaced': 'warn',
  'connection.client_outdated': 'warn',
  'connection.logged_out': 'bad',
  'connection.pair_error': 'bad',
  'connection.stream_error': 'bad',
  'connection.temporary_ban': 'bad',
  'connection.connect_failure': 'bad',
  'connection.qr_scanned_without_multidevice': 'bad',
}

const most = 1000
const shown = 200

/** What a person looks for first in what happened. */
const briefOf = (data: Readonly<Record<string, unknown>>): string =>
  ['reason', 'error', 'detail', 'message', 'code']
    .map((name) => data[name])
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .filter((value) => value !== '')
    .join(' · ')

/** What happened to the connection, newest first. */
export const Timeline = ({ device: { device_id: id } }: TabProps) => {
  const t = deviceWords().timeline
  const { data, error, refresh } = useQuery(
    `timeline ${id}`,
    async (signal) => {
      const query = { types: Object.keys(tones).join(), limit: most }
      const { events } = await asDevice(id).events.list({ query, signal })
      return events.slice(-shown).reverse()
    },
    { on: ['connection.*'], everyMs: 10_000 },
  )
  if (error.value) return <Failure error={error.value} onRetry={refresh} />
  if (data.value?.length === 0)
    return (
      <Empty icon="pulse" title={t.none}>
        <p>{t.noneText}</p>
      </Empty>
    )
  return (
    <ol class="timeline">
      {data.value?.map(({ id: event, event_type: type, timestamp, data: content }) => (
        <li key={event}>
          <Time at={timestamp} as="clock" />
          <div>
            <div class="row">
              <Badge tone={tones[type] ?? 'plain'}>{t.types[type] ?? type}</Badge>
              <span class="quiet small" dir="auto">
                {briefOf(content as Record<string, unknown>)}
              </span>
            </div>
            <details class="small">
              <summary class="quiet">{t.details}</summary>
              <JsonView value={content} open={1} />
            </details>
          </div>
        </li>
      ))}
    </ol>
  )
}
