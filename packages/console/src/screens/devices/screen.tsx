import { session } from '../../data/session.ts'
import type { ScreenProps } from '../define-screen.ts'
import { DeviceList } from './device-list.tsx'
import { DevicePage } from './device-page.tsx'

const Devices = ({ parts: [id, tab] }: ScreenProps) => {
  // A device sees itself alone.
  const own = session.value?.kind === 'device' ? session.value.deviceId : undefined
  const shown = id ?? own
  return shown ? <DevicePage key={shown} id={shown} tab={tab} alone={own !== undefined} /> : <DeviceList />
}

export default Devices
