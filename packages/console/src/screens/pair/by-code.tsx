import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { now } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import type { Device } from '../devices/use-device.ts'
import { Reason } from './reason.tsx'
import { pairWords } from './words.ts'

interface WayProps {
  readonly device: Device
  readonly refresh: () => Promise<void>
}

/** A code to type on the phone of one number. */
export const PairByCode = ({ device, refresh }: WayProps) => {
  const t = pairWords()
  const phone = useSignal('')
  const code = useSignal<{ readonly text: string; readonly endsAt: number } | undefined>(undefined)
  const { act, running, error } = useAct()
  const get = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    await act(
      async () => {
        const body = { phone: phone.value.trim() }
        const login = await asDevice(device.device_id).device.loginCode({ body })
        code.value = login && { text: login.pair_code, endsAt: Date.now() + login.timeout * 1000 }
      },
      undefined,
      { quiet: true },
    )
    await refresh()
  }
  const secondsLeft = code.value ? Math.ceil((code.value.endsAt - now.value) / 1000) : 0
  const valid = code.value !== undefined && secondsLeft > 0
  return (
    <div class="pair">
      <form class="card stack" onSubmit={get}>
        <TextField
          label={t.number}
          help={t.numberHelp}
          type="tel"
          autocomplete="tel"
          required
          value={phone.value}
          onValue={(value) => {
            phone.value = value
          }}
        />
        <div>
          <Button look={valid ? 'plain' : 'main'} type="submit" busy={running.value}>
            {t.getCode}
          </Button>
        </div>
        {code.value && (
          <div class="code-shown" role="status">
            <p>{valid ? t.codeIs : t.codeEnded}</p>
            {valid && (
              <p class="row">
                <output class="pair-text">{code.value.text}</output>
                <CopyButton bare text={code.value.text} />
              </p>
            )}
          </div>
        )}
        {valid && <p class="quiet small">{t.codeLeft(secondsLeft)}</p>}
      </form>
      <div class="stack">
        <Reason device={device} />
        <Failure error={error.value} />
        <ol class="steps">
          {t.codeSteps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
    </div>
  )
}
