import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import {
  Curve,
  configureSuccessfulPairing,
  hmacSign,
  makeNoiseHandler,
  NOISE_WA_HEADER,
  proto,
  WA_CERT_DETAILS,
} from 'baileys'
import { verifySignature } from 'libsignal/src/curve.js'
import { bundleOf, makeRepository } from './repository.js'

const logger = { child: () => logger, level: 'silent', trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const { Details } = proto.CertChain.NoiseCertificate
const FORGED = randomBytes(64)

// Our own root in place of WhatsApp's, for this process: only then can the test make certificates that are genuine.
const root = Curve.generateKeyPair()
WA_CERT_DETAILS.PUBLIC_KEY = root.public

describe("baileys' Curve.verify", () => {
  it('accepts a true signature, for keys of 32 and of 33 bytes', () => {
    const { private: privateKey, public: publicKey } = Curve.generateKeyPair()
    const message = Buffer.from('message')
    const signature = Curve.sign(privateKey, message)
    assert.equal(Curve.verify(publicKey, message, signature), true)
    assert.equal(Curve.verify(Buffer.concat([Buffer.of(5), publicKey]), message, signature), true)
    assert.equal(verifySignature(publicKey, message, signature), true)
  })

  it('refuses every other', () => {
    const { private: privateKey, public: publicKey } = Curve.generateKeyPair()
    const message = Buffer.from('message')
    const signature = Curve.sign(privateKey, message)
    assert.equal(Curve.verify(publicKey, Buffer.from('another'), signature), false)
    assert.equal(Curve.verify(Curve.generateKeyPair().public, message, signature), false)
    assert.equal(Curve.verify(publicKey, message, FORGED), false)
    assert.equal(Curve.verify(publicKey, message, Buffer.alloc(0)), false)
  })
})

/** The handshake up to the client's verdict on the server's certificates. */
function shakeHands({ intermediateSigner = root.private, leafSignature } = {}) {
  const [client, ephemeral, identity, intermediate] = Array.from({ length: 4 }, () => Curve.generateKeyPair())
  const certificate = (details, sign) => ({ details, signature: sign(details) })
  const intermediateDetails = Details.encode({ serial: 1, issuerSerial: 0, key: intermediate.public }).finish()
  const leafDetails = Details.encode({ serial: 2, issuerSerial: 1, key: identity.public }).finish()
  const chain = proto.CertChain.encode({
    intermediate: certificate(intermediateDetails, (details) => Curve.sign(intermediateSigner, details)),
    leaf: certificate(leafDetails, (details) => leafSignature ?? Curve.sign(intermediate.private, details)),
  }).finish()

  // The same state machine serves as the server's side, which mixes the same secrets.
  const server = makeNoiseHandler({ keyPair: { public: client.public }, NOISE_HEADER: NOISE_WA_HEADER, logger })
  server.authenticate(ephemeral.public)
  server.mixIntoKey(Curve.sharedKey(ephemeral.private, client.public))
  const encryptedStatic = server.encrypt(identity.public)
  server.mixIntoKey(Curve.sharedKey(identity.private, client.public))
  const serverHello = { ephemeral: ephemeral.public, static: encryptedStatic, payload: server.encrypt(chain) }

  const noise = makeNoiseHandler({ keyPair: client, NOISE_HEADER: NOISE_WA_HEADER, logger })
  return noise.processHandshake({ serverHello }, Curve.generateKeyPair())
}

describe('the Noise handshake of baileys', () => {
  it('accepts certificates that lead to the root', () => {
    assert.equal(shakeHands().length, 48)
  })

  it('refuses an intermediate certificate that the root did not sign', () => {
    const intermediateSigner = Curve.generateKeyPair().private
    assert.throws(() => shakeHands({ intermediateSigner }), /intermediate certificate signature invalid/)
  })

  it('refuses a leaf certificate that the intermediate did not sign', () => {
    assert.throws(() => shakeHands({ leafSignature: FORGED }), /certificate signature invalid/)
  })
})

/** What baileys makes of a `pair-success` whose account signature is made by `sign`. */
function pair(sign) {
  const account = Curve.generateKeyPair()
  const signedIdentityKey = Curve.generateKeyPair()
  const advSecretKey = randomBytes(32)
  const device = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: 1, keyIndex: 1 }).finish()
  const signed = Buffer.concat([Buffer.of(6, 0), device, signedIdentityKey.public])
  const details = proto.ADVSignedDeviceIdentity.encode({
    details: device,
    accountSignatureKey: account.public,
    accountSignature: sign(account.private, signed),
  }).finish()
  const envelope = { details, hmac: hmacSign(details, advSecretKey) }
  const content = [
    { tag: 'device-identity', attrs: {}, content: proto.ADVSignedDeviceIdentityHMAC.encode(envelope).finish() },
    { tag: 'platform', attrs: { name: 'android' } },
    { tag: 'device', attrs: { jid: '1:1@s.whatsapp.net', lid: '2:1@lid' } },
  ]
  const stanza = { tag: 'iq', attrs: { id: '1' }, content: [{ tag: 'pair-success', attrs: {}, content }] }
  return configureSuccessfulPairing(stanza, { advSecretKey: advSecretKey.toString('base64'), signedIdentityKey })
}

describe('pairing in baileys', () => {
  it('accepts an account signature by the account', () => {
    assert.equal(pair(Curve.sign).creds.me.id, '1:1@s.whatsapp.net')
  })

  it('refuses a forged account signature', () => {
    assert.throws(() => pair(() => FORGED), /Failed to verify account signature/)
    assert.throws(() => pair((_, signed) => Curve.sign(Curve.generateKeyPair().private, signed)), /Failed to verify/)
  })
})

describe('starting a session in baileys', () => {
  it('refuses a signed prekey that the identity did not sign, and keeps no session', async () => {
    const [us, peer] = [makeRepository('baileys'), makeRepository('baileys')]
    const genuine = bundleOf(peer)
    const session = { ...genuine, signedPreKey: { ...genuine.signedPreKey, signature: FORGED } }
    await assert.rejects(us.repository.injectE2ESession({ jid: peer.jid, session }), /not signed by the identity key/)
    assert.equal((await us.repository.validateSession(peer.jid)).exists, false)
    await us.repository.injectE2ESession({ jid: peer.jid, session: genuine })
    assert.equal((await us.repository.validateSession(peer.jid)).exists, true)
  })
})
