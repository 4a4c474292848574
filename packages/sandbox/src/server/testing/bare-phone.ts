import { createHmac } from 'node:crypto'
import {
  generateKeyPair,
  generateRegistrationId,
  generateSignedPreKey,
  type KeyPair,
  sign,
  verify,
} from '@switchboard/signal'
import { ADVDeviceIdentity, ADVSignedDeviceIdentity, ADVSignedDeviceIdentityHMAC } from '../../wire/proto/index.ts'
import type { Account, Device } from '../../world/account.ts'
import type { MailboxEntry } from '../../world/mailbox.ts'
import type { World } from '../../world/world.ts'

/** The least of a phone that server tests need: an account with a device 0, able to link a companion. It decrypts nothing. */
export class BarePhone {
  readonly account: Account
  readonly device: Device
  readonly received: MailboxEntry[] = []
  readonly #world: World
  readonly #identity: KeyPair = generateKeyPair()

  constructor(world: World, name: string) {
    this.#world = world
    this.account = world.createAccount({ name })
    const signed = generateSignedPreKey(this.#identity, 1)
    this.device = world.addDevice(this.account, {
      id: 0,
      registrationId: generateRegistrationId(),
      identityKey: this.#identity.publicKey,
      signedPreKey: { keyId: signed.keyId, publicKey: signed.keyPair.publicKey, signature: signed.signature },
      platform: 'android',
    })
    this.device.mailbox.attach({ deliver: (entry) => this.received.push(entry) })
  }

  /** Links the companion that shows this QR text, and checks what it signed. */
  async scan(qr: string): Promise<Device> {
    const [ref = '', , identityBase64 = '', secretBase64 = ''] = qr.replace(/^.*#/, '').split(',')
    const companion = this.#world.pairing.claim(ref)
    if (!companion) throw new Error('nobody shows that code')
    const identity = Buffer.from(identityBase64, 'base64')
    const keyIndex = this.account.nextDeviceId
    const details = ADVDeviceIdentity.encode({ rawId: 1, timestamp: this.#world.seconds(), keyIndex })
    const signed = ADVSignedDeviceIdentity.encode({
      details,
      accountSignatureKey: this.#identity.publicKey,
      accountSignature: sign(this.#identity.privateKey, Buffer.concat([Buffer.of(6, 0), details, identity])),
    })
    const hmac = createHmac('sha256', Buffer.from(secretBase64, 'base64')).update(signed).digest()
    const answer = await companion.complete(this.account, {
      keyIndex,
      signedIdentityHmac: ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }),
      platform: 'android',
    })
    const { deviceSignature } = ADVSignedDeviceIdentity.decode(answer.signedIdentity)
    const claimed = Buffer.concat([Buffer.of(6, 1), details, identity, this.#identity.publicKey])
    if (!deviceSignature || !verify(identity, claimed, deviceSignature))
      throw new Error('the companion signed something else')
    answer.accept()
    return answer.device
  }
}
