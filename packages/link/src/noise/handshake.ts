import type { KeyPair } from '@switchboard/signal'
import { LinkError } from '../link-error.ts'
import { HandshakeMessage } from '../proto/messages.ts'
import { checkCertificate } from './certificate.ts'
import { intro } from './intro.ts'
import { SymmetricState } from './symmetric-state.ts'

export interface HandshakeParts {
  /** Of the device. */
  readonly noiseKey: KeyPair
  /** Of this connection alone. */
  readonly ephemeral: KeyPair
  /** Public key that signs the certificates of servers. */
  readonly root: Uint8Array
  /** The server's key as an earlier connection proved it: with one the handshake takes one round. */
  readonly knownServer?: Uint8Array | undefined
  /** The client payload, as bytes. */
  readonly payload: Uint8Array
  /** Unix ms. */
  now(): number
}

export interface HandshakeEnd {
  /** What remains to be sent; nothing after a resumed handshake. */
  readonly finish?: Uint8Array
  readonly sendKey: Uint8Array
  readonly receiveKey: Uint8Array
  /** The key that the server proved. */
  readonly serverKey: Uint8Array
}

type ServerHello = NonNullable<ReturnType<typeof HandshakeMessage.decode>['serverHello']>

/**
 * The client's side of the handshake. Noise XX: hello out, hello in, finish out. With a server that is known Noise IK: hello out, hello in. A server that
 * has another key by now answers such a hello in Noise XXfallback, which continues like XX.
 * XX seen in: baileys noise-handler.js, whatsmeow handshake.go. IK and XXfallback seen in: zapo WaNoiseSession.ts.
 */
export class Handshake {
  readonly #parts: HandshakeParts
  #resuming: SymmetricState | undefined

  constructor(parts: HandshakeParts) {
    const { publicKey, privateKey } = parts.noiseKey
    // Node's handle on a key lives as long as the array that it was made from; this one is not needed behind the handshake.
    this.#parts = { ...parts, noiseKey: { publicKey, privateKey: Uint8Array.from(privateKey) } }
  }

  /** The first message. */
  hello(): Uint8Array {
    const { ephemeral, knownServer, noiseKey, payload } = this.#parts
    if (!knownServer) return HandshakeMessage.encode({ clientHello: { ephemeral: ephemeral.publicKey } })
    const state = new SymmetricState('IK')
    this.#resuming = state
    state.authenticate(intro)
    state.authenticate(knownServer)
    state.authenticate(ephemeral.publicKey)
    state.mixKeys(ephemeral.privateKey, knownServer)
    const sealedKey = state.encrypt(noiseKey.publicKey)
    state.mixKeys(noiseKey.privateKey, knownServer)
    const clientHello = { ephemeral: ephemeral.publicKey, static: sealedKey, payload: state.encrypt(payload) }
    return HandshakeMessage.encode({ clientHello })
  }

  /** Takes the server's hello. @throws LinkError `malformed`, `untrusted` */
  answer(frame: Uint8Array): HandshakeEnd {
    const { serverHello } = decoded(frame)
    if (serverHello?.ephemeral?.length !== 32 || !serverHello.payload)
      throw new LinkError('malformed', 'the server sent no hello')
    if (this.#resuming && !serverHello.static) return this.#resumed(this.#resuming, serverHello)
    return this.#full(new SymmetricState(this.#resuming ? 'XXfallback' : 'XX'), serverHello)
  }

  #resumed(state: SymmetricState, hello: ServerHello): HandshakeEnd {
    const { ephemeral, noiseKey, knownServer } = this.#parts
    state.authenticate(hello.ephemeral!)
    state.mixKeys(ephemeral.privateKey, hello.ephemeral!)
    state.mixKeys(noiseKey.privateKey, hello.ephemeral!)
    this.#check(state.decrypt(hello.payload!), knownServer!)
    return { ...keysOf(state), serverKey: knownServer! }
  }

  #full(state: SymmetricState, hello: ServerHello): HandshakeEnd {
    const { ephemeral, noiseKey, payload } = this.#parts
    state.authenticate(intro)
    state.authenticate(ephemeral.publicKey)
    state.authenticate(hello.ephemeral!)
    state.mixKeys(ephemeral.privateKey, hello.ephemeral!)
    const serverKey = Uint8Array.from(state.decrypt(hello.static ?? new Uint8Array()))
    state.mixKeys(ephemeral.privateKey, serverKey)
    this.#check(state.decrypt(hello.payload!), serverKey)
    const sealedKey = state.encrypt(noiseKey.publicKey)
    state.mixKeys(noiseKey.privateKey, hello.ephemeral!)
    const clientFinish = { static: sealedKey, payload: state.encrypt(payload) }
    return { finish: HandshakeMessage.encode({ clientFinish }), ...keysOf(state), serverKey }
  }

  #check(chain: Uint8Array, serverKey: Uint8Array): void {
    checkCertificate(chain, serverKey, this.#parts.root, this.#parts.now())
  }
}

function keysOf(state: SymmetricState): { sendKey: Uint8Array; receiveKey: Uint8Array } {
  const [sendKey, receiveKey] = state.split()
  return { sendKey, receiveKey }
}

function decoded(frame: Uint8Array) {
  try {
    return HandshakeMessage.decode(frame)
  } catch (error) {
    throw new LinkError('malformed', 'the server sent no handshake', { cause: error })
  }
}
