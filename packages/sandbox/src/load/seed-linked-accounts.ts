import { randomBytes } from 'node:crypto'
import { generateKeyPair, generateRegistrationId, generateSignedPreKey, type KeyPair } from '@switchboard/signal'
import type { Sandbox } from '../driver/sandbox.ts'
import { countersignIdentity, issueDeviceIdentity } from '../phone/linking/adv-authority.ts'
import type { Phone } from '../phone/phone.ts'
import { formatJid } from '../wire/jid.ts'
import { ADVSignedDeviceIdentity } from '../wire/proto/index.ts'
import type { Device } from '../world/account.ts'
import { deviceJid } from '../world/address.ts'
import type { SeededAccount } from './seeded-account.ts'

export interface SeedOptions {
  /** One-time prekeys of each companion; 30 when absent. */
  preKeys?: number
  /** Push names are this and a number; `Seeded` when absent. */
  name?: string
}

/** Makes `count` accounts, each with a phone in this process and one companion that is linked already, so that many sessions start in
 *  seconds. Yields to the event loop now and then: a server in the same process can still answer. */
export async function seedLinkedAccounts(
  sandbox: Sandbox,
  count: number,
  options: SeedOptions = {},
): Promise<SeededAccount[]> {
  const { preKeys = 30, name = 'Seeded' } = options
  const accounts: SeededAccount[] = []
  for (let n = 0; n < count; n++) {
    accounts.push(seed(sandbox, await sandbox.phone({ name: `${name} ${n + 1}` }), preKeys))
    if (n % 20 === 19) await new Promise((resolve) => setImmediate(resolve))
  }
  return accounts
}

function seed(sandbox: Sandbox, phone: Phone, preKeyCount: number): SeededAccount {
  const noiseKey = generateKeyPair()
  const identityKey = generateKeyPair()
  const signedPreKey = generateSignedPreKey(identityKey, 1)
  const registrationId = generateRegistrationId()
  const advSecret = new Uint8Array(randomBytes(32))
  const account = sign(sandbox, phone, identityKey, advSecret)
  const device = sandbox.world.addDevice(phone.account, {
    ...{ registrationId, identityKey: identityKey.publicKey, noiseKey: noiseKey.publicKey, platform: 'android' },
    signedPreKey: { keyId: 1, publicKey: signedPreKey.keyPair.publicKey, signature: signedPreKey.signature },
    signedIdentity: ADVSignedDeviceIdentity.encode({ ...account, accountSignatureKey: new Uint8Array(0) }),
  })
  phone.account.keyIndexList = phone.linker.keyIndexList()
  phone.assumeSettled(device)
  return {
    ...{ phone, noiseKey, identityKey, signedPreKey, registrationId, advSecret, account },
    jid: formatJid(deviceJid(device, 'pn')),
    lid: formatJid(deviceJid(device, 'lid')),
    pushName: phone.account.pushName,
    preKeys: stock(device, preKeyCount),
    appStateKey: phone.keys.appStateKey,
  }
}

function sign(sandbox: Sandbox, phone: Phone, companion: KeyPair, advSecret: Uint8Array): SeededAccount['account'] {
  const issued = issueDeviceIdentity(phone.keys.identity, {
    rawId: phone.keys.advRawId,
    keyIndex: phone.account.nextDeviceId,
    timestampSeconds: sandbox.world.seconds(),
    companionIdentity: companion.publicKey,
    advSecret,
  })
  const { details, accountSignatureKey, accountSignature, deviceSignature } = countersignIdentity(
    issued.hmacIdentity,
    companion,
  )
  if (!details || !accountSignatureKey || !accountSignature || !deviceSignature)
    throw new Error('an issued identity is incomplete')
  return { details, accountSignatureKey, accountSignature, deviceSignature }
}

function stock(device: Device, count: number): SeededAccount['preKeys'] {
  const made = Array.from({ length: count }, (_, index) => ({ keyId: index + 1, keyPair: generateKeyPair() }))
  device.preKeys.add(made.map(({ keyId, keyPair }) => ({ keyId, publicKey: keyPair.publicKey })))
  return made
}
