import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { Core } from '../sessions/testing/core.ts'

describe('a message that cannot be decrypted', () => {
  let core: Core
  let deviceId: string
  let ana: Phone
  let bob: Phone
  before(async () => {
    core = await Core.start()
    ;({ deviceId, phone: ana } = await core.linked('Ana'))
    bob = await core.sandbox.phone({ name: 'Bob' })
  })
  after(() => core.close())

  const event = (type: string, messageId: string) =>
    core.event(deviceId, type, { where: (payload) => payload['message_id'] === messageId })

  /** Delivers to the device a message of Bob with this id that no key opens. */
  const deliverBroken = (id: string): void => {
    const { world } = core.sandbox
    const from = { user: bob.account.lid, server: 'lid' as const }
    const attrs = { id, type: 'text', t: String(world.seconds()), from }
    const content = [{ tag: 'enc', attrs: { v: '2', type: 'msg' }, content: new Uint8Array(64).fill(0x33) }]
    world
      .device(core.jid(deviceId))!
      .mailbox.append('message', id, { tag: 'message', attrs, content }, world.clock.now())
  }

  it('is told, and not when it repeats one that was read', async () => {
    const read = await bob.send(ana.jid, { text: 'read me' })
    await event('message.received', read.id)
    deliverBroken(read.id)
    deliverBroken('3EB0BROKEN')
    await event('message.undecryptable', '3EB0BROKEN')
    const told = (await core.events(deviceId)).filter(({ type }) => type === 'message.undecryptable')
    assert.deepEqual(
      told.map(({ payload }) => payload['message_id']),
      ['3EB0BROKEN'],
    )
  })
})
