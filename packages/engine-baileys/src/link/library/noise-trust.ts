import { AsyncLocalStorage } from 'node:async_hooks'
import { whatsappRoot } from '@switchboard/link'
import { verify } from '@switchboard/signal'
import { Curve, proto, WA_CERT_DETAILS } from 'baileys'

interface HandshakeTrust {
  readonly root: Uint8Array
  /** The last public key that went into an agreement: the server's static key by the time the chain is checked. */
  lastPeerKey?: Uint8Array
  leafSeen: boolean
}

const trust = new AsyncLocalStorage<HandshakeTrust>()

let hardened = false

/** Runs `make`; every handshake that a socket made in it performs must prove `root`. */
export function withNoiseRoot<T>(root: Uint8Array, make: () => T): T {
  harden()
  return trust.run({ root, leafSeen: false }, make)
}

// baileys 7.0.0-rc14 keeps one root for the process, ignores whether signatures verify, and never compares the certified key with
// the one the server used, so a recorded chain would pass (seen in: baileys Utils/noise-handler.js, whatsmeow handshake.go for the checks).
function harden(): void {
  if (hardened) return
  hardened = true
  Object.defineProperty(WA_CERT_DETAILS, 'PUBLIC_KEY', {
    get: () => Buffer.from(trust.getStore()?.root ?? whatsappRoot),
  })
  const agree = Curve.sharedKey
  Curve.sharedKey = (privateKey, publicKey) => {
    const handshake = trust.getStore()
    if (handshake && !handshake.leafSeen) handshake.lastPeerKey = publicKey
    return agree(privateKey, publicKey)
  }
  Curve.verify = (publicKey, message, signature) =>
    verify(withoutPrefix(publicKey), message, signature) && provesPeer(message)
}

const withoutPrefix = (key: Uint8Array): Uint8Array => (key.length === 33 ? key.subarray(1) : key)

// The first signature checked in a handshake is the leaf's.
function provesPeer(signed: Uint8Array): boolean {
  const handshake = trust.getStore()
  if (!handshake || handshake.leafSeen || !handshake.lastPeerKey) return true
  handshake.leafSeen = true
  const { key } = proto.CertChain.NoiseCertificate.Details.decode(signed)
  return key != null && Buffer.compare(key, handshake.lastPeerKey) === 0
}
