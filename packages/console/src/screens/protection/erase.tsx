import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { customerApi } from '../../data/api.ts'
import { Confirm } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, SelectField, TextField } from '../../ui/field.tsx'
import { protectionWords } from './words.ts'

/** Asks twice: the address is typed again. */
export const Erase = ({ onClose }: { readonly onClose: () => void }) => {
  const t = protectionWords()
  const kind = useSignal<'contact' | 'chat'>('contact')
  const address = useSignal('')
  const again = useSignal('')
  const { act, running, error } = useAct()
  const named = address.value.trim()
  const erase = async (): Promise<void> => {
    const body = { kind: kind.value, address: named }
    if (await act(() => customerApi.peek()!.erasures.create({ body }), t.asked, { quiet: true })) onClose()
  }
  return (
    <Confirm
      title={t.eraseTitle}
      confirm={t.erase}
      danger
      busy={running.value}
      disabled={named === '' || again.value.trim() !== named}
      onConfirm={() => void erase()}
      onClose={onClose}
    >
      <p>{t.eraseText}</p>
      <Failure error={error.value} />
      <SelectField
        label={t.kind}
        value={kind.value}
        options={[
          ['contact', t.kinds.contact],
          ['chat', t.kinds.chat],
        ]}
        onValue={(value) => {
          kind.value = value
        }}
      />
      <TextField label={t.address} autocomplete="off" required {...bound(address)} />
      {named !== '' && <TextField label={t.again(named)} autocomplete="off" {...bound(again)} />}
    </Confirm>
  )
}
