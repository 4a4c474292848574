import { generateKeyPair, type KeyPair } from '@switchboard/signal'
import { intro } from '../wire/frames.ts'
import { NoiseState } from '../wire/noise-state.ts'
import { ClientPayload, HandshakeMessage } from '../wire/proto/index.ts'
import { WireError } from '../wire/wire-error.ts'

export interface HandshakeOutcome {
  /** Noise static key that the client proved. */
  readonly clientStatic: Uint8Array
  readonly payload: ClientPayload
  readonly receiveKey: Uint8Array
  readonly sendKey: Uint8Array
}

/** The server's side of Noise XX: hello in, hello out, finish in. A client that tries IK (a hello with a static key) is answered as if it had
 *  not, and falls back by itself (zapo) or is cut off when its finish does not open. Seen in two clients (whatsmeow handshake.go, baileys noise-handler.js). */
export class NoiseResponder {
  readonly #serverStatic: KeyPair
  readonly #certificateChain: Uint8Array
  readonly #state = new NoiseState()
  readonly #ephemeral = generateKeyPair()
  #greeted = false

  constructor(serverStatic: KeyPair, certificateChain: Uint8Array) {
    this.#serverStatic = serverStatic
    this.#certificateChain = certificateChain
  }

  /** Takes the next handshake frame: returns the reply to the first, the outcome of the second.
   *  @throws WireError when the client does not speak the protocol. */
  take(frame: Uint8Array): { reply: Uint8Array } | { outcome: HandshakeOutcome } {
    const message = decoded(frame)
    if (this.#greeted) return { outcome: this.#finish(message) }
    this.#greeted = true
    return { reply: this.#greet(message) }
  }

  #greet(message: HandshakeMessage): Uint8Array {
    const ephemeral = key(message.clientHello?.ephemeral)
    const state = this.#state
    state.authenticate(intro)
    state.authenticate(ephemeral)
    state.authenticate(this.#ephemeral.publicKey)
    state.mixKeys(this.#ephemeral.privateKey, ephemeral)
    const staticKey = state.encrypt(this.#serverStatic.publicKey)
    state.mixKeys(this.#serverStatic.privateKey, ephemeral)
    const payload = state.encrypt(this.#certificateChain)
    return HandshakeMessage.encode({
      serverHello: { ephemeral: this.#ephemeral.publicKey, static: staticKey, payload },
    })
  }

  #finish(message: HandshakeMessage): HandshakeOutcome {
    const { static: sealedStatic, payload } = message.clientFinish ?? {}
    if (!sealedStatic || !payload) throw new WireError('a handshake without its end')
    const clientStatic = key(this.#state.decrypt(sealedStatic))
    this.#state.mixKeys(this.#ephemeral.privateKey, clientStatic)
    const opened = this.#state.decrypt(payload)
    const [receiveKey, sendKey] = this.#state.split()
    return { clientStatic: Uint8Array.from(clientStatic), payload: clientPayload(opened), receiveKey, sendKey }
  }
}

function key(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes?.length !== 32) throw new WireError('a key that is not 32 bytes')
  return bytes
}

function decoded(frame: Uint8Array): HandshakeMessage {
  try {
    return HandshakeMessage.decode(frame)
  } catch {
    throw new WireError('not a handshake message')
  }
}

function clientPayload(bytes: Uint8Array): ClientPayload {
  try {
    return ClientPayload.decode(bytes)
  } catch {
    throw new WireError('not a client payload')
  }
}
