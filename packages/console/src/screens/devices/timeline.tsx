import { useSignal } from '@preact/signals'
import type { TimelineEntry } from '@switchboard/client'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Badge, type Tone } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Failure } from '../../ui/failure.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { Time } from '../../ui/time.tsx'
import { common } from '../../words/common.ts'
import type { TabProps } from './use-device.ts'
import { deviceWords } from './words.ts'

const tones: Readonly<Record<string, Tone>> = {
  'connection.connected': 'good',
  'connection.pair_success': 'good',
  'connection.keepalive_restored': 'good',
  'connection.disconnected': 'warn',
  'connection.reconnecting': 'busy',
  'connection.qr': 'busy',
  'connection.passkey_required': 'busy',
  'connection.passkey_confirm': 'busy',
  'connection.passkey_failed': 'bad',
  'connection.keepalive_timeout': 'warn',
  'connection.stream_replaced': 'warn',
  'connection.client_outdated': 'warn',
  'connection.logged_out': 'bad',
  'connection.pair_error': 'bad',
  'connection.stream_error': 'bad',
  'connection.temporary_ban': 'bad',
  'connection.connect_failure': 'bad',
  'connection.qr_scanned_without_multidevice': 'bad',
  'device.pairing_ended': 'warn',
}

const pageSize = 50
const largest = 200

/** What happened to the device, newest first. */
export const Timeline = ({ device: { device_id: id } }: TabProps) => {
  const t = deviceWords().timeline
  const limit = useSignal(pageSize)
  const { data, error, refresh } = useQuery(
    `timeline ${id} ${limit.value}`,
    (signal) => asDevice(id).device.getTimeline({ query: { limit: limit.value }, signal }),
    { on: ['connection.*'], everyMs: 10_000 },
  )
  if (error.value) return <Failure error={error.value} onRetry={refresh} />
  const moments = data.value?.timeline ?? []
  if (data.value && moments.length === 0)
    return (
      <Empty icon="pulse" title={t.none}>
        <p>{t.noneText}</p>
      </Empty>
    )
  return (
    <>
      <ol class="timeline">
        {moments.map((moment) => (
          <Moment key={`${moment.at} ${moment.type} ${moment.seq ?? ''}`} moment={moment} />
        ))}
      </ol>
      {data.value?.next_cursor && limit.value < largest && (
        <div>
          <Button onClick={() => (limit.value = Math.min(largest, limit.value * 2))}>{common().more}</Button>
        </div>
      )}
    </>
  )
}

const Moment = ({ moment: { at, type, text, actor, data } }: { readonly moment: TimelineEntry }) => {
  const t = deviceWords().timeline
  return (
    <li>
      <Time at={at} as="clock" />
      <div>
        <div class="row">
          <Badge tone={tones[type] ?? 'plain'}>{t.types[type] ?? type}</Badge>
          {actor && <code class="small quiet">{actor}</code>}
        </div>
        <p class="quiet" dir="auto">
          {text}
        </p>
        {data && (
          <details class="small">
            <summary class="quiet">{t.details}</summary>
            <JsonView value={data} open={1} />
          </details>
        )}
      </div>
    </li>
  )
}
