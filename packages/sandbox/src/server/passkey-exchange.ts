import { serverJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import { child, contentBytes, contentText } from '../wire/node-access.ts'
import { PairingRefused, type PasskeyPrologue } from '../world/pairing.ts'
import { assertionFault } from '../world/passkeys/assertion-fault.ts'
import type { Passkey } from '../world/passkeys/passkey.ts'
import type { World } from '../world/world.ts'
import { StanzaError } from './stanza-error.ts'
import type { StreamLink } from './stream-phase.ts'

/** The companion is to notice by itself that its time is over. */
const graceMs = 5_000

/** What the companion sends next, by its tag. */
type Steps = Readonly<Record<string, (node: WireNode) => WireNode[] | undefined>>

/** WhatsApp's part of linking an account that asks for its passkey: it checks what was signed, and carries the rest between companion and phone, which it
 *  cannot read. Seen in one client (whatsmeow pair-passkey.go); how WhatsApp refuses is a guess. */
export class PasskeyExchange {
  readonly #world: World
  readonly #link: StreamLink
  #passkey: Passkey | undefined
  #challenge: Uint8Array = new Uint8Array(0)
  #ref = ''
  readonly #prologue = Promise.withResolvers<PasskeyPrologue>()
  readonly #nonce = Promise.withResolvers<Uint8Array>()
  readonly #request = Promise.withResolvers<Uint8Array>()
  #continued = false
  #callOff: () => void = () => {}

  constructor(world: World, link: StreamLink) {
    this.#world = world
    this.#link = link
    this.#unheard()
  }

  /** Asks the companion for the account's passkey. Rejects with {@link PairingRefused} when it does not come, or does not hold. */
  async ask(passkey: Passkey): Promise<PasskeyPrologue> {
    if (this.#passkey) throw new PairingRefused(409, 'another phone is linking this companion')
    this.#passkey = passkey
    this.#challenge = Uint8Array.from(this.#world.random.bytes(32))
    this.#world.log.append('passkey.required', {})
    const late = () => this.#end(new PairingRefused(408, 'the passkey did not come in time'))
    this.#callOff = this.#world.clock.after(passkey.timeoutMs + graceMs, late)
    this.#notify('passkey_prologue_request', [this.#options()])
    return this.#prologue.promise
  }

  /** Takes a request of the companion; undefined when it is none of these. @throws StanzaError when it is malformed or out of turn */
  take(node: WireNode): { readonly content: WireNode[] | undefined } | undefined {
    const steps: Steps = {
      passkey_request_options: () => [this.#options()],
      ref: () => this.#giveRef(),
      passkey_prologue: (prologue) => this.#takePrologue(prologue),
      companion_nonce: (nonce) => this.#hand(this.#nonce, nonce, this.#continued),
      encrypted_pairing_request: (sealed) => this.#hand(this.#request, sealed, this.#continued),
    }
    for (const [tag, step] of Object.entries(steps)) {
      const found = child(node, tag)
      if (!found) continue
      if (!this.#passkey) throw new StanzaError(400, 'bad-request')
      return { content: step(found) }
    }
    return undefined
  }

  closed(): void {
    this.#callOff()
    this.#reject(new PairingRefused(499, 'the companion went away'))
  }

  #options(): WireNode {
    const { rpId, timeoutMs, credentialId, named } = this.#passkey!
    const credential = {
      id: Buffer.from(credentialId).toString('base64url'),
      type: 'public-key',
      transports: ['internal'],
    }
    const options = {
      challenge: Buffer.from(this.#challenge).toString('base64url'),
      timeout: timeoutMs,
      rpId,
      allowCredentials: named ? [credential] : [],
      userVerification: 'required',
      extensions: {},
    }
    return { tag: 'passkey_request_options', attrs: {}, content: Buffer.from(JSON.stringify(options)) }
  }

  #giveRef(): WireNode[] {
    this.#ref = `2@${Buffer.from(this.#world.random.bytes(32)).toString('base64')}`
    return [{ tag: 'ref', attrs: {}, content: Buffer.from(this.#ref) }]
  }

  #takePrologue(node: WireNode): undefined {
    const payload = contentBytes(child(node, 'prologue_payload'))
    const credentialId = contentBytes(child(node, 'credential_id'))
    const json = contentText(child(node, 'webauthn_assertion'))
    if (!payload || !credentialId || json === undefined) throw new StanzaError(400, 'bad-request')
    const fault = assertionFault(this.#passkey!, this.#challenge, credentialId, json)
    // One answer to a challenge, right or wrong.
    this.#challenge = Uint8Array.from(this.#world.random.bytes(32))
    if (fault) {
      this.#world.log.append('passkey.refused', { fault })
      this.#reject(new PairingRefused(401, fault))
      throw new StanzaError(401, 'not-authorized')
    }
    this.#world.log.append('passkey.proven', {})
    const proof = contentBytes(child(node, 'pairing_handoff_proof'))
    this.#prologue.resolve({
      ref: this.#ref,
      payload: Uint8Array.from(payload),
      ...(proof && { proof: Uint8Array.from(proof) }),
      continue: (primaryIdentity) => this.#continue(primaryIdentity),
      pairingRequest: () => this.#request.promise,
    })
  }

  #continue(primaryIdentity: Uint8Array): Promise<Uint8Array> {
    this.#continued = true
    this.#notify('crsc_continuation', [{ tag: 'primary_ephemeral_identity', attrs: {}, content: primaryIdentity }])
    return this.#nonce.promise
  }

  #hand(to: PromiseWithResolvers<Uint8Array>, node: WireNode, isTurn: boolean): undefined {
    const bytes = contentBytes(node)
    if (!isTurn || !bytes) throw new StanzaError(400, 'bad-request')
    to.resolve(Uint8Array.from(bytes))
  }

  #notify(type: string, content: WireNode[]): void {
    const attrs = { from: serverJid, type, id: this.#world.random.hex(8), t: String(this.#world.seconds()) }
    this.#link.send({ tag: 'notification', attrs, content })
  }

  #end(error: PairingRefused): void {
    this.#reject(error)
    this.#link.close()
  }

  #reject(error: PairingRefused): void {
    for (const { reject } of [this.#prologue, this.#nonce, this.#request]) reject(error)
  }

  /** The phone may have stopped waiting. */
  #unheard(): void {
    for (const { promise } of [this.#prologue, this.#nonce, this.#request]) promise.catch(() => undefined)
  }
}
