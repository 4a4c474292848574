import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { Time } from '../../ui/time.tsx'
import { inboxWords } from './words.ts'

interface MessageDetailsProps {
  readonly id: string
  readonly messageId: string
  readonly onClose: () => void
}

/** Every step that a message has taken, with who said so, and the message itself. Follows what happens. */
export const MessageDetails = ({ id, messageId, onClose }: MessageDetailsProps) => {
  const t = inboxWords()
  const { data, error, refresh } = useQuery(
    `message ${id} ${messageId}`,
    (signal) => asDevice(id).messaging.get({ path: { message_id: messageId }, signal }),
    { on: ['message.*'] },
  )
  return (
    <Dialog title={t.details} onClose={onClose} wide>
      <Failure error={error.value} onRetry={refresh} />
      <h3>{t.ladder}</h3>
      <ol class="ladder">
        {data.value?.history.map(({ status, actor, reason, at }) => (
          <li key={`${status} ${actor} ${at}`}>
            <strong>{t.statuses[status] ?? status}</strong> <Time at={at} as="clock" />{' '}
            <span class="quiet" dir="auto">
              {[actor, reason].filter(Boolean).join(' · ')}
            </span>
          </li>
        ))}
      </ol>
      <h3>{t.raw}</h3>
      {data.value && <JsonView value={data.value} open={1} />}
    </Dialog>
  )
}
