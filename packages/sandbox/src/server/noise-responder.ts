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

/** What the server does next in a handshake: answers, knows the client, or both. */
export interface HandshakeStep {
  readonly reply?: Uint8Array
  readonly outcome?: HandshakeOutcome
}

/** The server's side of the handshake. Noise XX: hello in, hello out, finish in. A hello that carries a sealed static key is the resumption that
 *  clients try when they know the server's static key, Noise IK: hello in, hello out. When its seal does not open (they know another key) they are
 *  answered in Noise XXfallback, which continues like XX.
 *  XX: seen in two clients (whatsmeow handshake.go, baileys noise-handler.js). IK and XXfallback: one client (zapo WaNoiseSession.js). */
export class NoiseResponder {
  readonly #serverStatic: KeyPair
  readonly #certificateChain: Uint8Array
  readonly #ephemeral = generateKeyPair()
  /** Set once the hello of an XX handshake was answered. */
  #greeted: NoiseState | undefined

  constructor(serverStatic: KeyPair, certificateChain: Uint8Array) {
    this.#serverStatic = serverStatic
    this.#certificateChain = certificateChain
  }

  /** Takes the next handshake frame.
   *  @throws WireError when the client does not speak the protocol. */
  take(frame: Uint8Array): HandshakeStep {
    const message = decoded(frame)
    if (this.#greeted) return { outcome: finish(this.#greeted, this.#ephemeral, message) }
    const { ephemeral, static: sealedStatic, payload } = message.clientHello ?? {}
    const theirs = key(ephemeral)
    if (!sealedStatic || !payload) return this.#greet(new NoiseState('XX'), theirs)
    return this.#resume(theirs, sealedStatic, payload) ?? this.#greet(new NoiseState('XXfallback'), theirs)
  }

  #greet(state: NoiseState, ephemeral: Uint8Array): HandshakeStep {
    state.authenticate(intro)
    state.authenticate(ephemeral)
    state.authenticate(this.#ephemeral.publicKey)
    state.mixKeys(this.#ephemeral.privateKey, ephemeral)
    const staticKey = state.encrypt(this.#serverStatic.publicKey)
    state.mixKeys(this.#serverStatic.privateKey, ephemeral)
    const payload = state.encrypt(this.#certificateChain)
    this.#greeted = state
    return { reply: serverHello({ ephemeral: this.#ephemeral.publicKey, static: staticKey, payload }) }
  }

  /** Undefined when the client took us for somebody else. */
  #resume(ephemeral: Uint8Array, sealedStatic: Uint8Array, sealedPayload: Uint8Array): HandshakeStep | undefined {
    const state = new NoiseState('IK')
    state.authenticate(intro)
    state.authenticate(this.#serverStatic.publicKey)
    state.authenticate(ephemeral)
    state.mixKeys(this.#serverStatic.privateKey, ephemeral)
    const clientStatic = opened(state, sealedStatic)
    if (!clientStatic) return undefined
    state.mixKeys(this.#serverStatic.privateKey, key(clientStatic))
    const payload = clientPayload(state.decrypt(sealedPayload))
    state.authenticate(this.#ephemeral.publicKey)
    state.mixKeys(this.#ephemeral.privateKey, ephemeral)
    state.mixKeys(this.#ephemeral.privateKey, clientStatic)
    const reply = serverHello({
      ephemeral: this.#ephemeral.publicKey,
      payload: state.encrypt(this.#certificateChain),
    })
    const [receiveKey, sendKey] = state.split()
    return { reply, outcome: { clientStatic: Uint8Array.from(clientStatic), payload, receiveKey, sendKey } }
  }
}

function finish(state: NoiseState, ephemeral: KeyPair, message: HandshakeMessage): HandshakeOutcome {
  const { static: sealedStatic, payload } = message.clientFinish ?? {}
  if (!sealedStatic || !payload) throw new WireError('a handshake without its end')
  const clientStatic = key(state.decrypt(sealedStatic))
  state.mixKeys(ephemeral.privateKey, clientStatic)
  const plain = state.decrypt(payload)
  const [receiveKey, sendKey] = state.split()
  return { clientStatic: Uint8Array.from(clientStatic), payload: clientPayload(plain), receiveKey, sendKey }
}

function serverHello(hello: NonNullable<HandshakeMessage['serverHello']>): Uint8Array {
  return HandshakeMessage.encode({ serverHello: hello })
}

/** Undefined when the bytes were sealed for another key. */
function opened(state: NoiseState, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return state.decrypt(sealed)
  } catch {
    return undefined
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
