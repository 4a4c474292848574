import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Time } from '../../ui/time.tsx'
import type { Device } from '../devices/use-device.ts'
import { pairWords } from './words.ts'

interface PasskeyProps {
  readonly device: Device
  readonly refresh: () => Promise<void>
}

/** What is to be done when WhatsApp asks for the passkey of the account. The page of a pairing link does the signing. */
export const Passkey = ({ device, refresh }: PasskeyProps) => {
  const t = pairWords().passkey
  const { device_id: id, state } = device
  const { data } = useQuery(`passkey ${id} ${state}`, (signal) => asDevice(id).device.getPasskey({ signal }), {
    on: ['connection.*'],
  })
  const code = data.value?.code
  return (
    <div class="card stack pair-done" role="status">
      {state === 'passkey_required' && <Sign id={id} />}
      {state === 'passkey_confirm' && !code && <p>{t.confirming}</p>}
      {state === 'passkey_confirm' && code && <Compare id={id} code={code} refresh={refresh} />}
      {data.value && (
        <p class="quiet small">
          {t.ends} <Time at={data.value.expires_at} />
        </p>
      )}
    </div>
  )
}

const Sign = ({ id }: { readonly id: string }) => {
  const t = pairWords().passkey
  const url = useSignal<string | undefined>(undefined)
  const { act, running, error } = useAct()
  const make = () =>
    act(
      async () => {
        url.value = (await asDevice(id).pairing.createLink({ body: {} })).url
      },
      undefined,
      { quiet: true },
    )
  return (
    <>
      <h2>{t.title}</h2>
      <p>{t.text}</p>
      <Failure error={error.value} />
      {url.value ? (
        <>
          <div class="link-shown">
            <code class="clip">{url.value}</code>
            <CopyButton text={url.value} />
          </div>
          <div class="row">
            <a class="button primary" href={url.value} target="_blank" rel="noreferrer">
              {t.open}
            </a>
          </div>
        </>
      ) : (
        <div>
          <Button look="main" icon="link" busy={running.value} onClick={() => void make()}>
            {t.make}
          </Button>
        </div>
      )}
    </>
  )
}

interface CompareProps {
  readonly id: string
  readonly code: string
  readonly refresh: () => Promise<void>
}

const Compare = ({ id, code, refresh }: CompareProps) => {
  const t = pairWords().passkey
  const { act, running, error } = useAct()
  const say = async (same: boolean): Promise<void> => {
    await act(() => asDevice(id).device.confirmPasskey({ body: { same } }), undefined, { quiet: true })
    await refresh()
  }
  return (
    <>
      <h2>{t.compare}</h2>
      <output class="pair-text">{code}</output>
      <Failure error={error.value} />
      <div class="row">
        <Button look="main" busy={running.value} onClick={() => void say(true)}>
          {t.same}
        </Button>
        <Button look="quiet" busy={running.value} onClick={() => void say(false)}>
          {t.other}
        </Button>
      </div>
    </>
  )
}
