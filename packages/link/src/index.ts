export type { BinaryNode } from './binary-node.ts'
export type { DeviceKeys } from './device-keys.ts'
export { LinkError, type LinkErrorCode } from './link-error.ts'
export { bigEndian, bytesOf, childOf, childrenNamed, childrenOf, serverJid, textOf } from './nodes/contents.ts'
export { decodeStanza } from './nodes/decode.ts'
export { EncodedNodes, encodeStanza } from './nodes/encode.ts'
export type { NodesAhead, Stanza } from './nodes/stanza.ts'
export { whatsappRoot } from './noise/certificate.ts'
export { type AcceptedPairing, acceptPairing, pairingRefusal, UnprovenPairing } from './pairing/accept-pairing.ts'
export { companionFinish, companionHello, type LinkCode, newLinkCode } from './pairing/link-code.ts'
export {
  companionNonce,
  handoffKey,
  type PasskeyHandshake,
  type PrimaryIdentity,
  passkeyOptionsRequest,
  passkeyOptionsText,
  passkeyPrologue,
  primaryIdentityIn,
  refIn,
  refRequest,
  sealedPairing,
  wordOfComparison,
} from './pairing/passkey.ts'
export { QrCodes, qrLifetimesMs, refsIn } from './pairing/qr-codes.ts'
export { type ClientDescription, loginPayload, registrationPayload } from './payload/client-payload.ts'
export { SignedDeviceIdentity } from './proto/messages.ts'
export { type SeenStanza, Stream, type StreamListener, type StreamOptions, stanzaChannel } from './stream/stream.ts'
export type { StreamEnd } from './stream/stream-end.ts'
