import { useSignal } from '@preact/signals'
import { href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { customerApi } from '../../data/api.ts'
import { refreshKnown } from '../../data/known.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog, FormFooter } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { common } from '../../words/common.ts'
import { deviceWords } from './words.ts'

interface Made {
  readonly device_id: string
  readonly device_secret: string
  readonly token: string
}

/** Makes a device of the chosen customer, and shows once what nobody can read later. */
export const CreateDevice = ({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: () => void }) => {
  const t = deviceWords().create
  const name = useSignal('')
  const made = useSignal<Made | undefined>(undefined)
  const { act, running, error } = useAct()
  const create = (event: SubmitEvent): void => {
    event.preventDefault()
    void act(
      async () => {
        made.value = await customerApi.peek()!.deviceRegistration.create({ body: { device_name: name.value.trim() } })
        refreshKnown()
        onMade()
      },
      t.done,
      { quiet: true },
    )
  }
  if (made.value)
    return (
      <Dialog title={t.done} onClose={onClose} held>
        <Credentials made={made.value} onClose={onClose} />
      </Dialog>
    )
  return (
    <Dialog title={t.title} onClose={onClose}>
      <form class="stack" onSubmit={create}>
        <TextField
          label={t.name}
          help={t.nameHelp}
          maxLength={255}
          value={name.value}
          onValue={(value) => {
            name.value = value
          }}
        />
        <Failure error={error.value} />
        <FormFooter submit={t.submit} busy={running.value} onClose={onClose} />
      </form>
    </Dialog>
  )
}

const Credentials = ({
  made: { device_id, device_secret, token },
  onClose,
}: {
  readonly made: Made
  readonly onClose: () => void
}) => {
  const t = deviceWords().create
  return (
    <>
      <p class="note warn">{t.keep}</p>
      <dl class="secrets">
        {(
          [
            [t.id, device_id],
            [t.secret, device_secret],
            [t.token, token],
          ] as const
        ).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code class="clip">{value}</code>
              <CopyButton bare text={value} label={`${common().copy}: ${label}`} />
            </dd>
          </div>
        ))}
      </dl>
      <footer>
        <Button onClick={onClose}>{common().close}</Button>
        <a class="button primary" href={href('pair', { device: device_id })}>
          {t.pair}
        </a>
      </footer>
    </>
  )
}
