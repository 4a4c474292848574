import { useSignal } from '@preact/signals'
import type { AccessKeyEntry } from '@switchboard/client'
import { useAct } from '../../data/act.ts'
import { customerApi } from '../../data/api.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Facts } from '../../ui/facts.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { Time } from '../../ui/time.tsx'
import { accessKeyWords } from './words.ts'

interface EndProps {
  readonly accessKey: AccessKeyEntry
  readonly onClose: () => void
}

/** What a key may do, another secret for it, and its end. */
export const EndAccessKey = ({ accessKey, onClose }: EndProps) => {
  const t = accessKeyWords()
  const made = useSignal<string | undefined>(undefined)
  const { act, running } = useAct()
  const path = { access_key_id: accessKey.access_key_id }
  const rotate = (): void =>
    void act(async () => {
      made.value = (await customerApi.peek()!.accessKeys.rotate({ path })).secret
    })
  const remove = async (): Promise<void> => {
    if (await act(() => customerApi.peek()!.accessKeys.delete({ path }), t.removed)) onClose()
  }
  if (made.value !== undefined)
    return (
      <ShownOnce title={t.created} keep={t.keep} label={t.secret} secret={made.value} done={t.done} onClose={onClose} />
    )
  return (
    <Dialog title={accessKey.label} onClose={onClose}>
      <Facts
        facts={[
          [t.scopesLabel, accessKey.scopes.map((scope) => t.scopes[scope]).join(', ')],
          [t.device, accessKey.device_id ?? t.allDevices],
          [t.networks, accessKey.networks.join(', ')],
          [t.columns.ends, accessKey.expires_at ? <Time at={accessKey.expires_at} /> : t.never],
        ]}
      />
      <div class="danger-row">
        <p class="quiet">{t.rotateText}</p>
        <Button icon="key" busy={running.value} onClick={rotate}>
          {t.rotate}
        </Button>
      </div>
      <div class="danger-row">
        <p class="quiet">{t.removeText}</p>
        <Button look="danger" icon="trash" busy={running.value} onClick={() => void remove()}>
          {t.remove}
        </Button>
      </div>
    </Dialog>
  )
}
