import { useSignal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { useCustomers, useDevices } from '../data/known.ts'
import { chosen, type Scope } from '../data/session.ts'
import type { Screen, ScreenProps } from '../screens/define-screen.ts'
import { Button } from '../ui/button.tsx'
import { Empty } from '../ui/empty.tsx'
import { Page } from '../ui/page.tsx'
import { common } from '../words/common.ts'
import { go, href, place, setQuery } from './router.ts'
import { lackedScope, visibleScreens } from './visible-screens.ts'

/** The screen that the address names. */
export const Content = () => {
  const { parts } = place.value
  const [path, ...rest] = parts
  const first = visibleScreens.value[0]
  useEffect(() => {
    if (path === undefined && first) go(href(first.path), { replace: true })
  }, [path, first])
  const lacked = lackedScope(path)
  if (lacked && (path !== undefined || !first)) return <Forbidden scope={lacked} />
  if (path === undefined) return null
  const screen = visibleScreens.value.find((each) => each.path === path)
  return screen ? <Opened key={screen.path} screen={screen} parts={rest} /> : <NotFound />
}

const Forbidden = ({ scope }: { readonly scope: Scope }) => {
  const { forbidden, noScope } = common()
  return (
    <Page title={forbidden}>
      <Empty icon="alert" title={noScope(scope)} />
    </Page>
  )
}

const NotFound = () => {
  const { notFound } = common()
  return (
    <Page title={notFound.title}>
      <Empty icon="search" title={notFound.text}>
        <a class="button primary" href={href([])}>
          {notFound.back}
        </a>
      </Empty>
    </Page>
  )
}

/** Code that is here already is shown at once. */
const loaded = new Map<Screen, ComponentType<ScreenProps>>()

const Opened = ({ screen, parts }: { readonly screen: Screen; readonly parts: readonly string[] }) => {
  const failed = useSignal(false)
  const ready = useSignal(loaded.has(screen))
  useEffect(() => {
    screen.load().then(
      ({ default: component }) => {
        loaded.set(screen, component)
        ready.value = true
      },
      () => (failed.value = true),
    )
  }, [screen])
  const t = common()
  if (failed.value) return <ScreenFailed title={screen.title()} />
  if (screen.needs && !has(screen.needs)) return <Needs screen={screen} needs={screen.needs} />
  const Component = ready.value ? loaded.get(screen) : undefined
  return Component ? <Component parts={parts} /> : <p class="loading-page">{t.loading}</p>
}

const has = (needs: 'device' | 'customer'): boolean =>
  needs === 'device' ? chosen.value.deviceId !== undefined : Boolean(chosen.value.apiKeyId ?? chosen.value.deviceId)

const Needs = ({ screen, needs }: { readonly screen: Screen; readonly needs: 'device' | 'customer' }) => {
  const t = common().needs
  return (
    <Page title={screen.title()}>
      <Empty icon={needs === 'device' ? 'phone' : 'people'} title={t[needs]}>
        <p>{needs === 'device' ? t.deviceText : t.customerText}</p>
        {needs === 'device' ? <DeviceChoices /> : <CustomerChoices />}
      </Empty>
    </Page>
  )
}

/** The first few, to go on at once. */
const fewest = 8

const DeviceChoices = () => {
  const devices = useDevices().data.value
  if (devices?.length === 0) return <p>{common().needs.noneYet}</p>
  return <Choices field="device" options={devices ?? []} />
}

const CustomerChoices = () => <Choices field="customer" options={useCustomers().data.value ?? []} />

const Choices = ({
  field,
  options,
}: {
  readonly field: 'device' | 'customer'
  readonly options: readonly { readonly id: string; readonly name: string }[]
}) => (
  <div class="row choices">
    {options.slice(0, fewest).map(({ id, name }) => (
      <button key={id} type="button" class="chip" dir="auto" onClick={() => setQuery({ [field]: id })}>
        {name}
      </button>
    ))}
  </div>
)

const ScreenFailed = ({ title }: { readonly title: string }) => {
  const { failed } = common()
  return (
    <Page title={title}>
      <Empty icon="alert" title={failed.title}>
        <p>{failed.screen}</p>
        <Button look="main" icon="refresh" onClick={() => location.reload()}>
          {failed.reload}
        </Button>
      </Empty>
    </Page>
  )
}
