import type { WebSocket } from 'ws'
import { FrameReader, frame } from '../wire/frames.ts'
import type { WireNode } from '../wire/node.ts'
import { WireError } from '../wire/wire-error.ts'
import type { World } from '../world/world.ts'
import { CompanionRegistration } from './companion-registration.ts'
import { login, refuse } from './login.ts'
import { type HandshakeOutcome, NoiseResponder } from './noise-responder.ts'
import { SecureChannel } from './secure-channel.ts'
import type { StreamLink, StreamPhase } from './stream-phase.ts'
import { isOutdated } from './version-rule.ts'

/** A client that has not finished the handshake by then is cut off. */
const handshakeMs = 20_000

/** whatsmeow drops stanzas that it has not handled when the socket closes: a 515 would be lost, and it would never log in.
 *  Clients that handle the last stanza close by themselves. */
const lastWordsMs = 1000

/** One socket of a client, from the first byte to the last: frames, handshake, then the phase that the client asked for. */
export class ClientConnection {
  readonly #world: World
  readonly #socket: WebSocket
  readonly #frames = new FrameReader()
  #responder: NoiseResponder | undefined
  #channel: SecureChannel | undefined
  #phase: StreamPhase | undefined
  #closed = false
  #settle: () => void

  /** @param onSettled called once, when the client has shaken hands or is gone */
  constructor(world: World, socket: WebSocket, certificateChain: Uint8Array, onSettled: () => void = () => {}) {
    this.#world = world
    this.#socket = socket
    this.#responder = new NoiseResponder(world.keys.serverStatic, certificateChain)
    const callOff = world.clock.after(handshakeMs, () => socket.terminate())
    this.#settle = () => {
      callOff()
      onSettled()
      this.#settle = () => {}
    }
    socket.on('message', (data: Buffer) => this.#receive(data))
    socket.on('close', () => this.#onClose())
    socket.on('error', () => socket.terminate())
  }

  close(when?: 'at once'): void {
    if (this.#closed) return
    this.#closed = true
    if (when === 'at once') this.#socket.close()
    else setTimeout(() => this.#socket.close(), lastWordsMs).unref()
  }

  #receive(data: Buffer): void {
    if (this.#closed) return
    try {
      for (const bytes of this.#frames.push(data)) this.#takeFrame(bytes)
    } catch (error) {
      this.#fail(error)
    }
  }

  #takeFrame(bytes: Uint8Array): void {
    if (this.#closed) return
    if (this.#channel) this.#phase?.take(this.#channel.receive(bytes))
    else this.#shakeHands(bytes)
  }

  #shakeHands(bytes: Uint8Array): void {
    const step = this.#responder!.take(bytes)
    if (step.reply) this.#write(frame(step.reply))
    if (step.outcome) this.#open(step.outcome)
  }

  #open(outcome: HandshakeOutcome): void {
    this.#settle()
    this.#responder = undefined
    this.#channel = new SecureChannel(outcome, (sealed) => this.#write(sealed))
    this.#phase = this.#choosePhase(outcome)
  }

  #choosePhase(outcome: HandshakeOutcome): StreamPhase | undefined {
    const link: StreamLink = { send: (node) => this.#send(node), close: (when) => this.close(when) }
    if (isOutdated(this.#world, outcome.payload)) return refuse(link, { reason: 405 })
    const pairing = outcome.payload.devicePairingData
    return pairing
      ? CompanionRegistration.start(this.#world, link, outcome.clientStatic, pairing)
      : login(this.#world, link, outcome)
  }

  #send(node: WireNode): void {
    if (!this.#closed) this.#channel?.send(node)
  }

  #write(bytes: Uint8Array): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(bytes)
  }

  /** A client that does not speak the protocol is cut off; anything else is our own fault and is logged as such. */
  #fail(error: unknown): void {
    const type = error instanceof WireError ? 'wire.error' : 'server.error'
    this.#world.log.append(type, { message: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    this.#closed = true
    this.#socket.terminate()
  }

  #onClose(): void {
    this.#settle()
    this.#closed = true
    this.#phase?.closed()
    this.#phase = undefined
  }
}
