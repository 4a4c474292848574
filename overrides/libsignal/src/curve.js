import { agree, generateKeyPair as generateRaw, prefixed, sign, unprefixed, verify } from '@switchboard/signal'

/** A fresh X25519 pair: `pubKey` as 33 bytes behind 0x05, `privKey` as 32. */
export function generateKeyPair() {
  const { publicKey, privateKey } = generateRaw()
  return { pubKey: Buffer.from(prefixed(publicKey)), privKey: Buffer.from(privateKey) }
}

/** The X25519 shared secret, 32 bytes. The public key may come with its 0x05 or without. */
export function calculateAgreement(pubKey, privKey) {
  return Buffer.from(agree(privKey, unprefixed(pubKey)))
}

/** An XEdDSA signature, 64 bytes. */
export function calculateSignature(privKey, message) {
  return Buffer.from(sign(privKey, message))
}

/**
 * True for a valid signature; throws for any other.
 *
 * Baileys' `Curve.verify` (lib/Utils/crypto.js) takes every return for a yes and only a throw for a no, so an answer of `false`
 * would let forged noise certificates and account signatures pass. Its one caller that reads the answer throws on `false` itself.
 */
export function verifySignature(pubKey, message, signature) {
  if (!verify(unprefixed(pubKey), message, signature)) throw new Error('Invalid signature')
  return true
}
