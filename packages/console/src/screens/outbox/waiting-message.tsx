import { useSignal } from '@preact/signals'
import type { Message } from '@switchboard/client'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { may } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { JsonView } from '../../ui/json-view.tsx'
import { outboxWords } from './words.ts'

/** Certainly not sent. */
const again: ReadonlySet<string> = new Set(['failed', 'expired'])
const waits: ReadonlySet<string> = new Set(['scheduled', 'queued', 'sending'])

interface WaitingMessageProps {
  readonly id: string
  readonly message: Message
  readonly onClose: () => void
  readonly onChanged: () => Promise<void>
}

/** One message that waits or was not sent: cancel it, give it another time, send it again. */
export const WaitingMessage = ({ id, message, onClose, onChanged }: WaitingMessageProps) => {
  const t = outboxWords()
  const when = useSignal('')
  const { act, running, error } = useAct()
  const path = { message_id: message.message_id }
  const finish = async (worked: boolean): Promise<void> => {
    if (!worked) return
    onClose()
    await onChanged()
  }
  const cancel = async (): Promise<void> =>
    finish(await act(() => asDevice(id).messageActions.cancel({ path }), t.cancelled, { quiet: true }))
  const retry = async (): Promise<void> =>
    finish(await act(() => asDevice(id).messageActions.retry({ path }), t.retried, { quiet: true }))
  const move = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    if (!when.peek()) return
    const body = { send_at: new Date(when.peek()).toISOString() }
    await finish(await act(() => asDevice(id).messageActions.reschedule({ path, body }), t.moved, { quiet: true }))
  }
  return (
    <Dialog title={t.states[message.status] ?? message.status} onClose={onClose}>
      <p dir="auto">{message.text ?? message.type}</p>
      {message.status === 'scheduled' && may('send') && (
        <form class="stack" onSubmit={move}>
          <TextField
            label={t.newTime}
            type="datetime-local"
            required
            value={when.value}
            onValue={(value) => {
              when.value = value
            }}
          />
          <div>
            <Button type="submit" busy={running.value}>
              {t.when}
            </Button>
          </div>
        </form>
      )}
      {message.status === 'unknown' && <p class="note warn">{t.unsure}</p>}
      <Failure error={error.value} />
      <JsonView value={message} open={0} />
      <footer>
        {may('send') && again.has(message.status) && (
          <Button look="main" icon="refresh" busy={running.value} onClick={() => void retry()}>
            {t.retry}
          </Button>
        )}
        {may('send') && waits.has(message.status) && (
          <Button look="danger" busy={running.value} onClick={() => void cancel()}>
            {t.cancel}
          </Button>
        )}
      </footer>
    </Dialog>
  )
}
