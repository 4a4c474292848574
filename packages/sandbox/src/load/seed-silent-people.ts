import { generateKeyPair, generateRegistrationId, generateSignedPreKey } from '@switchboard/signal'
import type { Sandbox } from '../driver/sandbox.ts'

/** Makes `count` people who can be written to and never answer: their phones are off for ever and take no memory. Yields to the event loop now and then.
 *  @returns their numbers */
export async function seedSilentPeople(sandbox: Sandbox, count: number): Promise<string[]> {
  const { world } = sandbox
  const numbers: string[] = []
  for (let n = 0; n < count; n++) {
    const identity = generateKeyPair()
    const { keyId, keyPair, signature } = generateSignedPreKey(identity, 1)
    const account = world.createAccount({ name: `Silent ${n + 1}` })
    const device = world.addDevice(account, {
      ...{ id: 0, registrationId: generateRegistrationId(), identityKey: identity.publicKey, platform: 'android' },
      signedPreKey: { keyId, publicKey: keyPair.publicKey, signature },
    })
    device.preKeys.add([{ keyId: 1, publicKey: generateKeyPair().publicKey }])
    numbers.push(account.phone)
    if (n % 20 === 19) await new Promise((resolve) => setImmediate(resolve))
  }
  return numbers
}
