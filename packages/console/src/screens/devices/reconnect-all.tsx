import { useAct } from '../../data/act.ts'
import { api } from '../../data/api.ts'
import { number } from '../../data/time.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { say } from '../../ui/toast.tsx'
import { deviceWords } from './words.ts'

export const ReconnectAll = ({ onClose, onDone }: { readonly onClose: () => void; readonly onDone: () => unknown }) => {
  const t = deviceWords().reconnect
  const { act, running } = useAct()
  const run = async (): Promise<void> => {
    const worked = await act(async () => {
      const { reconnected, failed, requested } = (await api.admin.reconnectDevices()).summary
      const tried = reconnected + failed + requested > 0
      say(tried ? t.outcome(number(reconnected), number(failed), number(requested)) : t.nothing, 'plain')
    })
    if (!worked) return
    onClose()
    onDone()
  }
  return (
    <Confirm title={t.title} confirm={t.confirm} busy={running.value} onConfirm={() => void run()} onClose={onClose}>
      <p>{t.text}</p>
    </Confirm>
  )
}
