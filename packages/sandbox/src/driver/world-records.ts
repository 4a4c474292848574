import { fromJson, toJson } from '../phone/json-bytes.ts'
import type { Account, Device } from '../world/account.ts'
import type { World } from '../world/world.ts'

interface AccountRecord
  extends Pick<Account, 'lid' | 'phone' | 'pushName' | 'about' | 'nextDeviceId' | 'disappearingMode'> {
  keyIndexList?: NonNullable<Account['keyIndexList']>
  blocked: string[]
  privacy: [string, string][]
  appState: [string, { version: number; patches: Uint8Array[] }][]
  peers: string[]
}

type DeviceRecord = Pick<Device, 'id' | 'registrationId' | 'identityKey' | 'platform'> &
  Partial<Pick<Device, 'signedPreKey' | 'noiseKey' | 'signedIdentity' | 'lastSeenAt'>>

/** An account as text, without its devices. */
export function writeAccount(account: Account): string {
  const { lid, phone, pushName, about, nextDeviceId, disappearingMode, keyIndexList } = account
  const record: AccountRecord = {
    ...{ lid, phone, pushName, about, nextDeviceId, disappearingMode },
    ...(keyIndexList ? { keyIndexList } : {}),
    blocked: [...account.blocked],
    privacy: [...account.privacy],
    appState: [...account.appState],
    peers: [...account.peers].map((peer) => peer.lid),
  }
  return toJson(record)
}

/** Makes the account again; returns the LIDs of its peers, for when they all exist. */
export function readAccount(world: World, text: string): { account: Account; peers: string[] } {
  const record = fromJson<AccountRecord>(text)
  const account = world.createAccount({ lid: record.lid, phone: record.phone, name: record.pushName })
  account.about = record.about
  account.nextDeviceId = record.nextDeviceId
  account.disappearingMode = record.disappearingMode
  account.keyIndexList = record.keyIndexList
  for (const lid of record.blocked) account.blocked.add(lid)
  for (const [name, value] of record.privacy) account.privacy.set(name, value)
  for (const [name, collection] of record.appState) account.appState.set(name, collection)
  return { account, peers: record.peers }
}

/** A device as text, without prekeys and mailbox. */
export function writeDevice(device: Device): string {
  const { id, registrationId, identityKey, platform, signedPreKey, noiseKey, signedIdentity, lastSeenAt } = device
  return toJson({ id, registrationId, identityKey, platform, signedPreKey, noiseKey, signedIdentity, lastSeenAt })
}

/** Puts the device back into its account, without telling anybody. */
export function readDevice(world: World, account: Account, text: string): Device {
  const { id, registrationId, identityKey, platform, lastSeenAt, ...keys } = fromJson<DeviceRecord>(text)
  const { signedPreKey, noiseKey, signedIdentity } = keys
  const device = world.reserveDevice(account, {
    ...{ id, registrationId, identityKey, platform },
    ...(signedPreKey ? { signedPreKey } : {}),
    ...(noiseKey ? { noiseKey } : {}),
    ...(signedIdentity ? { signedIdentity } : {}),
  })
  device.lastSeenAt = lastSeenAt
  account.devices.set(id, device)
  return device
}

export function writePreKeys(device: Device): string {
  return toJson(device.preKeys.list())
}
