import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { linked, newHost, open, reopen } from '@switchboard/engine/contract'
import { decodeStanza, type SeenStanza, stanzaChannel } from '@switchboard/link'
import { StanzaServer } from '@switchboard/link/testing'
import { type SandboxHarness, withSandboxHarness } from '../testing/sandbox-harness.ts'
import { childOf, textOf } from '../wire/nodes.ts'

describe('stanzas of WhatsApp of 2026', () => {
  let harness: SandboxHarness
  withSandboxHarness((started) => {
    harness = started
  })

  it('tell the receipts of many members at once, and each of them is taken', async () => {
    const ada = await linked(harness, 'Ada')
    const { sandbox } = harness
    const [owner, bob, cid] = [
      sandbox.findPhone(ada.phone.number)!,
      await sandbox.phone({ name: 'Bob' }),
      await sandbox.phone({ name: 'Cid' }),
    ]
    const group = await owner.groups.create({ subject: 'Two', participants: [bob.id, cid.id] })
    const ids = [await owner.send(group.jid, { text: 'one' }), await owner.send(group.jid, { text: 'two' })].map(
      ({ id }) => id,
    )
    await ada.host.untilText('two')
    await harness.nothingWaits(ada.jid)
    await ada.session.close()
    sandbox.world.groupsReceipts = true
    for (const phone of [bob, cid]) {
      for (const id of ids) {
        await phone.until.message((entry) => entry.id === id)
        await phone.read(group.jid, [id])
      }
    }
    const mailbox = sandbox.device(ada.jid).mailbox
    const waiting = () =>
      mailbox.entries().filter(({ node }) => node.tag === 'receipt' && node.attrs['type'] === 'read')
    await sandbox.world.log.until(() => JSON.stringify(waiting()).split('"user"').length > 4)
    assert.equal(waiting().length, 1)
    sandbox.world.groupsReceipts = false
    const session = await reopen(harness, ada.host)
    const reads = () =>
      ada.host.items.flatMap((item) =>
        item.kind === 'receipt' && item.type === 'read' ? item.messageIds.map((id) => `${item.sender.lid} ${id}`) : [],
      )
    await ada.host.until(() => reads().length >= 4 || undefined, 'the receipts')
    const all = [bob, cid].flatMap(({ lid }) => ids.map((id) => `${lid} ${id}`))
    assert.deepEqual(reads().sort(), all.sort())
    await harness.nothingWaits(ada.jid)
    await session.close()
  })

  it('bring the status of a channel, which is acknowledged as such', async () => {
    const ada = await linked(harness, 'Abe')
    const bob = await harness.sandbox.phone({ name: 'Ben' })
    const { jid } = await bob.channels.create({ name: 'News' })
    await harness.sandbox.findPhone(ada.phone.number)!.channels.of(jid).follow()
    await bob.channels.of(jid).postStatus({ text: 'today' })
    const item = await ada.host.untilItem('message', ({ chat, view }) => chat.jid === jid && view.text === 'today')
    assert.equal(item.channel?.isStatus, true)
    await harness.nothingWaits(ada.jid)
    await ada.session.close()
  })

  it('say all of what a new group starts with', async () => {
    const ada = await linked(harness, 'Ann')
    const created: string[] = []
    const see = (seen: unknown) => {
      const { direction, bytes } = seen as SeenStanza
      const wish = direction === 'out' ? childOf(decodeStanza(Buffer.from(bytes)), 'create') : undefined
      if (!wish) return
      const approval = childOf(childOf(wish, 'membership_approval_mode'), 'group_join')?.attrs['state']
      const timer = childOf(wish, 'ephemeral')?.attrs['expiration']
      created.push([textOf(childOf(wish, 'member_add_mode')), approval, timer].join(' '))
    }
    subscribe(stanzaChannel, see)
    const groups = ada.session.use('groups')
    const { group } = await groups.create({ name: 'Plain', members: [] })
    assert.deepEqual([group.memberAdd, group.joinApproval, group.ephemeralSeconds], ['all', false, 0])
    const wish = {
      name: 'Strict',
      members: [],
      memberAdd: 'admins',
      joinApproval: true,
      ephemeralSeconds: 86_400,
    } as const
    const { group: strict } = await groups.create(wish)
    unsubscribe(stanzaChannel, see)
    assert.deepEqual([strict.memberAdd, strict.joinApproval, strict.ephemeralSeconds], ['admins', true, 86_400])
    assert.deepEqual(created, ['all_member_add off 0', 'admin_add on 86400'])
    await ada.session.close()
  })

  it('set the about text, and find people by number with their LID and user name', async () => {
    const ada = await linked(harness, 'Amy')
    const bob = await harness.sandbox.phone({ name: 'Bo' })
    await bob.settings.setUsername('bo.b')
    await ada.session.use('profile').setAbout({ text: 'by GraphQL' })
    assert.equal(harness.sandbox.findPhone(ada.phone.number)!.account.about.text, 'by GraphQL')
    const [found, missing] = await ada.session.use('contacts').registrations([bob.id, '4915100000000'])
    assert.deepEqual(found, { phone: bob.id, registered: true, jid: bob.jid, lid: bob.lid, username: 'bo.b' })
    assert.deepEqual(missing, { phone: '4915100000000', registered: false })
    await ada.session.close()
  })

  it('set an emoji and an end of the about text, and find those of others', async () => {
    const ada = await linked(harness, 'Ava')
    const bob = await harness.sandbox.phone({ name: 'Bay' })
    const { session } = ada
    await session.use('profile').setAbout({ text: 'At lunch', emoji: '🍜', seconds: 3600 })
    const shown = { text: 'At lunch', emoji: '🍜', seconds: 3600 }
    assert.deepEqual(await bob.people.textStatus(ada.phone.jid), shown)
    await bob.settings.setAbout('At sea', { emoji: '⛵', seconds: 1800 })
    const about = async () => (await session.use('people').info([bob.jid]))[0]!.about!
    const { setAt, endsAt, ...rest } = await about()
    assert.deepEqual([rest, endsAt! - setAt!], [{ text: 'At sea', emoji: '⛵' }, 1_800_000])
    await bob.settings.setAbout('On land')
    assert.deepEqual(Object.keys(await about()).toSorted(), ['setAt', 'text'])
    await bob.settings.setPrivacy('status', 'none')
    assert.equal((await session.use('people').info([bob.jid]))[0]!.about, undefined)
    await session.use('profile').setAbout({ text: '', seconds: 60 })
    assert.deepEqual(await bob.people.textStatus(ada.phone.jid), { text: '', seconds: -1 })
    await session.close()
  })

  it('say nothing with a success that comes before the link', async () => {
    const server = await StanzaServer.start()
    const host = newHost()
    const endpoints = { socketUrl: server.url, noiseRoot: server.root.publicKey }
    const opening = open({ ...harness, endpoints }, host)
    const peer = await server.connection()
    await peer.ready()
    const session = await opening
    peer.send({ tag: 'success', attrs: { t: '1796095454', lid: '77:3@lid' } })
    const refs = ['a', 'b'].map((ref) => ({ tag: 'ref', attrs: {}, content: Buffer.from(ref) }))
    peer.send({
      ...{ tag: 'iq', attrs: { from: 's.whatsapp.net', type: 'set', id: '1', xmlns: 'md' } },
      content: [{ tag: 'pair-device', attrs: {}, content: refs }],
    })
    await host.until(({ qrs }) => qrs[0], 'QR code')
    await peer.stanza(0)
    assert.equal(session.state.name, 'pairing')
    assert.deepEqual(
      peer.stanzas.map(({ tag, attrs }) => [tag, attrs['type']]),
      [['iq', 'result']],
    )
    await session.close()
    await server.close()
  })
})
