import { useSignal } from '@preact/signals'
import { href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { api } from '../../data/api.ts'
import { refreshKnown } from '../../data/known.ts'
import { Button } from '../../ui/button.tsx'
import { Confirm, Dialog } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, CheckField, TextField } from '../../ui/field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { common } from '../../words/common.ts'
import type { Customer } from './customer.ts'
import { customerWords } from './words.ts'

interface CustomerProps {
  readonly customer: Customer
  readonly onClose: () => void
}

/** What can be set of a customer, a new key, and its end. */
export const ChangeCustomer = ({ customer, onClose }: CustomerProps) => {
  const t = customerWords()
  const asks = useSignal<'rotate' | 'remove' | undefined>(undefined)
  if (asks.value === 'rotate') return <Rotate customer={customer} onClose={onClose} />
  if (asks.value === 'remove') return <Remove customer={customer} onClose={onClose} />
  return (
    <Dialog title={customer.customer_name} onClose={onClose}>
      <p>
        <a href={href('devices', { customer: String(customer.id), device: undefined })}>{t.open}</a>
      </p>
      <Quotas customer={customer} onClose={onClose} />
      <div class="row">
        <Button icon="key" onClick={() => (asks.value = 'rotate')}>
          {t.rotate}
        </Button>
        <Button look="danger" icon="trash" onClick={() => (asks.value = 'remove')}>
          {t.remove}
        </Button>
      </div>
    </Dialog>
  )
}

const Quotas = ({ customer, onClose }: CustomerProps) => {
  const t = customerWords()
  const name = useSignal(customer.customer_name)
  const email = useSignal(customer.customer_email ?? '')
  const phone = useSignal(customer.customer_phone ?? '')
  const devices = useSignal(String(customer.max_devices))
  const requests = useSignal(String(customer.rate_limit_per_hour))
  const active = useSignal(customer.is_active)
  const { act, running, error } = useAct()
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = {
      customer_name: name.value.trim(),
      customer_email: email.value.trim() || null,
      customer_phone: phone.value.trim() || null,
      max_devices: Number(devices.value),
      rate_limit_per_hour: Number(requests.value),
      is_active: active.value,
    }
    const saved = await act(() => api.admin.updateApiKey({ path: { id: customer.id }, body }), t.saved, { quiet: true })
    if (!saved) return
    refreshKnown()
    onClose()
  }
  return (
    <form class="stack" onSubmit={save}>
      <TextField label={t.name} maxLength={255} required {...bound(name)} />
      <div class="two">
        <TextField label={t.email} type="email" {...bound(email)} />
        <TextField label={t.phone} type="tel" {...bound(phone)} />
        <TextField label={t.devices} type="number" min="1" required {...bound(devices)} />
        <TextField label={t.requests} help={t.requestsHelp} type="number" min="0" required {...bound(requests)} />
      </div>
      <CheckField
        label={t.active}
        checked={active.value}
        onValue={(on) => {
          active.value = on
        }}
      />
      <p class="quiet small">{t.activeHelp}</p>
      <Failure error={error.value} />
      <div>
        <Button look="main" type="submit" busy={running.value}>
          {common().save}
        </Button>
      </div>
    </form>
  )
}

const Rotate = ({ customer, onClose }: CustomerProps) => {
  const t = customerWords()
  const made = useSignal<string | undefined>(undefined)
  const { act, running } = useAct()
  const rotate = (): void =>
    void act(async () => {
      made.value = (await api.admin.rotateApiKey({ path: { id: customer.id } })).api_key
    })
  if (made.value !== undefined)
    return (
      <ShownOnce title={t.rotated} keep={t.keep} label={t.key} secret={made.value} done={t.done} onClose={onClose} />
    )
  return (
    <Confirm title={t.rotate} confirm={t.rotate} danger busy={running.value} onConfirm={rotate} onClose={onClose}>
      <p>{t.rotateText}</p>
    </Confirm>
  )
}

const Remove = ({ customer, onClose }: CustomerProps) => {
  const t = customerWords()
  const typed = useSignal('')
  const { act, running } = useAct()
  const remove = async (): Promise<void> => {
    if (!(await act(() => api.admin.deleteApiKey({ path: { id: customer.id } }), t.removed))) return
    refreshKnown()
    onClose()
  }
  return (
    <Confirm
      title={t.remove}
      confirm={t.remove}
      danger
      busy={running.value}
      disabled={typed.value.trim() !== customer.customer_name.trim()}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>{t.removeText}</p>
      <TextField
        label={t.type(customer.customer_name)}
        value={typed.value}
        onValue={(value) => {
          typed.value = value
        }}
      />
    </Confirm>
  )
}
