import { useSignal } from '@preact/signals'
import { href, place } from '../../app/router.ts'
import { deviceName } from '../../data/known.ts'
import { chosen } from '../../data/session.ts'
import { Button } from '../../ui/button.tsx'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import { common } from '../../words/common.ts'
import { type Device, useDevice } from '../devices/use-device.ts'
import { PairByCode } from './by-code.tsx'
import { PairByQr } from './by-qr.tsx'
import { CustomerLink } from './customer-link.tsx'
import { Linked } from './linked.tsx'
import { Passkey } from './passkey.tsx'
import { pairWords } from './words.ts'

const Pair = () => {
  const id = chosen.value.deviceId!
  return <PairDevice key={id} id={id} />
}

/** Links the chosen device. The page follows its state: it says when it is linked, and why not. */
const PairDevice = ({ id }: { readonly id: string }) => {
  const t = pairWords()
  const { data, error, refresh } = useDevice(id)
  const device = data.value
  const linking = useSignal(false)
  const mayLink = device !== undefined && !device.is_logged_in
  return (
    <Page
      title={t.title}
      lead={device && t.lead(deviceName(device))}
      actions={
        mayLink && (
          <Button icon="link" onClick={() => (linking.value = true)}>
            {t.link.button}
          </Button>
        )
      }
    >
      {mayLink && linking.value && <CustomerLink id={id} onClose={() => (linking.value = false)} />}
      <Failure error={error.value} onRetry={refresh} />
      {!device && !error.value && <p class="quiet">{common().loading}</p>}
      {device && <Step device={device} refresh={refresh} />}
    </Page>
  )
}

interface StepProps {
  readonly device: Device
  readonly refresh: () => Promise<void>
}

const Step = ({ device, refresh }: StepProps) => {
  if (device.is_logged_in) return <Linked device={device} />
  const asksForPasskey = device.state === 'passkey_required' || device.state === 'passkey_confirm'
  return asksForPasskey ? <Passkey device={device} refresh={refresh} /> : <Ways device={device} refresh={refresh} />
}

const Ways = ({ device, refresh }: StepProps) => {
  const t = pairWords()
  const way = place.value.query.get('by') === 'code' ? 'code' : 'qr'
  return (
    <>
      <Tabs
        label={t.ways}
        current={way}
        tabs={[
          { id: 'qr', label: t.qr, href: href('pair') },
          { id: 'code', label: t.code, href: href('pair', { by: 'code' }) },
        ]}
      />
      {way === 'qr' ? <PairByQr device={device} refresh={refresh} /> : <PairByCode device={device} refresh={refresh} />}
    </>
  )
}

export default Pair
