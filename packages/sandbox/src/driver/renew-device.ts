import type { PhoneKeys } from '../phone/phone-keys.ts'
import type { Device } from '../world/account.ts'

/** Registers a phone's new keys in place of the old ones. What companions had agreed on with the old phone is gone, too. */
export function renewDevice(device: Device, keys: PhoneKeys): void {
  const { signedPreKey } = keys
  device.registrationId = keys.registrationId
  device.identityKey = keys.identity.publicKey
  device.signedPreKey = {
    keyId: signedPreKey.keyId,
    publicKey: signedPreKey.keyPair.publicKey,
    signature: signedPreKey.signature,
  }
  device.preKeys.clear()
  device.account.keyIndexList = undefined
  device.account.appState.clear()
}
