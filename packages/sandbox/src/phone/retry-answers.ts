import type { WireNode } from '../wire/node.ts'
import { child, contentBytes, contentNumber, jidAttr, textAttr } from '../wire/node-access.ts'
import type { Device } from '../world/account.ts'
import { deviceName } from '../world/address.ts'
import type { DirectOutbox } from './direct-outbox.ts'
import { checkIdentityOf } from './linking/adv-authority.ts'
import { type PhoneContext, signalAddress } from './phone-context.ts'
import { readBundle } from './phone-stanzas.ts'

export type Resend = (to: Device, id: string, count: number) => Promise<'sent' | 'unknown'>

/** Answers `<receipt type="retry">`: makes sure of a session that the asking device can read, and sends the message again. */
export class RetryAnswers {
  readonly #ctx: PhoneContext
  readonly #outbox: DirectOutbox

  constructor(ctx: PhoneContext, outbox: DirectOutbox) {
    this.#ctx = ctx
    this.#outbox = outbox
  }

  /** @param resend sends it again where the message came from a group */
  async answer(receipt: WireNode, resend: Resend = (...args) => this.#outbox.resend(...args)): Promise<void> {
    const from = jidAttr(receipt, 'participant') ?? jidAttr(receipt, 'from')
    const device = from && this.#ctx.world.device(from)
    const id = textAttr(receipt, 'id')
    if (!device || !id) return
    const count = Number(textAttr(child(receipt, 'retry'), 'count') ?? '1')
    if (!this.#renewSession(device, receipt, count)) return
    const result = await resend(device, id, count)
    this.#ctx.note('phone.retry_answered', { id, device: deviceName(device), count, result })
  }

  /** False when the keys that came along are forged: nothing is sent then. */
  #renewSession(device: Device, receipt: WireNode, count: number): boolean {
    const { signal } = this.#ctx
    const address = signalAddress(device)
    const keys = child(receipt, 'keys')
    const registration = child(receipt, 'registration')
    if (!keys) {
      const known = signal.registrationIdOf(address)
      const changed = known !== undefined && contentNumber(registration) !== known
      if (changed || count > 1) signal.archive(address)
      return true
    }
    const bundle = readBundle(keys, registration)
    const flaw = bundle ? this.#flawOf(device, keys, bundle.identityKey) : 'keys are incomplete'
    if (flaw || !bundle) return this.#refused(device, flaw ?? '')
    try {
      signal.start(address, bundle)
      return true
    } catch (error) {
      return this.#refused(device, String(error))
    }
  }

  #flawOf(device: Device, keys: WireNode, identityKey: Uint8Array): string | undefined {
    if (Buffer.compare(identityKey, device.identityKey) !== 0) return 'identity key is not the one registered'
    if (device.id === 0) return undefined
    const identity = contentBytes(child(keys, 'device-identity'))
    return identity ? checkIdentityOf(device, identity) : 'a companion sent keys without device-identity'
  }

  #refused(device: Device, flaw: string): false {
    this.#ctx.violation('retry_keys', flaw, device)
    return false
  }
}
