import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { EngineHarness } from './harness.ts'
import { linked, sendContent } from './steps.ts'

/** What the other phone makes of each kind of content. */
export function contentContract(harness: () => EngineHarness): void {
  it('sends a place', async () => {
    const device = await linked(harness(), 'Lola')
    const bob = await harness().phone('Bob')
    const place = { latitude: 48.137154, longitude: -11.576124, name: 'Marienplatz', address: 'Munich' }
    const { id } = await sendContent(harness(), device, bob.jid, { type: 'location', ...place })
    const { kind, details } = await bob.has(id)
    assert.deepEqual([kind, details], ['location', { ...place, url: undefined }])
    const beyond = sendContent(harness(), device, bob.jid, { type: 'location', latitude: 90.5, longitude: 0 })
    await assert.rejects(beyond, { code: 'invalid_argument' })
    await device.session.close()
  })
}
