import { AppError } from '../errors/app-error.ts'
import type { TenantDirectory } from './directory.ts'
import type { AuthKind, Target } from './principals.ts'

/** Who holds a credential, or is acted for. */
export type Holder =
  | { readonly kind: 'device'; readonly deviceId: string; readonly apiKeyId: number }
  | { readonly kind: 'api_key'; readonly apiKeyId: number }
  | { readonly kind: 'admin' }

const keyOf = (holder: Holder): number | undefined => (holder.kind === 'admin' ? undefined : holder.apiKeyId)

/** The device that is named, when it is the holder's to act for. @throws AppError device_not_found, also for a device of somebody else */
const deviceNamed = (
  directory: TenantDirectory,
  holder: Holder,
  named: string,
  apiKeyId: string | undefined,
): Holder => {
  const deviceId = named.toLowerCase()
  const device = directory.device(deviceId)
  const ofKey = keyOf(holder)
  const isTheirs =
    device !== undefined &&
    (ofKey === undefined || ofKey === device.apiKeyId) &&
    (holder.kind !== 'device' || holder.deviceId === deviceId) &&
    (apiKeyId === undefined || apiKeyId === String(device.apiKeyId))
  if (!isTheirs) throw new AppError('device_not_found')
  return { kind: 'device', deviceId, apiKeyId: device.apiKeyId }
}

/** The API key that is named. @throws AppError api_key_not_found, also for one of somebody else */
const keyNamed = (directory: TenantDirectory, holder: Holder, named: string): Holder => {
  const apiKeyId = Number(named)
  const ofKey = keyOf(holder)
  const isTheirs = directory.key(apiKeyId) !== undefined && String(apiKeyId) === named
  if (!isTheirs || (ofKey !== undefined && ofKey !== apiKeyId)) throw new AppError('api_key_not_found')
  return holder.kind === 'device' ? holder : { kind: 'api_key', apiKeyId }
}

/** What is missing where the holder of a valid credential cannot be meant. */
const needed: Readonly<Record<AuthKind, string>> = {
  none: '',
  admin: 'The admin secret is needed: X-Admin-Secret',
  api_key: 'An API key is needed: X-API-Key: wam_…, or X-Admin-Secret with X-API-Key-ID',
  device: 'A device is needed: Authorization: Bearer …, or X-API-Key or X-Admin-Secret with X-Device-ID',
  owner: 'A device token or an API key is needed: Authorization: Bearer …, or X-API-Key: wam_…',
  reader: 'A device token or an API key is needed: Authorization: Bearer …, or X-API-Key: wam_…',
  session: 'Nobody is signed in: POST /console/session',
}

/** Nobody who could be meant has come. */
export const nobody = (auth: AuthKind): AppError => new AppError('unauthorized', needed[auth])

const fits = (auth: AuthKind, { kind }: Holder): boolean =>
  auth === kind || ((auth === 'owner' || auth === 'reader') && kind !== 'admin')

/** For whom the holder of a credential calls an operation of this kind: for itself, or for the device or the API key that it names. Whatever the operation
 *  has no use for is not looked at. @throws AppError unauthorized | device_not_found | api_key_not_found */
export const actFor = (
  directory: TenantDirectory,
  holder: Holder,
  auth: AuthKind,
  { deviceId, apiKeyId }: Target,
): Holder => {
  if (auth === 'session') return holder
  let meant = holder
  if (auth !== 'admin' && auth !== 'api_key' && deviceId !== undefined) {
    meant = deviceNamed(directory, holder, deviceId, apiKeyId)
  } else if (auth !== 'admin' && auth !== 'device' && apiKeyId !== undefined) {
    meant = keyNamed(directory, holder, apiKeyId)
  }
  if (!fits(auth, meant)) throw nobody(auth)
  return meant
}
