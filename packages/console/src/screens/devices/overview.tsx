import { NeedsScope } from '../../app/needs-scope.tsx'
import { href } from '../../app/router.ts'
import { useAct } from '../../data/act.ts'
import { asDevice } from '../../data/api.ts'
import { number } from '../../data/time.ts'
import { Button } from '../../ui/button.tsx'
import { DeviceState } from '../../ui/device-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Time } from '../../ui/time.tsx'
import { say } from '../../ui/toast.tsx'
import { common } from '../../words/common.ts'
import { NextStep } from './next-step.tsx'
import type { TabProps } from './use-device.ts'
import { deviceWords } from './words.ts'

/** Of these the server says no more than the words here. */
const plain: ReadonlySet<string> = new Set(['none', 'login', 'scan'])

export const Overview = ({ device, refresh }: TabProps) => {
  const t = deviceWords().page
  const { act, running } = useAct()
  const { device_id: id, next_action: next } = device
  const reconnect = async (): Promise<void> => {
    await act(async () => {
      const { connected } = await asDevice(id).device.reconnect()
      say(connected ? t.reconnected : t.trying, connected ? 'good' : 'plain')
    })
    await refresh()
  }
  return (
    <div class="device-overview">
      <div class="card stack state-card">
        <div class="row">
          <DeviceState state={device.state} />
          <span class="quiet small">
            <Time at={device.since} as="relative" />
          </span>
        </div>
        <p class="next-action">
          <NextStep id={id} next={next} />
        </p>
        {!plain.has(next.code) && <p class="quiet small">{next.text}</p>}
        <div class="row">
          {device.is_logged_in ? (
            <NeedsScope scope="manage">
              <Button icon="refresh" busy={running.value} onClick={() => void reconnect()}>
                {t.reconnect}
              </Button>
            </NeedsScope>
          ) : (
            <NeedsScope scope="admin">
              <a class="button primary" href={href('pair', { device: id })}>
                {t.pair}
              </a>
            </NeedsScope>
          )}
        </div>
      </div>
      <DeviceFacts device={device} />
    </div>
  )
}

const DeviceFacts = ({ device }: Pick<TabProps, 'device'>) => {
  const t = deviceWords().page.facts
  const { yes, no } = common()
  return (
    <Facts
      facts={[
        [t.id, device.device_id, { copy: true }],
        [t.customer, device.customer_name],
        [t.name, device.push_name],
        [t.number, device.phone && `+${device.phone}`, { copy: true }],
        [t.lid, device.lid, { copy: true }],
        [t.address, device.whatsmeow_jid, { copy: true }],
        [t.since, <Time key="since" at={device.since} />],
        [t.reason, device.reason],
        [t.retry, device.retry_at && <Time key="retry" at={device.retry_at} as="relative" />],
        [t.banned, device.banned_until && <Time key="banned" at={device.banned_until} />],
        [t.seen, device.last_seen_at && <Time key="seen" at={device.last_seen_at} />],
        [t.queue, device.queued_sends !== undefined && number(device.queued_sends)],
        [t.proxy, device.has_proxy !== undefined && (device.has_proxy ? yes : no)],
        [t.created, <Time key="created" at={device.created_at} />],
      ]}
    />
  )
}
