import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Time } from '../../ui/time.tsx'
import type { Device } from '../devices/use-device.ts'
import { pairWords } from './words.ts'

/** Why the last attempt to link failed, or why the last link ended: in the server's words. */
export const Reason = ({
  device: { device_id: id, state, reason, next_action: next },
}: {
  readonly device: Device
}) => {
  const t = pairWords()
  const { data } = useQuery(
    `last pairing ${id} ${state} ${reason}`,
    (signal) => asDevice(id).device.getTimeline({ query: { limit: 1 }, signal }),
    { on: ['connection.*'] },
  )
  if (state === 'pairing' || state === 'connecting') return null
  const attempt = data.value?.last_pairing
  if (attempt?.outcome === 'failed')
    return (
      <div class="note warn" role="status">
        <p>
          <strong>{attempt.text}</strong>
        </p>
        <p>
          <Time at={attempt.ended_at ?? attempt.began_at} as="relative" />
          {attempt.reason && (
            <>
              {' '}
              <code>{attempt.reason}</code>
            </>
          )}
        </p>
      </div>
    )
  if (reason === null) return null
  return (
    <div class="note warn" role="status">
      <p>
        <strong>{t.failed}</strong> (<code>{reason}</code>)
      </p>
      {next.code !== 'login' && <p>{next.text}</p>}
    </div>
  )
}
