import { useSignal } from '@preact/signals'
import type { AccessScope } from '@switchboard/client'
import { useAct } from '../../data/act.ts'
import { customerApi } from '../../data/api.ts'
import { useDevices } from '../../data/known.ts'
import { Dialog, FormFooter } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, CheckField, SelectField, TextField } from '../../ui/field.tsx'
import { ShownOnce } from '../../ui/shown-once.tsx'
import { accessKeyWords } from './words.ts'

/** The end of that day where the reader is. */
const endOf = (day: string): string => new Date(`${day}T23:59:59`).toISOString()

export const CreateAccessKey = ({ onClose }: { readonly onClose: () => void }) => {
  const t = accessKeyWords()
  const label = useSignal('')
  const scopes = useSignal<readonly AccessScope[]>(['read'])
  const device = useSignal('')
  const expires = useSignal('')
  const networks = useSignal('')
  const made = useSignal<string | undefined>(undefined)
  const devices = useDevices().data.value ?? []
  const { act, running, error } = useAct()
  const create = (event: SubmitEvent): void => {
    event.preventDefault()
    const body = {
      label: label.value.trim(),
      scopes: [...scopes.value],
      networks: networks.value.split(/[\s,]+/).filter(Boolean),
      ...(device.value && { device_id: device.value }),
      ...(expires.value && { expires_at: endOf(expires.value) }),
    }
    void act(
      async () => {
        made.value = (await customerApi.peek()!.accessKeys.create({ body })).secret
      },
      t.created,
      { quiet: true },
    )
  }
  if (made.value !== undefined)
    return (
      <ShownOnce title={t.created} keep={t.keep} label={t.secret} secret={made.value} done={t.done} onClose={onClose} />
    )
  return (
    <Dialog title={t.create} onClose={onClose}>
      <form class="stack" onSubmit={create}>
        <TextField label={t.label} required maxLength={100} {...bound(label)} />
        <fieldset class="plain-set">
          <legend>{t.scopesLabel}</legend>
          {(Object.keys(t.scopes) as AccessScope[]).map((scope) => (
            <CheckField
              key={scope}
              label={t.scopes[scope]}
              checked={scopes.value.includes(scope)}
              onValue={(on) => {
                scopes.value = on ? [...scopes.value, scope] : scopes.value.filter((each) => each !== scope)
              }}
            />
          ))}
        </fieldset>
        <SelectField
          label={t.device}
          options={[['', t.allDevices], ...devices.map(({ id, name }) => [id, name] as const)]}
          {...bound(device)}
        />
        <TextField label={t.expires} help={t.expiresHelp} type="date" {...bound(expires)} />
        <TextField label={t.networks} help={t.networksHelp} {...bound(networks)} />
        <Failure error={error.value} />
        <FormFooter submit={t.submit} busy={running.value} disabled={scopes.value.length === 0} onClose={onClose} />
      </form>
    </Dialog>
  )
}
