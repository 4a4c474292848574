import assert from 'node:assert/strict'
import { it } from 'node:test'
import { EngineError } from '../errors.ts'
import type { EngineHarness } from './harness.ts'
import { linked } from './steps.ts'

/** What a session does with channels. */
export function channelsContract(harness: () => EngineHarness): void {
  it('mutes a channel and lets it be heard again, as the phone shows', async () => {
    const { host, session, phone } = await linked(harness(), 'Kira')
    const bob = await harness().phone('Bob')
    const channel = await bob.channels.create('News')
    await phone.channels.follow(channel)
    await session.use('channels').mute(channel, false)
    assert.equal(await phone.channels.isMuted(channel), false)
    await session.use('channels').mute(channel, true)
    assert.equal(await phone.channels.isMuted(channel), true)
    const told = await host.untilItem('channel_change', ({ change }) => change.type === 'muted' && change.value)
    assert.deepEqual([told.channel, told.change.type], [channel, 'muted'])
    await session.close()
  })

  it('says with its code that WhatsApp knows no such channel', async () => {
    const { session } = await linked(harness(), 'Karl')
    await assert.rejects(
      session.use('channels').mute('120363000000000001@newsletter', true),
      (error) => error instanceof EngineError && error.code === 'refused' && error.remoteCode === 404,
    )
    await session.close()
  })
}
