import { AppError } from '../errors/app-error.ts'
import { OneByOne } from '../one-by-one.ts'
import type { Asker, CreatedDevice, NamedDevice, NewWebhooks } from './define-call.ts'
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

/** Names are no keys here: this keeps two requests to one gateway from making the same one. */
const creating = new OneByOne()

/** A new device under a name that no other device of the API key has. @param taken is thrown when one has it */
export const createNamed = (
  asker: Asker,
  name: string,
  taken: TheirRefusal,
  webhooks?: NewWebhooks,
): Promise<CreatedDevice> =>
  creating.run(name, async () => {
    if ((await asker.named(name)).length > 0) throw taken
    const made = await asker.create(name, webhooks)
    // Another gateway may have made one at the same moment: the older one stays.
    await orUnmade(asker, made, async () => {
      if ((await asker.named(name))[0]?.id !== made.id) throw taken
    })
    return made
  })

/** Does what a new device needs before it counts as made. When that fails the device is gone, so that the next call finds its name free. */
export const orUnmade = async <Result>(
  asker: Asker,
  device: NamedDevice,
  act: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await act()
  } catch (error) {
    // Why it failed says more than why it could not be taken back.
    await unmake(asker, device).catch(() => {})
    throw error
  }
}

export const unmake = async (asker: Asker, { id }: NamedDevice): Promise<void> => {
  await asker.perform(undefined, 'deviceRegistration.delete', { params: { device_id: id } })
}
