import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { SendError } from '@switchboard/engine'
import { linked, newHost, open, sendText } from '@switchboard/engine/contract'
import { type SandboxHarness, sandboxHarness } from './testing/sandbox-harness.ts'

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
