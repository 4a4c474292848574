import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { SendError } from '@switchboard/engine'
import { linked, newHost, open, sendText } from '@switchboard/engine/contract'
import { generateKeyPair, sign } from '@switchboard/signal'
import { proto } from 'baileys-stock'
import { newCreds } from './credentials/device-creds.ts'
import { acceptPairing, UnprovenPairing } from './link/pairing.ts'
import { type SandboxHarness, sandboxHarness } from './testing/sandbox-harness.ts'

/** A `pair-success` as a phone makes it, with what is to be wrong about it. */
function pairSuccess(creds: ReturnType<typeof newCreds>, wrong: { hmacKey?: Buffer; signer?: Uint8Array } = {}) {
  const account = generateKeyPair()
  const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: 1, keyIndex: 1 }).finish()
  const said = Buffer.concat([Buffer.of(6, 0), details, creds.signedIdentityKey.public])
  const signed = proto.ADVSignedDeviceIdentity.encode({
    details,
    accountSignatureKey: account.publicKey,
    accountSignature: sign(wrong.signer ?? account.privateKey, said),
  }).finish()
  const hmacKey = wrong.hmacKey ?? Buffer.from(creds.advSecretKey, 'base64')
  const identity = proto.ADVSignedDeviceIdentityHMAC.encode({
    details: signed,
    hmac: createHmac('sha256', hmacKey).update(signed).digest(),
  }).finish()
  return {
    tag: 'iq',
    attrs: { id: '1', type: 'set', from: '@s.whatsapp.net' },
    content: [
      {
        tag: 'pair-success',
        attrs: {},
        content: [
          { tag: 'device-identity', attrs: {}, content: identity },
          { tag: 'device', attrs: { jid: '49170:1@s.whatsapp.net', lid: '999:1@lid' } },
        ],
      },
    ],
  }
}

describe('a pairing', () => {
  const creds = newCreds()

  it('is accepted when the phone proves that it read our code and vouches for our key', () => {
    const { creds: update } = acceptPairing(pairSuccess(creds), creds)
    assert.equal(update.me?.id, '49170:1@s.whatsapp.net')
  })

  it('is refused with an HMAC under another secret', () => {
    const forged = pairSuccess(creds, { hmacKey: Buffer.alloc(32, 1) })
    assert.throws(
      () => acceptPairing(forged, creds),
      (error) => error instanceof UnprovenPairing && error.text === 'hmac-mismatch',
    )
  })

  it('is refused with an account signature by another key', () => {
    const forged = pairSuccess(creds, { signer: generateKeyPair().privateKey })
    assert.throws(
      () => acceptPairing(forged, creds),
      (error) => error instanceof UnprovenPairing && error.text === 'signature-mismatch',
    )
  })
})

describe('trust on the wire', () => {
  let harness: SandboxHarness
  before(async () => {
    harness = await sandboxHarness()
  })
  after(async () => {
    await harness.engine.close()
    await harness.close()
  })

  it('refuses a certificate chain that the root did not sign', async () => {
    const { noiseRoot } = harness.sandbox.world.keys
    const host = newHost()
    // The server keeps its chain; what we trust is a key that looks the same but for one bit.
    const forged = Uint8Array.from(noiseRoot.publicKey)
    forged[3]! ^= 1
    await open(harness, host, { endpoints: { ...harness.endpoints, noiseRoot: forged } })
    assert.equal((await host.untilFinal()).reason, 'handshake_failed')
  })

  it('lets sessions of two worlds with two roots run in one process, each with its own', async () => {
    const other = await sandboxHarness(harness.engine)
    const [here, there] = await Promise.all([linked(harness, 'Here'), linked(other, 'There')])
    const crossed = newHost()
    await open(harness, crossed, { endpoints: { ...harness.endpoints, noiseRoot: other.endpoints.noiseRoot } })
    assert.equal((await crossed.untilFinal()).reason, 'handshake_failed')
    await Promise.all([here.session.close(), there.session.close()])
    await other.close()
  })

  it('does not send to a device whose signed prekey its identity did not sign', async () => {
    const device = await linked(harness, 'Sam')
    const mallory = await harness.phone('Mallory')
    const { device: phone } = harness.sandbox.findPhone(mallory.number)!
    const signature = phone.signedPreKey?.signature
    assert.ok(signature)
    signature[10]! ^= 1
    const sending = sendText(harness, device, mallory.jid, 'for whom?')
    await assert.rejects(sending, (error) => error instanceof SendError && error.certainty === 'not_sent')
    await device.session.close()
  })
})
