import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { asDevice } from '../../data/api.ts'
import { session } from '../../data/session.ts'
import { now } from '../../data/time.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import type { Device } from '../devices/use-device.ts'
import { InSandbox } from './in-sandbox.tsx'
import { Reason } from './reason.tsx'
import { pairWords } from './words.ts'

interface WayProps {
  readonly device: Device
  readonly refresh: () => Promise<void>
}

interface Shown {
  readonly picture: string
  readonly text: string
  /** When WhatsApp changes it, ms. */
  readonly endsAt: number
}

/** Shows a code, and the next one when it changes, until the phone has scanned it or WhatsApp takes no more. */
export const PairByQr = ({ device, refresh }: WayProps) => {
  const t = pairWords()
  const shown = useSignal<Shown | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const asking = useSignal(false)
  const id = device.device_id

  const ask = async (): Promise<void> => {
    if (asking.peek()) return
    asking.value = true
    error.value = undefined
    try {
      const login = await asDevice(id).device.login({})
      shown.value = login && { picture: login.qr_code, text: login.qr_text, endsAt: Date.now() + login.timeout * 1000 }
    } catch (failure) {
      shown.value = undefined
      error.value = failure
    } finally {
      asking.value = false
      await refresh()
    }
  }

  const ended = device.state !== 'pairing' && device.state !== 'connecting'
  const secondsLeft = shown.value ? Math.ceil((shown.value.endsAt - now.value) / 1000) : undefined
  const due = secondsLeft !== undefined && secondsLeft <= 0
  // The pairing may have ended meanwhile: then nobody begins another one without being asked.
  useEffect(() => {
    if (!due) return
    void refresh().then(() => undefined)
  }, [due])
  useEffect(() => {
    if (due && !ended) void ask()
    if (ended && !asking.peek()) shown.value = undefined
  }, [due, ended])

  return (
    <div class="pair">
      <div class="pair-code card">
        {shown.value ? (
          <>
            <img class={due ? 'qr old' : 'qr'} src={shown.value.picture} alt={t.picture} width="256" height="256" />
            <Badge tone="busy">{t.waiting}</Badge>
            <p class="quiet small" role="timer" aria-live="off">
              {due ? t.renewing : t.left(secondsLeft ?? 0)}
            </p>
          </>
        ) : (
          <div class="qr-place">
            <Button look="main" icon="qr" busy={asking.value} onClick={() => void ask()}>
              {device.reason === null ? t.show : t.showAgain}
            </Button>
          </div>
        )}
      </div>
      <div class="stack">
        <Reason device={device} />
        <Failure error={error.value} onRetry={ask} />
        {shown.value && session.value?.sandbox && <InSandbox qr={shown.value.text} refresh={refresh} />}
        <ol class="steps">
          {t.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </div>
    </div>
  )
}
