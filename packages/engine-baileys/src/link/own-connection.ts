import { EngineError } from '@switchboard/engine'
import {
  type BinaryNode,
  companionFinish,
  companionHello,
  type LinkCode,
  LinkError,
  loginPayload,
  newLinkCode,
  QrCodes,
  refsIn,
  registrationPayload,
  type Stanza,
  Stream,
  type StreamEnd,
} from '@switchboard/link'
import { deviceKeys, keyPairOf } from '../credentials/device-creds.ts'
import { sendAck } from '../inbound/acknowledge.ts'
import { webVersion } from '../whatsapp-endpoints.ts'
import { childBytes, childOf, childrenOf, serverJid } from '../wire/nodes.ts'
import type { Connect, Connection, ConnectionParts } from './connection.ts'
import { settingsRequests } from './settings-requests.ts'

export const connect: Connect = (parts) => new OwnConnection(parts)

/** Our own link (`@switchboard/link`) as a session uses it: what the credentials have to do with it, and what is answered at once. */
class OwnConnection implements Connection {
  readonly #parts: ConnectionParts
  readonly #stream: Stream
  readonly #qrCodes: QrCodes
  #linkCode: LinkCode | undefined
  #greeted = false
  #proven = false

  constructor(parts: ConnectionParts) {
    const { creds, options, agent, clock, listener } = parts
    this.#parts = parts
    this.#qrCodes = new QrCodes({
      keys: () => deviceKeys(creds),
      show: (text, validForMs) => listener.qr({ text, validForMs }),
      expired: () => this.#stream.end({ code: 408, message: 'QR refs attempts ended' }),
    })
    this.#stream = new Stream({
      url: options.endpoints.socketUrl,
      agent,
      noiseRoot: options.endpoints.noiseRoot,
      noiseKey: keyPairOf(creds.noiseKey),
      payload: payloadOf(parts),
      routingInfo: creds.routingInfo,
      knownServer: creds.account && creds.serverKey,
      now: () => clock.now(),
      listener: {
        opened: () => {
          this.#greeted = true
          listener.opened()
        },
        proven: (key) => this.#proves(key),
        heard: () => listener.heard(),
        stanza: (node) => this.#take(node),
        failed: (error) => listener.failed(error),
        ended: (end) => this.#ended(end),
      },
    })
  }

  get isOpen(): boolean {
    return this.#stream.isOpen
  }

  get heardAt(): number {
    return this.#stream.heardAt
  }

  send(stanza: Stanza): Promise<void> {
    return this.#stream.send(stanza).catch(throwAsEngineError)
  }

  query(request: Stanza, timeoutMs?: number): Promise<BinaryNode> {
    return this.#stream.query(request, timeoutMs).catch(throwAsEngineError)
  }

  async requestPairingCode(phone: string): Promise<string> {
    const { creds } = this.#parts
    const ephemeral = keyPairOf(creds.pairingEphemeralKeyPair)
    const linkCode = { code: newLinkCode(), jid: `${phone}@s.whatsapp.net`, ephemeral }
    this.#linkCode = linkCode
    await this.query(await companionHello(linkCode, deviceKeys(creds), this.#stream.nextId())).catch(
      (error: EngineError) => {
        if (error.code !== 'refused') throw error
        throw new EngineError('refused', 'WhatsApp gives no pairing code for this number', {
          ...(error.remoteCode !== undefined && { remoteCode: error.remoteCode }),
          cause: error,
        })
      },
    )
    return linkCode.code
  }

  async takeLinkCode(node: BinaryNode): Promise<void> {
    const { creds } = this.#parts
    if (this.#linkCode && !creds.account) {
      const { request, advSecret } = await companionFinish(
        node,
        this.#linkCode,
        deviceKeys(creds),
        this.#stream.nextId(),
      )
      // What the phone says next is proven by it.
      creds.advSecretKey = Buffer.from(advSecret).toString('base64')
      await this.query(request)
    }
    await sendAck(node, { creds, wire: this })
  }

  stopCodes(): void {
    this.#qrCodes.stop()
  }

  loggedIn(): void {
    this.#qrCodes.stop()
    const { creds, listener } = this.#parts
    for (const { request, answered } of settingsRequests(creds)) {
      this.query(request)
        .then((answer) => {
          if (answered?.(answer)) listener.credsChanged()
        })
        // They only make this client look like others; none of them has to succeed.
        .catch(() => {})
    }
    // A client that comes up is not in the foreground (seen in: baileys chats.js, `markOnlineOnConnect`).
    if (creds.me?.name) this.#sendName('unavailable', creds.me.name)
  }

  rename(name: string): void {
    const { creds, listener } = this.#parts
    creds.me = { ...creds.me!, name }
    this.#sendName(undefined, name)
    listener.credsChanged()
  }

  end(): void {
    this.#qrCodes.stop()
    this.#stream.end({ message: 'ended here' })
  }

  #sendName(type: string | undefined, name: string): void {
    // A name with an @ would be written as an address.
    this.send({ tag: 'presence', attrs: { name: name.replaceAll('@', ''), type } }).catch(() => {})
  }

  #proves(key: Uint8Array): void {
    this.#proven = true
    const { creds, listener } = this.#parts
    if (creds.serverKey && Buffer.compare(creds.serverKey, key) === 0) return
    creds.serverKey = key
    listener.credsChanged()
  }

  #take(node: BinaryNode): void {
    const { creds, listener } = this.#parts
    const child = childrenOf(node)[0]?.tag
    if (node.tag === 'iq' && child === 'pair-device') {
      // Only a device that is not linked yet is asked to show a code.
      if (!creds.account) this.#showCodes(node)
      return
    }
    if (node.tag === 'ib' && child === 'edge_routing') this.#keepRouting(node)
    // What waits is asked for in batches (seen in: baileys socket.js, whatsmeow notification.go).
    if (node.tag === 'ib' && child === 'offline_preview') {
      const batch = { tag: 'offline_batch', attrs: { count: '100' } }
      this.send({ tag: 'ib', attrs: {}, content: [batch] }).catch(() => {})
    }
    listener.stanza(node)
  }

  #showCodes(node: BinaryNode): void {
    this.send({ tag: 'iq', attrs: { to: serverJid, type: 'result', id: node.attrs['id'] } }).catch(() => {})
    this.#qrCodes.start(refsIn(node))
  }

  #keepRouting(node: BinaryNode): void {
    const info = childBytes(childOf(node, 'edge_routing'), 'routing_info')
    if (!info) return
    this.#parts.creds.routingInfo = Buffer.from(info)
    this.#parts.listener.credsChanged()
  }

  #ended(end: StreamEnd): void {
    this.#qrCodes.stop()
    const { creds, listener } = this.#parts
    // A server that does not know how to resume says nothing, and would not next time either (seen in: zapo WaNoiseSession.ts).
    if (this.#greeted && !this.#proven && creds.serverKey) {
      creds.serverKey = undefined
      listener.credsChanged()
    }
    listener.ended(end)
  }
}

function payloadOf({ creds, options }: ConnectionParts): Uint8Array {
  const client = { version: options.version ?? webVersion, name: options.clientName }
  return creds.account && creds.me ? loginPayload(creds.me.id, client) : registrationPayload(deviceKeys(creds), client)
}

function throwAsEngineError(error: unknown): never {
  if (!(error instanceof LinkError)) throw error
  const { code, message, remoteCode } = error
  const known = code === 'refused' || code === 'timeout' ? code : 'closed'
  throw new EngineError(known, message, { cause: error, ...(remoteCode !== undefined && { remoteCode }) })
}
