import { AppError } from '../errors/app-error.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Asker, NamedDevice } from './define-call.ts'
import type { TheirRefusal } from './their-refusal.ts'

/** How a device does, as its status route says it. */
export interface DeviceState {
  readonly connected: boolean
  readonly linked: boolean
  readonly state: string
}

export const stateOf = async (asker: Asker, device: NamedDevice): Promise<DeviceState> => {
  const { data } = await asker.perform(device, 'device.getStatus')
  const { connected, is_logged_in, state } = data as { connected: boolean; is_logged_in: boolean; state: string }
  return { connected, linked: is_logged_in, state }
}

export interface LoginCode {
  /** PNG as a data URI. */
  readonly qr_code: string
  readonly qr_text: string
}

/** The code to scan now; undefined when the device is linked. */
export const loginOf = async (asker: Asker, device: NamedDevice): Promise<LoginCode | undefined> =>
  (await asker.perform(device, 'device.login')).data as LoginCode | undefined

/** Connects a device, or begins to link it. */
export const startDevice = async (asker: Asker, device: NamedDevice): Promise<void> => {
  const { connected, linked } = await stateOf(asker, device)
  if (connected) return
  if (linked) await asker.perform(device, 'device.reconnect')
  else await loginOf(asker, device)
}

/** The device of this name; undefined when there is none. */
export const ifThere = (asker: Asker, name: string): Promise<NamedDevice | undefined> =>
  asker.device(name).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'device_not_found') return undefined
    throw error
  })

/** Names are no keys here: nothing but this keeps two devices of an API key from getting the same one at the same moment. */
const creating = new OneByOne()

export interface CreatedDevice extends NamedDevice {
  readonly token: string
}

/** A new device under a name that no other device of the API key has. @throws TheirRefusal with `taken` */
export const createNamed = (asker: Asker, name: string, taken: TheirRefusal): Promise<CreatedDevice> =>
  creating.run(name, async () => {
    if (await ifThere(asker, name)) throw taken
    const { data } = await asker.perform(undefined, 'deviceRegistration.create', { body: { device_name: name } })
    const { device_id: id, token } = data as { device_id: string; token: string }
    return { id, name, token }
  })

/** Does what a new device needs before it counts as made. When that is refused the device is gone, so that the corrected call finds its name free. */
export const orUnmade = async (asker: Asker, device: NamedDevice, act: () => Promise<unknown>): Promise<void> => {
  try {
    await act()
  } catch (error) {
    await asker.perform(undefined, 'deviceRegistration.delete', { params: { device_id: device.id } })
    throw error
  }
}
