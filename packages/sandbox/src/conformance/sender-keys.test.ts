import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import type { PhoneGroup } from '../phone/groups/phone-group.ts'
import type { Phone } from '../phone/phone.ts'
import type { WireNode } from '../wire/node.ts'
import { conformanceWorld } from './testing/conformance-world.ts'

describe('sender keys, with a stock client', () => {
  const stage = conformanceWorld(23)
  after(() => stage.end())

  /** What a phone hands to the server for a group, as a member would be given it. */
  async function lastSealed(phone: Phone, group: PhoneGroup, text: string): Promise<WireNode> {
    const { world } = await stage.sandbox()
    const { router } = world
    const submit = router.submit.bind(router)
    let sealed: WireNode | undefined
    router.submit = (from, node) => {
      if (from === phone.device && node.tag === 'message') sealed = node
      return submit(from, node)
    }
    await group.send({ text })
    router.submit = submit
    const shared = ((sealed?.content ?? []) as WireNode[]).filter(({ attrs }) => attrs['type'] === 'skmsg')
    const attrs = { id: `copy-${text}`, type: 'text', t: String(world.seconds()), addressing_mode: 'lid' }
    const [user = ''] = group.jid.split('@')
    const from = { user, server: 'g.us' } as const
    const participant = { user: phone.account.lid, server: 'lid' } as const
    return { tag: 'message', attrs: { ...attrs, from, participant }, content: shared }
  }

  it('change when somebody leaves, who can read nothing more even if handed the ciphertext', async () => {
    const caro = await stage.phone('Caro')
    const dora = await stage.phone('Dora')
    const ana = await stage.linked('Ana')
    const { world } = await stage.sandbox()
    const group = await caro.groups.create({ subject: 'Secrets', participants: [ana.phone.jid, dora.jid] })
    await group.send({ text: 'first' })
    await ana.client.untilText('first')
    // With the key that it holds a member reads a ciphertext that is handed to it: the copy of a later message.
    const known = await lastSealed(caro, group, 'second')
    await dora.groups.of(group.jid).until.message(({ text }) => text === 'second')
    await ana.client.untilText('second')
    assert.deepEqual(
      (known.content as WireNode[]).map(({ attrs }) => attrs['type']),
      ['skmsg'],
    )
    await ana.client.socket.groupLeave(group.jid)
    await group.until.change('remove', ({ people }) => (people as string[]).includes(ana.phone.jid))
    const secret = await lastSealed(caro, group, 'without Ana')
    await dora.groups.of(group.jid).until.message(({ text }) => text === 'without Ana')
    await caro.until.event('phone.sender_key_rotated', (data) => data['group'] === group.jid)
    const client = world.device(ana.jid)!
    client.mailbox.append('message', 'copy-without Ana', secret, world.clock.now())
    ana.phone.device.mailbox.append('message', 'copy-without Ana', secret, world.clock.now())
    const failed = await ana.phone.until.event('phone.undecryptable', (data) => data['group'] === group.jid)
    assert.equal(failed.data['code'], 'no_sender_key')
    await world.log.until(
      ({ type, data }) =>
        type === 'receipt' &&
        data['from'] === ana.jid &&
        data['type'] === 'retry' &&
        (data['ids'] as string[]).includes('copy-without Ana'),
    )
    assert.ok(!ana.client.messages.some(({ message }) => message?.conversation === 'without Ana'))
  })

  it('are handed out again when somebody comes back', async () => {
    const caro = await stage.phone('Caro')
    const dora = await stage.phone('Dora')
    const ana = await stage.linked('Ana')
    const group = await caro.groups.create({ subject: 'Back again', participants: [ana.phone.jid, dora.jid] })
    await group.send({ text: 'one' })
    await ana.client.untilText('one')
    await group.remove([ana.phone.jid])
    await group.send({ text: 'two' })
    await dora.groups.of(group.jid).until.message(({ text }) => text === 'two')
    await group.add([ana.phone.jid])
    await group.send({ text: 'three' })
    await ana.client.untilText('three')
    assert.ok(!ana.client.messages.some(({ message }) => message?.conversation === 'two'))
    await ana.client.sendText(group.jid, 'four')
    await group.until.message(({ text }) => text === 'four')
  })

  it('change when a member unlinks a client', async () => {
    const caro = await stage.phone('Caro')
    const ana = await stage.linked('Ana')
    const group = await caro.groups.create({ subject: 'Unlinked', participants: [ana.phone.jid] })
    await group.send({ text: 'to phone and client' })
    await ana.client.untilText('to phone and client')
    ana.phone.unlink(1)
    await ana.client.untilClosed(401)
    await group.send({ text: 'to the phone alone' })
    await ana.phone.groups.of(group.jid).until.message(({ text }) => text === 'to the phone alone')
    await caro.until.event('phone.sender_key_rotated', (data) => data['group'] === group.jid)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
