import { generateKeyPair, type KeyPair, sign } from '@switchboard/signal'
import { intro } from '../noise/intro.ts'
import { SymmetricState } from '../noise/symmetric-state.ts'
import { CertChain, CertificateDetails, HandshakeMessage } from '../proto/messages.ts'

const now = () => Math.floor(Date.now() / 1000)

export interface ChainWishes {
  readonly leafKey?: Uint8Array
  readonly leafIssuer?: number
  readonly rootSerial?: number
  /** Unix seconds. */
  readonly notBefore?: number
  readonly notAfter?: number
}

/** A chain of certificates for a server's key, right in all but what is wished otherwise. */
export function certificateChain(root: KeyPair, serverKey: Uint8Array, wishes: ChainWishes = {}): Uint8Array {
  const { notBefore = now() - 60, notAfter = now() + 3600, rootSerial = 0, leafIssuer = 7 } = wishes
  const window = { notBefore, notAfter }
  const issuer = generateKeyPair()
  const upper = CertificateDetails.encode({ serial: 7, issuerSerial: rootSerial, key: issuer.publicKey, ...window })
  const key = wishes.leafKey ?? serverKey
  const lower = CertificateDetails.encode({ serial: 8, issuerSerial: leafIssuer, key, ...window })
  return CertChain.encode({
    intermediate: { details: upper, signature: sign(root.privateKey, upper) },
    leaf: { details: lower, signature: sign(issuer.privateKey, lower) },
  })
}

/** What a server knows when a handshake is over. */
export interface ServerSide {
  readonly reply: Uint8Array
  /** Of a resumed handshake, which needs no finish. */
  readonly payload?: Uint8Array
  /** Takes the client's finish, in a full handshake. */
  finish(frame: Uint8Array): Uint8Array
  /** First the client's, then the server's. */
  keys(): [Uint8Array, Uint8Array]
}

/** The server's answer to the hello of a full handshake, or of one that falls back to it. */
export function answerFull(
  hello: Uint8Array,
  serverKey: KeyPair,
  chain: Uint8Array,
  pattern: 'XX' | 'XXfallback' = 'XX',
): ServerSide {
  const theirs = HandshakeMessage.decode(hello).clientHello!.ephemeral!
  const ephemeral = generateKeyPair()
  const state = new SymmetricState(pattern)
  state.authenticate(intro)
  state.authenticate(theirs)
  state.authenticate(ephemeral.publicKey)
  state.mixKeys(ephemeral.privateKey, theirs)
  const sealedKey = state.encrypt(serverKey.publicKey)
  state.mixKeys(serverKey.privateKey, theirs)
  const serverHello = { ephemeral: ephemeral.publicKey, static: sealedKey, payload: state.encrypt(chain) }
  return {
    reply: HandshakeMessage.encode({ serverHello }),
    finish(frame) {
      const { clientFinish } = HandshakeMessage.decode(frame)
      state.mixKeys(ephemeral.privateKey, state.decrypt(clientFinish!.static!))
      return state.decrypt(clientFinish!.payload!)
    },
    keys: () => state.split(),
  }
}

/** The server's answer to a hello that resumes. */
export function answerResumed(hello: Uint8Array, serverKey: KeyPair, chain: Uint8Array): ServerSide {
  const client = HandshakeMessage.decode(hello).clientHello!
  const ephemeral = generateKeyPair()
  const state = new SymmetricState('IK')
  state.authenticate(intro)
  state.authenticate(serverKey.publicKey)
  state.authenticate(client.ephemeral!)
  state.mixKeys(serverKey.privateKey, client.ephemeral!)
  const theirs = state.decrypt(client.static!)
  state.mixKeys(serverKey.privateKey, theirs)
  const payload = state.decrypt(client.payload!)
  state.authenticate(ephemeral.publicKey)
  state.mixKeys(ephemeral.privateKey, client.ephemeral!)
  state.mixKeys(ephemeral.privateKey, theirs)
  const serverHello = { ephemeral: ephemeral.publicKey, payload: state.encrypt(chain) }
  return {
    reply: HandshakeMessage.encode({ serverHello }),
    payload,
    finish: () => new Uint8Array(),
    keys: () => state.split(),
  }
}
