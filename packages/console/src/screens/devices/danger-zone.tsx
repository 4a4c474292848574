import { useSignal } from '@preact/signals'
import { go, href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { api, asDevice } from '../../data/api.ts'
import { deviceName, refreshKnown } from '../../data/known.ts'
import { session } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/field.tsx'
import type { TabProps } from './use-device.ts'
import { deviceWords } from './words.ts'

export const DangerZone = (props: TabProps) => (
  <div class="card stack danger-zone">
    <Unlink {...props} />
    <Remove {...props} />
  </div>
)

const Unlink = ({ device, refresh }: TabProps) => {
  const t = deviceWords().danger
  const asking = useSignal(false)
  const { act, running } = useAct()
  const close = (): void => {
    asking.value = false
  }
  const unlink = async (): Promise<void> => {
    await act(() => asDevice(device.device_id).device.deleteSession(), t.unlinked)
    close()
    await refresh()
  }
  return (
    <div class="danger-row">
      <div>
        <h2>{t.unlink}</h2>
        <p class="quiet">{t.unlinkText}</p>
      </div>
      <Button look="danger" disabled={!device.is_logged_in} onClick={() => (asking.value = true)}>
        {t.unlinkConfirm}
      </Button>
      {asking.value && (
        <Confirm
          title={t.unlink}
          confirm={t.unlinkConfirm}
          danger
          busy={running.value}
          onConfirm={() => void unlink()}
          onClose={close}
        >
          <p>{t.unlinkText}</p>
        </Confirm>
      )}
    </div>
  )
}

const Remove = ({ device }: TabProps) => {
  const t = deviceWords().danger
  const asking = useSignal(false)
  const typed = useSignal('')
  const { act, running } = useAct()
  const kind = session.value?.kind
  const name = deviceName(device)
  const close = (): void => {
    asking.value = false
  }
  const remove = async (): Promise<void> => {
    const path = { device_id: device.device_id }
    const removed = await act(
      () => (kind === 'operator' ? api.admin.deleteDevice({ path }) : api.deviceRegistration.delete({ path })),
      t.removed,
    )
    if (!removed) return
    refreshKnown()
    go(href('devices', { device: undefined }))
  }
  return (
    <div class="danger-row">
      <div>
        <h2>{t.remove}</h2>
        <p class="quiet">{kind === 'device' ? t.onlyOwners : t.removeText}</p>
      </div>
      {kind !== 'device' && (
        <Button look="danger" icon="trash" onClick={() => (asking.value = true)}>
          {t.removeConfirm}
        </Button>
      )}
      {asking.value && (
        <Confirm
          title={t.remove}
          confirm={t.removeConfirm}
          danger
          busy={running.value}
          disabled={typed.value.trim() !== name}
          onConfirm={() => void remove()}
          onClose={close}
        >
          <p>{t.removeText}</p>
          <TextField
            label={t.typeName(name)}
            autocomplete="off"
            value={typed.value}
            onValue={(value) => {
              typed.value = value
            }}
          />
        </Confirm>
      )}
    </div>
  )
}
