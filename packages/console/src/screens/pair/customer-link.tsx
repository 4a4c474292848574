import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Failure } from '../../ui/failure.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Time } from '../../ui/time.tsx'
import { common } from '../../words/common.ts'
import { pairWords } from './words.ts'

const spans = { minutes: 900, hour: 3_600, day: 86_400 } as const

type Span = keyof typeof spans

interface Made {
  readonly url: string
  readonly expires_at: string
}

/** A link for whoever has the phone: a page with the code for this device, and nothing else. */
export const CustomerLink = ({ id, onClose }: { readonly id: string; readonly onClose: () => void }) => {
  const t = pairWords().link
  const span = useSignal<Span>('minutes')
  const made = useSignal<Made | undefined>(undefined)
  const { act, running, error } = useAct()
  const make = (): Promise<boolean> =>
    act(
      async () => {
        made.value = await asDevice(id).pairing.createLink({ body: { expires_in: spans[span.peek()] } })
      },
      undefined,
      { quiet: true },
    )
  const revoke = async (): Promise<void> => {
    if (await act(() => asDevice(id).pairing.revokeLinks(), t.revoked, { quiet: true })) onClose()
  }
  return (
    <Dialog title={t.title} onClose={onClose}>
      <p>{t.text}</p>
      {made.value ? (
        <Shown made={made.value} />
      ) : (
        <SelectField
          label={t.counts}
          value={span.value}
          options={Object.entries(t.spans) as [Span, string][]}
          onValue={(value) => {
            span.value = value
          }}
        />
      )}
      <Failure error={error.value} />
      <footer>
        <Button look="quiet" busy={running.value} onClick={() => void revoke()}>
          {t.revoke}
        </Button>
        {made.value ? (
          <Button look="main" onClick={onClose}>
            {common().close}
          </Button>
        ) : (
          <Button look="main" icon="link" busy={running.value} onClick={() => void make()}>
            {t.make}
          </Button>
        )}
      </footer>
    </Dialog>
  )
}

const Shown = ({ made: { url, expires_at } }: { readonly made: Made }) => {
  const t = pairWords().link
  return (
    <div class="stack" role="status">
      <div class="link-shown">
        <code class="clip">{url}</code>
        <CopyButton text={url} />
      </div>
      <p class="quiet small">
        {t.ends} <Time at={expires_at} />
      </p>
    </div>
  )
}
