import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withLinkedDevice } from './steps/with-device.ts'

interface Made {
  readonly jid: string
  readonly results: readonly { readonly result: string }[]
}

/** A gateway is killed while it makes a group: after WhatsApp made it and before the gateway knows that, or before WhatsApp heard of it. */
describe('a group under an Idempotency-Key, made by a gateway that is killed', () => {
  it('is there once, and the repeat answers with it', { timeout: 180_000 }, async () => {
    await withLinkedDevice({ seed: 4 }, async ({ sandbox, gateway, device, phone }) => {
      const bob = await sandbox.phone({ name: 'Bob' })
      // WhatsApp is asked about Bob only once.
      await device.call('GET', `/devices/me/contacts/${bob.id}/registered`)
      const linked = () => [...phone.account.devices.values()].find(({ id }) => id > 0)!
      const named = (name: string) => sandbox.world.groups.list().filter(({ subject }) => subject.text === name)
      const make = (name: string) =>
        device.call<Made>(
          'POST',
          '/groups',
          { name, participants: [bob.id] },
          { 'idempotency-key': name.replaceAll(' ', '-') },
        )

      for (const moment of ['after WhatsApp made it', 'before WhatsApp heard of it'] as const) {
        const jid = `${phone.account.phone}:${linked().id}@s.whatsapp.net`
        const before = sandbox.world.log.since(0).at(-1)?.cursor ?? 0
        const isMade = moment === 'after WhatsApp made it'
        const stop = sandbox.world.log.subscribe(({ type }) => {
          // From here on the answer cannot reach the gateway.
          if (isMade && type === 'group.created') {
            void sandbox.fault.apply({ device: jid, action: { kind: 'partition' } })
          }
        })
        if (!isMade) {
          const drop = { direction: 'in', tag: 'iq', xmlns: 'w:g2', action: { kind: 'drop' } } as const
          await sandbox.fault.apply({ device: jid, ...drop })
        }
        const lost = make(moment).catch((error: unknown) => error)
        if (isMade) await sandbox.world.log.until(({ type }) => type === 'group.created', 60_000, before)
        // What is armed is over when the request is lost.
        else while (sandbox.fault.list().length > 0) await new Promise((resolve) => setTimeout(resolve, 20))
        stop()
        await gateway.kill9()
        assert.ok((await lost) instanceof Error, 'the request got an answer')
        assert.equal(named(moment).length, isMade ? 1 : 0)
        sandbox.fault.clear()
        await gateway.start()
        await device.connected()
        const repeat = await make(moment)
        assert.equal(repeat.status, 200, JSON.stringify(repeat.body))
        const [group, ...more] = named(moment)
        assert.deepEqual([more.length, repeat.body.data.jid], [0, `${group?.id}@g.us`])
        assert.deepEqual((await make(moment)).body.data, repeat.body.data)
        assert.ok(group?.participants.has(bob.lid.replace('@lid', '')))
      }
    })
  })
})
