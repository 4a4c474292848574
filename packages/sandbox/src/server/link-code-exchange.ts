import { serverJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import { child, contentBytes, contentText, jidAttr, textAttr } from '../wire/node-access.ts'
import { type CompanionFinish, PairingRefused, type PendingCompanion } from '../world/pairing.ts'
import type { World } from '../world/world.ts'
import { StanzaError } from './stanza-error.ts'
import type { StreamLink } from './stream-phase.ts'

/** `Browser (OS)`: the real server refuses other names (whatsmeow pair-code.go PairPhone). */
const displayName = /^[^()]+ \([^()]+\)$/

/** Linking by an eight-letter code: the companion's hello is kept for the phone, the phone's hello handed to the companion, the companion's finish
 *  to the phone. Seen in two clients (whatsmeow pair-code.go, baileys socket.js requestPairingCode and messages-recv.js). */
export class LinkCodeExchange {
  readonly #world: World
  readonly #link: StreamLink
  readonly #companion: PendingCompanion
  #ref: Uint8Array | undefined
  #finish: PromiseWithResolvers<CompanionFinish> | undefined

  constructor(world: World, link: StreamLink, companion: PendingCompanion) {
    this.#world = world
    this.#link = link
    this.#companion = companion
  }

  /** Takes a `<link_code_companion_reg>`; returns the content of the answer.
   *  @throws StanzaError when it is malformed or out of turn. */
  take(node: WireNode): WireNode[] | undefined {
    const stage = textAttr(node, 'stage')
    if (stage === 'companion_hello') return this.#hello(node)
    if (stage === 'companion_finish') return this.#finished(node)
    throw new StanzaError(400, 'bad-request')
  }

  closed(): void {
    this.#finish?.reject(new PairingRefused(499, 'the companion went away'))
    this.#finish = undefined
  }

  #hello(node: WireNode): WireNode[] {
    const phone = jidAttr(node, 'jid')?.user
    const platformDisplay = contentText(child(node, 'companion_platform_display')) ?? ''
    if (!phone || !displayName.test(platformDisplay)) throw new StanzaError(400, 'bad-request')
    const ref = Buffer.from(`2@${Buffer.from(this.#world.random.bytes(32)).toString('base64')}`)
    this.#ref = ref
    this.#world.pairing.offerCode({
      companion: this.#companion,
      phone,
      ref,
      wrappedCompanionEphemeral: sized(node, 'link_code_pairing_wrapped_companion_ephemeral_pub', 80),
      companionServerAuthKey: sized(node, 'companion_server_auth_key_pub', 32),
      platformId: contentText(child(node, 'companion_platform_id')) ?? '',
      platformDisplay,
      primaryHello: (hello) => this.#primaryHello(hello),
    })
    this.#world.log.append('companion.awaiting-code', { phone, platformDisplay })
    const answer: WireNode = { tag: 'link_code_pairing_ref', attrs: {}, content: ref }
    return [{ tag: 'link_code_companion_reg', attrs: { stage: 'companion_hello' }, content: [answer] }]
  }

  #primaryHello(hello: { wrappedPrimaryEphemeral: Uint8Array; primaryIdentity: Uint8Array }): Promise<CompanionFinish> {
    this.#finish = Promise.withResolvers<CompanionFinish>()
    const content: WireNode[] = [
      { tag: 'link_code_pairing_wrapped_primary_ephemeral_pub', attrs: {}, content: hello.wrappedPrimaryEphemeral },
      { tag: 'primary_identity_pub', attrs: {}, content: hello.primaryIdentity },
      { tag: 'link_code_pairing_ref', attrs: {}, content: this.#ref! },
    ]
    this.#link.send({
      tag: 'notification',
      attrs: {
        from: serverJid,
        type: 'link_code_companion_reg',
        id: this.#world.random.hex(8),
        t: String(this.#world.seconds()),
      },
      content: [{ tag: 'link_code_companion_reg', attrs: { stage: 'primary_hello' }, content }],
    })
    return this.#finish.promise
  }

  #finished(node: WireNode): undefined {
    const ref = contentBytes(child(node, 'link_code_pairing_ref'))
    const bundle = contentBytes(child(node, 'link_code_pairing_wrapped_key_bundle'))
    if (!this.#finish || !bundle || !this.#ref || !ref || !Buffer.from(this.#ref).equals(ref))
      throw new StanzaError(400, 'bad-request')
    const companionIdentity = sized(node, 'companion_identity_public', 32)
    this.#finish.resolve({ wrappedKeyBundle: Uint8Array.from(bundle), companionIdentity, ref: Uint8Array.from(ref) })
    this.#finish = undefined
  }
}

function sized(node: WireNode, tag: string, length: number): Uint8Array {
  const bytes = contentBytes(child(node, tag))
  if (bytes?.length !== length) throw new StanzaError(400, 'bad-request')
  return Uint8Array.from(bytes)
}
