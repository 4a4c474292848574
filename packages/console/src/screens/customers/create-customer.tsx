import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { api } from '../../data/api.ts'
import { refreshKnown } from '../../data/known.ts'
import { Dialog, FormFooter } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, TextField } from '../../ui/field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { customerWords } from './words.ts'

/** Makes a customer with its key. */
export const CreateCustomer = ({ onClose }: { readonly onClose: () => void }) => {
  const t = customerWords()
  const name = useSignal('')
  const devices = useSignal('10')
  const requests = useSignal('0')
  const made = useSignal<string | undefined>(undefined)
  const { act, running, error } = useAct()
  const create = (event: SubmitEvent): void => {
    event.preventDefault()
    void act(
      async () => {
        const body = {
          customer_name: name.value.trim(),
          max_devices: Number(devices.value),
          rate_limit_per_hour: Number(requests.value),
        }
        made.value = (await api.admin.createApiKey({ body })).api_key
        refreshKnown()
      },
      t.created,
      { quiet: true },
    )
  }
  if (made.value !== undefined)
    return (
      <ShownOnce title={t.created} keep={t.keep} label={t.key} secret={made.value} done={t.done} onClose={onClose} />
    )
  return (
    <Dialog title={t.create} onClose={onClose}>
      <form class="stack" onSubmit={create}>
        <TextField label={t.name} maxLength={255} required {...bound(name)} />
        <div class="two">
          <TextField label={t.devices} type="number" min="1" required {...bound(devices)} />
          <TextField label={t.requests} help={t.requestsHelp} type="number" min="0" required {...bound(requests)} />
        </div>
        <Failure error={error.value} />
        <FormFooter submit={t.submit} busy={running.value} onClose={onClose} />
      </form>
    </Dialog>
  )
}
