import { serverJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import { child, children, contentBytes, textAttr } from '../wire/node-access.ts'
import { type DevicePairingData, DeviceProps } from '../wire/proto/index.ts'
import type { Account, Device } from '../world/account.ts'
import { deviceJid, deviceName } from '../world/address.ts'
import {
  type PairingAnswer,
  type PairingOffer,
  PairingRefused,
  type PasskeyPrologue,
  type PendingCompanion,
} from '../world/pairing.ts'
import type { Passkey } from '../world/passkeys/passkey.ts'
import type { World } from '../world/world.ts'
import { iqError, iqResult } from './answers.ts'
import { type CompanionKeys, companionKeys } from './companion-keys.ts'
import { LinkCodeExchange } from './link-code-exchange.ts'
import { PasskeyExchange } from './passkey-exchange.ts'
import { StanzaError } from './stanza-error.ts'
import { streamEndNode } from './stream-end-node.ts'
import type { StreamLink, StreamPhase } from './stream-phase.ts'

const refCount = 6

interface Waiting {
  readonly id: string
  resolve(signedIdentity: Uint8Array): void
  reject(error: Error): void
}

/** A companion on its way to becoming a device: it gets refs for QR codes, may ask for a link code, is offered an identity by a phone, signs it,
 *  and is restarted. It never gets `<success>`: baileys would take that for a login.
 *  Seen in two clients (whatsmeow pair.go, baileys socket.js and validate-connection.js). */
export class CompanionRegistration implements StreamPhase, PendingCompanion {
  readonly noiseKey: Uint8Array
  readonly identityKey: Uint8Array
  readonly registrationId: number
  readonly signedPreKey: CompanionKeys['signedPreKey']
  readonly deviceProps: Uint8Array
  readonly #world: World
  readonly #link: StreamLink
  readonly #linkCode: LinkCodeExchange
  readonly #passkey: PasskeyExchange
  #waiting: Waiting | undefined

  /** @throws WireError when the pairing data is not complete. */
  static start(world: World, link: StreamLink, noiseKey: Uint8Array, data: DevicePairingData): CompanionRegistration {
    const registration = new CompanionRegistration(world, link, noiseKey, companionKeys(data))
    const refs = Array.from({ length: refCount }, () => `2@${Buffer.from(world.random.bytes(48)).toString('base64')}`)
    world.pairing.offerRefs(refs, registration)
    world.log.append('companion.waiting', { refs })
    const content = refs.map((ref) => ({ tag: 'ref', attrs: {}, content: Buffer.from(ref) }))
    link.send(request(world.random.hex(4), 'set', [{ tag: 'pair-device', attrs: {}, content }], { xmlns: 'md' }))
    return registration
  }

  private constructor(world: World, link: StreamLink, noiseKey: Uint8Array, keys: CompanionKeys) {
    this.#world = world
    this.#link = link
    this.noiseKey = noiseKey
    this.identityKey = keys.identityKey
    this.registrationId = keys.registrationId
    this.signedPreKey = keys.signedPreKey
    this.deviceProps = keys.deviceProps
    this.#linkCode = new LinkCodeExchange(world, link, this)
    this.#passkey = new PasskeyExchange(world, link)
  }

  async complete(account: Account, offer: PairingOffer): Promise<PairingAnswer> {
    if (this.#waiting) throw new PairingRefused(409, 'another phone is linking this companion')
    const device = this.#world.reserveDevice(account, {
      id: offer.keyIndex,
      registrationId: this.registrationId,
      identityKey: this.identityKey,
      signedPreKey: this.signedPreKey,
      noiseKey: this.noiseKey,
      platform: offer.platform,
    })
    if (DeviceProps.decode(this.deviceProps).requireFullSync) device.wantsFullHistory = true
    const signedIdentity = await this.#offerIdentity(device, offer)
    return {
      device,
      signedIdentity,
      accept: (options) => this.#accept(device, signedIdentity, options?.keyIndexList),
      refuse: (code) => this.turnAway(code),
    }
  }

  askPasskey(passkey: Passkey): Promise<PasskeyPrologue> {
    return this.#passkey.ask(passkey)
  }

  turnAway(code: number): void {
    this.#endWith(code)
  }

  /** `<ib><downgrade_webclient/>`: seen in two clients (whatsmeow connectionevents.go handleIB, baileys socket.js). */
  scannedByOldPhone(): void {
    const downgrade: WireNode = { tag: 'downgrade_webclient', attrs: {} }
    this.#link.send({ tag: 'ib', attrs: { from: serverJid }, content: [downgrade] })
  }

  take(node: WireNode): void {
    const type = textAttr(node, 'type')
    if (node.tag !== 'iq') this.#takeOther(node)
    else if (type === 'result' || type === 'error') this.#takeAnswer(node, type)
    else this.#link.send(this.#answer(node))
  }

  closed(): void {
    this.#world.pairing.withdraw(this)
    this.#linkCode.closed()
    this.#passkey.closed()
    this.#waiting?.reject(new PairingRefused(499, 'the companion went away'))
    this.#waiting = undefined
  }

  #offerIdentity(device: Device, offer: PairingOffer): Promise<Uint8Array> {
    const id = this.#world.random.hex(4)
    const names = { jid: deviceJid(device, 'pn'), lid: deviceJid(device, 'lid') }
    const content: WireNode[] = [
      { tag: 'device-identity', attrs: {}, content: offer.signedIdentityHmac },
      { tag: 'device', attrs: names },
      { tag: 'platform', attrs: { name: offer.platform } },
    ]
    if (offer.businessName) content.push({ tag: 'biz', attrs: { name: offer.businessName } })
    const attrs = { t: String(this.#world.seconds()) }
    return new Promise((resolve, reject) => {
      this.#waiting = { id, resolve, reject }
      this.#link.send(request(id, 'set', [{ tag: 'pair-success', attrs: {}, content }], attrs))
    })
  }

  #takeAnswer(node: WireNode, type: 'result' | 'error'): void {
    const waiting = this.#waiting
    if (!waiting || textAttr(node, 'id') !== waiting.id) return
    this.#waiting = undefined
    const signed = contentBytes(child(child(node, 'pair-device-sign'), 'device-identity'))
    if (type === 'result' && signed) waiting.resolve(Uint8Array.from(signed))
    else waiting.reject(refusal(node))
  }

  #accept(device: Device, signedIdentity: Uint8Array, keyIndexList?: { bytes: Uint8Array; timestamp: number }): void {
    device.signedIdentity = signedIdentity
    if (keyIndexList) device.account.keyIndexList = keyIndexList
    this.#world.registerDevice(device)
    this.#world.log.append('linked', { device: deviceName(device) })
    this.#endWith(515)
  }

  #endWith(code: number): void {
    this.#world.pairing.withdraw(this)
    this.#link.send(streamEndNode({ kind: 'code', code })!)
    this.#link.close()
  }

  #answer(node: WireNode): WireNode {
    try {
      const exchange = child(node, 'link_code_companion_reg')
      if (exchange) return iqResult(node, this.#linkCode.take(exchange))
      const passkey = this.#passkey.take(node)
      if (passkey) return iqResult(node, passkey.content)
      if (textAttr(node, 'xmlns') === 'w:p') return iqResult(node)
      this.#world.unhandled.record(
        `registering/${textAttr(node, 'xmlns') ?? ''}/${children(node)[0]?.tag ?? ''}`,
        'unlinked',
      )
      return iqError(node, 501, 'feature-not-implemented')
    } catch (error) {
      if (!(error instanceof StanzaError)) throw error
      return iqError(node, error.code, error.text)
    }
  }

  /** Acknowledgements and session reports ask for nothing; a presence comes from baileys when the push name is set before the restart. */
  #takeOther(node: WireNode): void {
    if (!['ack', 'ib', 'presence'].includes(node.tag))
      this.#world.unhandled.record(`registering/${node.tag}`, 'unlinked')
  }
}

function refusal(node: WireNode): PairingRefused {
  const error = child(node, 'error')
  if (!error) return new PairingRefused(400, 'no device identity in the answer')
  return new PairingRefused(Number(textAttr(error, 'code') ?? 500), textAttr(error, 'text') ?? '')
}

function request(id: string, type: string, content: WireNode[], extra: Record<string, string>): WireNode {
  return { tag: 'iq', attrs: { from: serverJid, type, id, ...extra }, content }
}
