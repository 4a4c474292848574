import { useSignal } from '@preact/signals'
import { place, setQuery } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { TextField } from '../../ui/field.tsx'
import { sandboxWords } from './words.ts'
import { askWorld, type LinkedDevice, type Phone } from './world.ts'

/** The devices that are linked to a phone, how to link another, and what can go wrong with them. */
export const LinkedDevices = ({ phone }: { readonly phone: Phone }) => {
  const t = sandboxWords()
  const { data, error, refresh } = useQuery(
    `phone devices ${phone.id}`,
    (signal) => askWorld<LinkedDevice[]>('GET', `/phones/${phone.id}/devices`, { signal }),
    { everyMs: 2_000 },
  )
  return (
    <>
      <details>
        <summary>
          {t.linkedDevices} ({number(data.value?.length ?? 0)})
        </summary>
        <div class="stack">
          <Failure error={error.value} onRetry={refresh} />
          {data.value?.length === 0 && <p class="quiet">{t.noDevices}</p>}
          {data.value?.map((device) => (
            <Device key={device.jid} phone={phone} device={device} refresh={refresh} />
          ))}
          <Scan phone={phone} refresh={refresh} />
          <EnterCode phone={phone} refresh={refresh} />
        </div>
      </details>
      <ChangeNumber phone={phone} />
    </>
  )
}

interface DeviceProps {
  readonly phone: Phone
  readonly device: LinkedDevice
  readonly refresh: () => Promise<void>
}

const Device = ({ phone, device, refresh }: DeviceProps) => {
  const t = sandboxWords()
  const { act, running } = useAct()
  const fault = (action: object) => askWorld('POST', '/faults', { body: { action, device: device.jid } })
  const acts = {
    drop: () => askWorld('POST', `/devices/${encodeURIComponent(device.jid)}/disconnect`, { body: { code: 0 } }),
    silent: () => fault({ kind: 'silence' }),
    ban: () => fault({ kind: 'temporary-ban', seconds: 60 }),
    unlink: () => askWorld('DELETE', `/phones/${phone.id}/devices/${device.id}`),
  } as const
  return (
    <div class="stack">
      <div class="row">
        <code class="small clip">{device.jid}</code>
        <Badge tone={device.connected ? 'good' : 'warn'}>{device.connected ? t.on : t.off}</Badge>
        {device.waiting > 0 && <span class="quiet small">{t.waiting(number(device.waiting))}</span>}
      </div>
      <fieldset class="plain-set row">
        <legend class="quiet small">{t.faults}</legend>
        {(Object.keys(acts) as (keyof typeof acts)[]).map((name) => (
          <Button
            key={name}
            look={name === 'unlink' || name === 'ban' ? 'danger' : 'plain'}
            busy={running.value}
            onClick={() => void act(acts[name], t.done).then(refresh)}
          >
            {t[name]}
          </Button>
        ))}
      </fieldset>
    </div>
  )
}

const Scan = ({ phone, refresh }: Pick<DeviceProps, 'phone' | 'refresh'>) => {
  const t = sandboxWords()
  const qr = useSignal('')
  const { act, running, error } = useAct()
  const scan = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { qr: qr.value.trim() }
    const linked = await act(() => askWorld('POST', `/phones/${phone.id}/scan`, { body }), t.linked, { quiet: true })
    if (!linked) return
    qr.value = ''
    await refresh()
  }
  return (
    <form class="stack" onSubmit={scan}>
      <TextField
        label={t.qr}
        help={t.qrHelp}
        required
        autocomplete="off"
        value={qr.value}
        onValue={(text) => {
          qr.value = text
        }}
      />
      <Failure error={error.value} />
      <div>
        <Button type="submit" icon="qr" busy={running.value}>
          {t.link}
        </Button>
      </div>
    </form>
  )
}

const EnterCode = ({ phone, refresh }: Pick<DeviceProps, 'phone' | 'refresh'>) => {
  const t = sandboxWords()
  const code = useSignal('')
  const { act, running, error } = useAct()
  const enter = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { code: code.value.trim() }
    const linked = await act(() => askWorld('POST', `/phones/${phone.id}/link-code`, { body }), t.linked, {
      quiet: true,
    })
    if (!linked) return
    code.value = ''
    await refresh()
  }
  return (
    <form class="stack" onSubmit={enter}>
      <TextField
        label={t.code}
        help={t.codeHelp}
        required
        autocomplete="off"
        value={code.value}
        onValue={(text) => {
          code.value = text
        }}
      />
      <Failure error={error.value} />
      <div>
        <Button type="submit" busy={running.value}>
          {t.enter}
        </Button>
      </div>
    </form>
  )
}

const ChangeNumber = ({ phone }: { readonly phone: Phone }) => {
  const t = sandboxWords()
  const digits = useSignal('')
  const { act, running, error } = useAct()
  const change = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { phone: digits.value.replace(/\D/g, '') }
    await act(
      async () => {
        const { id } = await askWorld<Phone>('POST', `/phones/${phone.id}/number`, { body })
        digits.value = ''
        // A phone is known by its number: its pane stays open under the new one.
        const shown = place.peek().query.get('phones')
        if (shown) setQuery({ phones: shown.replace(phone.id, id) })
      },
      t.changed,
      { quiet: true },
    )
  }
  return (
    <details>
      <summary>{t.change}</summary>
      <form class="stack" onSubmit={change}>
        <TextField
          label={t.number}
          type="tel"
          required
          value={digits.value}
          onValue={(text) => {
            digits.value = text
          }}
        />
        <Failure error={error.value} />
        <div>
          <Button type="submit" busy={running.value}>
            {t.change}
          </Button>
        </div>
      </form>
    </details>
  )
}
