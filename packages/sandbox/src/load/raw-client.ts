import { once } from 'node:events'
import { generateKeyPair, type KeyPair } from '@switchboard/signal'
import { WebSocket } from 'ws'
import { SecureChannel } from '../server/secure-channel.ts'
import { FrameReader, frame, intro } from '../wire/frames.ts'
import { serverJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import { textAttr } from '../wire/node-access.ts'
import { NoiseState } from '../wire/noise-state.ts'
import { ClientPayload, HandshakeMessage } from '../wire/proto/index.ts'

/** What a client needs to log in: part of what seeding an account gives. */
export interface RawCredentials {
  /** `number:device@s.whatsapp.net` */
  readonly jid: string
  readonly noiseKey: KeyPair
}

/** The least of a client: logs in, says that it is active, acknowledges all that it is sent, and decrypts nothing. For load, and for tests that
 *  must send what no real client would. */
export class RawClient {
  readonly socket: WebSocket
  /** Called with every stanza after the login. */
  onStanza: (node: WireNode) => void = () => {}
  readonly #frames: FrameReader
  readonly #inbox: Uint8Array[] = []
  #wake: () => void = () => {}
  #channel: SecureChannel | undefined
  #loggedIn = false

  private constructor(socket: WebSocket) {
    this.socket = socket
    this.#frames = new FrameReader({ intro: false })
    socket.on('message', (data: Buffer) => {
      for (const bytes of this.#frames.push(data)) this.#take(Uint8Array.from(bytes))
    })
    socket.on('close', () => this.#wake())
    socket.on('error', () => {})
  }

  /** Connects and logs in. @throws Error when the server refuses or goes away */
  static async connect(url: string, credentials: RawCredentials): Promise<RawClient> {
    const client = new RawClient(new WebSocket(url, { perMessageDeflate: false }))
    await once(client.socket, 'open')
    await client.#shakeHands(credentials)
    const first = client.#channel!.receive(await client.#next())
    if (first.tag !== 'success') throw new Error(`the login was answered with ${first.tag}`)
    client.#loggedIn = true
    for (const bytes of client.#inbox.splice(0)) client.#receive(bytes)
    client.send({
      tag: 'iq',
      attrs: { id: 'active', to: serverJid, xmlns: 'passive', type: 'set' },
      content: [{ tag: 'active', attrs: {} }],
    })
    return client
  }

  send(node: WireNode): void {
    this.#channel?.send(node)
  }

  /** Sends bytes in the place of an encoded stanza. */
  sendPlain(bytes: Uint8Array): void {
    this.#channel?.sendPlain(bytes)
  }

  close(): void {
    this.socket.terminate()
  }

  async #shakeHands({ jid, noiseKey }: RawCredentials): Promise<void> {
    const state = new NoiseState()
    const ephemeral = generateKeyPair()
    state.authenticate(intro)
    state.authenticate(ephemeral.publicKey)
    const hello = HandshakeMessage.encode({ clientHello: { ephemeral: ephemeral.publicKey } })
    this.socket.send(Buffer.concat([intro, frame(hello)]))
    const answer = HandshakeMessage.decode(await this.#next()).serverHello ?? {}
    const theirs = answer.ephemeral ?? new Uint8Array(0)
    state.authenticate(theirs)
    state.mixKeys(ephemeral.privateKey, theirs)
    state.mixKeys(ephemeral.privateKey, state.decrypt(answer.static ?? new Uint8Array(0)))
    state.decrypt(answer.payload ?? new Uint8Array(0))
    const sealed = state.encrypt(noiseKey.publicKey)
    state.mixKeys(noiseKey.privateKey, theirs)
    const [user = '', device = '0'] = jid.replace(/@.*/, '').split(':')
    const payload = ClientPayload.encode({ username: Number(user), device: Number(device), passive: true, pull: true })
    const finish = HandshakeMessage.encode({ clientFinish: { static: sealed, payload: state.encrypt(payload) } })
    const [sendKey, receiveKey] = state.split()
    this.#channel = new SecureChannel({ sendKey, receiveKey }, (bytes) => this.socket.send(bytes))
    this.socket.send(frame(finish))
  }

  #take(bytes: Uint8Array): void {
    if (this.#loggedIn) {
      this.#receive(bytes)
      return
    }
    this.#inbox.push(bytes)
    this.#wake()
  }

  async #next(): Promise<Uint8Array> {
    while (this.#inbox.length === 0) {
      if (this.socket.readyState !== this.socket.OPEN) throw new Error('the server went away')
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#inbox.shift()!
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#channel) return
    const node = this.#channel.receive(bytes)
    const ack = acknowledgement(node)
    if (ack) this.send(ack)
    this.onStanza(node)
  }
}

/** What a client says to a stanza so that it is not sent again. */
function acknowledgement(node: WireNode): WireNode | undefined {
  const { from, participant } = node.attrs
  const id = textAttr(node, 'id')
  if (id === undefined || from === undefined) return undefined
  const sender = participant === undefined ? {} : { participant }
  if (node.tag === 'message') return { tag: 'receipt', attrs: { id, to: from, ...sender } }
  if (!['receipt', 'notification', 'call'].includes(node.tag)) return undefined
  const type = textAttr(node, 'type')
  return { tag: 'ack', attrs: { id, class: node.tag, to: from, ...sender, ...(type === undefined ? {} : { type }) } }
}
