import type { Account, Device } from '../world/account.ts'
import type { World } from '../world/world.ts'
import type { PhoneKeys } from './phone-keys.ts'

/** Makes the public halves of a phone's keys known as those of the account's device 0. */
export function registerPhone(
  world: World,
  account: Account,
  { registrationId, identity, signedPreKey }: PhoneKeys,
): Device {
  const { keyId, keyPair, signature } = signedPreKey
  return world.addDevice(account, {
    id: 0,
    registrationId,
    identityKey: identity.publicKey,
    signedPreKey: { keyId, publicKey: keyPair.publicKey, signature },
    platform: 'android',
  })
}
