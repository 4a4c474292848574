import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SendError } from '@switchboard/engine'
import { linked, sendText } from '@switchboard/engine/contract'
import { sandboxHarness, storyEngine } from '../testing/sandbox-harness.ts'

describe('a message whose connection closes before its stanza is written', () => {
  for (const link of ['own', 'baileys'] as const) {
    it(`is known not to have left, over the link ${link}`, async (test) => {
      const harness = await sandboxHarness(storyEngine({ link }))
      test.after(async () => {
        await harness.engine.close()
        await harness.close()
      })
      const device = await linked(harness, 'Dana')
      const bob = await harness.phone('Bob')
      await (await sendText(harness, device, bob.jid, 'first')).ack
      let closed: Promise<void> | undefined
      device.host.credentials.beforeSave = (writes) => {
        if (writes.some(({ kind }) => kind === 'session')) closed ??= device.session.close()
      }
      const sending = sendText(harness, device, bob.jid, 'late')
      await assert.rejects(sending, (error) => error instanceof SendError && error.certainty === 'not_sent')
      assert.ok(closed)
      await closed
      assert.deepEqual(
        harness.sandbox
          .findPhone(bob.number)!
          .messages()
          .map(({ text }) => text),
        ['first'],
      )
    })
  }
})
