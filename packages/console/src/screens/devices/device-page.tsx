import { useEffect } from 'preact/hooks'
import { NeedsScope } from '../../app/needs-scope.tsx'
import { href, setQuery } from '../../app/router.ts'
import { deviceName } from '../../data/known.ts'
import { chosen, may, type Scope, session } from '../../data/session.ts'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { common } from '../../words/common.ts'
import { DangerZone } from './danger-zone.tsx'
import { DeviceSafety } from './device-safety.tsx'
import { DeviceSettings } from './device-settings.tsx'
import { Overview } from './overview.tsx'
import { Timeline } from './timeline.tsx'
import { useDevice } from './use-device.ts'
import { deviceWords } from './words.ts'

const tabs = {
  overview: Overview,
  timeline: Timeline,
  safety: DeviceSafety,
  settings: DeviceSettings,
  danger: DangerZone,
} as const

type TabName = keyof typeof tabs

const scopes: Readonly<Record<TabName, Scope>> = {
  overview: 'read',
  timeline: 'read',
  safety: 'read',
  settings: 'manage',
  danger: 'admin',
}

interface DevicePageProps {
  readonly id: string
  readonly tab: string | undefined
  /** The credential is that of this device: there is no list. */
  readonly alone: boolean
}

/** One device: how it does, what has happened to it, and what can be set. */
export const DevicePage = ({ id, tab, alone }: DevicePageProps) => {
  const t = deviceWords().page
  const { data, error, refresh } = useDevice(id)
  const device = data.value
  const name: TabName = Object.hasOwn(tabs, tab ?? '') ? (tab as TabName) : 'overview'
  const Tab = tabs[name]
  // Who looks at a device has chosen it: its events come live, and other pages are about it.
  useEffect(() => {
    if (!alone && chosen.value.deviceId !== id) setQuery({ device: id })
  }, [id, alone, chosen.value.deviceId])
  const title = device ? deviceName(device) : id.slice(0, 8)
  return (
    <Page
      title={title}
      {...(!alone && { back: { href: href('devices', { device: undefined }), label: t.back } })}
      lead={session.value?.kind === 'operator' ? device?.customer_name : undefined}
    >
      <Tabs
        label={t.views}
        current={name}
        tabs={(Object.keys(tabs) as TabName[])
          .filter((each) => may(scopes[each]))
          .map((each) => ({
            id: each,
            label: t.tabs[each],
            href: href(['devices', id, each]),
          }))}
      />
      <Failure error={error.value} onRetry={refresh} />
      {device && (
        <NeedsScope scope={scopes[name]}>
          <Tab device={device} refresh={refresh} />
        </NeedsScope>
      )}
      {!device && !error.value && <p class="quiet">{common().loading}</p>}
    </Page>
  )
}
