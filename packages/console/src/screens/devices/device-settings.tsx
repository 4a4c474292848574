import { useSignal } from '@preact/signals'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { useQuery } from '../../data/query.ts'
import { number } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { bound, TextField } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { common } from '../../words/common.ts'
import { type LimitsFormProps, ownZone, SendLimits } from './send-limits.tsx'
import type { TabProps } from './use-device.ts'
import { deviceWords } from './words.ts'

export const DeviceSettings = ({ device: { device_id: id } }: TabProps) => (
  <div class="settings">
    <OwnProxy id={id} />
    <SendLimits id={id} title={deviceWords().settings.limits} form={LimitsForm} />
  </div>
)

const OwnProxy = ({ id }: { readonly id: string }) => {
  const t = deviceWords().settings
  const { data, refresh, error: unread } = useQuery(`proxy ${id}`, (signal) => asDevice(id).device.getProxy({ signal }))
  const address = useSignal('')
  const { act, running, error } = useAct()
  const now = data.value?.proxy_url
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const body = { proxy_url: address.value.trim() }
    const saved = await act(() => asDevice(id).device.setProxy({ body }), t.saved, { quiet: true })
    if (!saved) return
    address.value = ''
    await refresh()
  }
  return (
    <Section title={t.proxy}>
      <form class="card stack" onSubmit={save}>
        <Failure error={unread.value} onRetry={refresh} />
        {now && (
          <p>
            <code>{t.proxyNow(now)}</code>
          </p>
        )}
        <TextField
          label={t.proxyField}
          help={t.proxyHelp}
          type="text"
          inputMode="url"
          autocomplete="off"
          value={address.value}
          onValue={(value) => {
            address.value = value
          }}
        />
        <Failure error={error.value} />
        <div>
          <Button type="submit" busy={running.value}>
            {common().save}
          </Button>
        </div>
      </form>
    </Section>
  )
}

const LimitsForm = ({ id, limits, refresh }: LimitsFormProps) => {
  const t = deviceWords().settings
  const from = useSignal(limits.quiet_hours?.from ?? '')
  const to = useSignal(limits.quiet_hours?.to ?? '')
  const zone = useSignal(limits.quiet_hours?.time_zone ?? limits.daily_limit?.time_zone ?? ownZone)
  const messages = useSignal(limits.daily_limit ? String(limits.daily_limit.messages) : '')
  const { act, running, error } = useAct()
  const save = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault()
    const time_zone = zone.value.trim()
    const body = {
      quiet_hours: from.value || to.value ? { from: from.value, to: to.value, time_zone } : null,
      daily_limit: messages.value ? { messages: Number(messages.value), time_zone } : null,
    }
    if (await act(() => asDevice(id).messaging.setSendLimits({ body }), t.saved, { quiet: true })) await refresh()
  }
  return (
    <form class="card stack" onSubmit={save}>
      <fieldset class="plain-set">
        <legend>{t.quiet}</legend>
        <div class="two">
          <TextField label={t.from} type="time" {...bound(from)} />
          <TextField label={t.to} type="time" {...bound(to)} />
        </div>
      </fieldset>
      <fieldset class="plain-set">
        <legend>{t.daily}</legend>
        <div class="two">
          <TextField
            label={t.messages}
            type="number"
            min="1"
            {...bound(messages)}
            help={limits.sent_today === null ? undefined : t.sentToday(number(limits.sent_today))}
          />
          <TextField label={t.zone} {...bound(zone)} />
        </div>
      </fieldset>
      <Failure error={error.value} />
      <div>
        <Button type="submit" busy={running.value}>
          {common().save}
        </Button>
      </div>
    </form>
  )
}
