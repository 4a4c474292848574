import { type AssertionFlaw, type AssertionJson, signChallenge } from '../../world/passkeys/authenticator.ts'
import { type NewPasskey, newPasskey, type Passkey } from '../../world/passkeys/passkey.ts'
import { NotThere } from '../not-there.ts'
import type { PhoneContext } from '../phone-context.ts'

/** The passkey of a phone's account. While there is one, WhatsApp asks for it before a companion is linked. */
export class PhonePasskey {
  readonly #ctx: Pick<PhoneContext, 'account' | 'world' | 'note'>

  constructor(ctx: Pick<PhoneContext, 'account' | 'world' | 'note'>) {
    this.#ctx = ctx
  }

  /** Makes one, in place of the one before. */
  make(wish: NewPasskey = {}): Passkey {
    const { account, world } = this.#ctx
    const passkey = newPasskey(world.random, wish)
    account.passkey = passkey
    world.log.append('account.passkey', { phone: account.phone, rpId: passkey.rpId })
    return passkey
  }

  /** Links without one from now on. */
  remove(): void {
    const { account, world } = this.#ctx
    account.passkey = undefined
    world.log.append('account.passkey', { phone: account.phone })
  }

  /** The person puts a finger on the authenticator. @param challenge base64url, as a companion hands it on. @throws NotThere without a passkey */
  sign(challenge: string, flaw?: AssertionFlaw): AssertionJson {
    const { passkey } = this.#ctx.account
    if (!passkey) throw new NotThere('this account has no passkey')
    return signChallenge(passkey, challenge, flaw)
  }
}
