import { useSignal } from '@preact/signals'
import { useMemo } from 'preact/hooks'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { Dialog, FormFooter } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Field, SelectField, TextAreaField, TextField } from '../../ui/field.tsx'
import { draftKey } from './draft-key.ts'
import { type Given, type KindField, type KindName, kinds, sendKind } from './kinds.ts'
import { inboxWords } from './words.ts'

interface OtherKindProps {
  readonly id: string
  readonly jid: string
  readonly onClose: () => void
}

/** A form for each kind of message that is more than a text with a file. */
export const OtherKind = ({ id, jid, onClose }: OtherKindProps) => {
  const t = inboxWords()
  const kind = useSignal<KindName>('location')
  const given = useSignal<Given>({})
  const file = useSignal<File | undefined>(undefined)
  const key = useMemo(draftKey, [])
  const { act, running, error } = useAct()
  const { fields, ...rest } = kinds[kind.value]
  const accept = 'file' in rest ? rest.file : undefined
  const send = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const said = given.peek()
    const draft = key([kind.peek(), said, file.peek()?.name])
    const sending = { chat: jid, given: said, file: file.peek(), idempotencyKey: draft }
    const sent = await act(() => sendKind(asDevice(id), kind.peek(), sending), t.onItsWay, { quiet: true })
    if (sent) onClose()
  }
  return (
    <Dialog title={t.otherKind} onClose={onClose}>
      <form class="stack" onSubmit={send}>
        <SelectField
          label={t.kind}
          value={kind.value}
          options={(Object.keys(kinds) as KindName[]).map((name) => [name, t.kinds[name]] as const)}
          onValue={(name) => {
            kind.value = name
            file.value = undefined
          }}
        />
        {fields.map((field) => (
          <KindInput
            key={field.name}
            field={field}
            value={given.value[field.name] ?? ''}
            onValue={(value) => {
              given.value = { ...given.value, [field.name]: value }
            }}
          />
        ))}
        {accept !== undefined && (
          <Field label={t.file}>
            {(ties) => (
              <input
                {...ties}
                type="file"
                accept={accept}
                required
                onChange={(event) => {
                  file.value = event.currentTarget.files?.[0]
                }}
              />
            )}
          </Field>
        )}
        <Failure error={error.value} />
        <FormFooter submit={t.send} busy={running.value} onClose={onClose} />
      </form>
    </Dialog>
  )
}

interface KindInputProps {
  readonly field: KindField
  readonly value: string
  readonly onValue: (value: string) => void
}

const KindInput = ({ field: { name, type = 'text', optional, lines }, value, onValue }: KindInputProps) => {
  const t = inboxWords()
  const label = t.fields[name]
  if (lines) return <TextAreaField label={label} rows={4} required={!optional} value={value} onValue={onValue} />
  // Degrees have many decimals.
  const step = type === 'number' ? { step: 'any' } : {}
  return <TextField label={label} type={type} required={!optional} value={value} onValue={onValue} {...step} />
}
