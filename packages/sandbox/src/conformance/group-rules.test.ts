import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BaileysEventMap } from 'baileys-stock'
import type { Phone } from '../phone/phone.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { clientRefused, refusedWith, statuses } from './testing/group-steps.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('the rules of groups, with a stock client', () => {
  const clock = new ManualClock(Date.now())
  const stage = conformanceWorld(24, { clock })
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
  })
  after(() => stage.end())

  /** Ana's client opens a group with everybody. */
  const opened = async (subject: string): Promise<string> =>
    (await ana.client.socket.groupCreate(subject, [ben.phone.lid, caro.lid])).id

  /** That the server refuses what a client sends to a chat: told by itself, or with the message when both came in one go. */
  async function sendRefused(linked: Linked, to: string, text: string, code: string): Promise<void> {
    const id = await linked.client.sendText(to, text)
    await linked.client.untilAny((name, payload) => {
      if (name === 'messages.update') {
        const updates = payload as BaileysEventMap['messages.update']
        return updates.some(({ key, update }) => key.id === id && update.messageStubParameters?.[0] === code)
      }
      if (name !== 'messages.upsert') return false
      const { messages } = payload as BaileysEventMap['messages.upsert']
      return messages.some(({ key, messageStubParameters }) => key.id === id && messageStubParameters?.[0] === code)
    })
  }

  it('keep members who are no admins from ruling', async () => {
    const group = await opened('Only admins')
    const { socket } = ben.client
    for (const action of ['promote', 'demote', 'remove'] as const) {
      await clientRefused(403, socket.groupParticipantsUpdate(group, [caro.lid], action))
    }
    await clientRefused(403, socket.groupSettingUpdate(group, 'announcement'))
    await clientRefused(403, socket.groupJoinApprovalMode(group, 'on'))
    await clientRefused(403, socket.groupMemberAddMode(group, 'admin_add'))
    await clientRefused(403, socket.groupRequestParticipantsList(group))
    await clientRefused(401, socket.groupInviteCode(group))
    await clientRefused(401, socket.groupRevokeInvite(group))
    await refusedWith(403, caro.groups.of(group).promote([caro.jid]))
    // What is not locked, any member may change.
    await socket.groupUpdateSubject(group, 'Renamed by a member')
    await socket.groupToggleEphemeral(group, 86_400)
    await ana.client.socket.groupSettingUpdate(group, 'locked')
    await clientRefused(403, socket.groupUpdateSubject(group, 'Not any more'))
    await clientRefused(403, socket.groupUpdateDescription(group, 'Nor this'))
    await clientRefused(403, socket.groupToggleEphemeral(group, 0))
    await refusedWith(403, caro.groups.of(group).setSubject('Nor by phone'))
    await ana.client.socket.groupMemberAddMode(group, 'admin_add')
    await clientRefused(403, socket.groupParticipantsUpdate(group, [(await stage.phone('Dan')).lid], 'add'))
  })

  it('keep strangers out', async () => {
    const group = (await caro.groups.create({ subject: 'Closed', participants: [ana.phone.jid] })).jid
    await clientRefused(403, ben.client.socket.groupMetadata(group))
    await clientRefused(403, ben.client.socket.groupUpdateSubject(group, 'Mine now'))
    await clientRefused(403, ben.client.socket.groupParticipantsUpdate(group, [ben.phone.lid], 'add'))
    await clientRefused(404, ben.client.socket.groupMetadata('120363000000000000@g.us'))
    assert.ok(!(group in (await ben.client.socket.groupFetchAllParticipating())))
  })

  it('let only admins write in announcement groups', async () => {
    const group = await opened('Announcements')
    await ben.client.sendText(group, 'still open')
    await caro.groups.of(group).until.message(({ text }) => text === 'still open')
    await ana.client.socket.groupSettingUpdate(group, 'announcement')
    await sendRefused(ben, group, 'may I?', '403')
    const sent = await caro.groups.of(group).send({ text: 'nor may I' })
    assert.deepEqual([sent.status, sent.error], ['failed', '403'])
    await ana.client.sendText(group, 'by decree')
    await caro.groups.of(group).until.message(({ text }) => text === 'by decree')
    await ana.client.socket.groupSettingUpdate(group, 'not_announcement')
    await caro.groups.of(group).until.change('not_announcement')
    await caro.groups.of(group).send({ text: 'at last' })
    await ben.client.untilText('at last')
  })

  it('refuse what somebody sends who is no member any more', async () => {
    const group = await opened('Gone')
    const stale = caro.groups.of(group)
    await stale.send({ text: 'while a member' })
    await ben.client.untilText('while a member')
    await ana.client.socket.groupParticipantsUpdate(group, [caro.lid], 'remove')
    await stale.until.change('remove')
    await refusedWith(403, stale.send({ text: 'after' }))
    assert.ok(!ben.client.messages.some(({ message }) => message?.conversation === 'after'))
  })

  it('answer for each person who cannot be added, and offer an invitation instead', async () => {
    const group = await opened('Who can come')
    const { world } = await stage.sandbox()
    const shy = await stage.phone('Shy')
    shy.account.privacy.set('groupadd', 'none')
    const fleeing = await stage.phone('Fleeing')
    await ana.client.socket.groupParticipantsUpdate(group, [fleeing.lid], 'add')
    await fleeing.groups.of(group).leave()
    const cross = await stage.phone('Cross')
    cross.account.blocked.add(ana.phone.account.lid)
    const nobody = '199999999999999@lid'
    const wanted = [caro.lid, shy.lid, fleeing.lid, cross.lid, nobody]
    const outcomes = await ana.client.socket.groupParticipantsUpdate(group, wanted, 'add')
    assert.deepEqual(statuses(outcomes), ['409', '403', '408', '401', '404'])
    const offered = outcomes.map(({ content }) => (content.content as { tag: string }[] | undefined)?.[0]?.tag)
    assert.deepEqual(offered, [undefined, 'add_request', 'add_request', undefined, undefined])
    clock.advance(dayMs)
    assert.deepEqual(statuses(await ana.client.socket.groupParticipantsUpdate(group, [fleeing.lid], 'add')), ['200'])
    assert.ok(world.groups.get(group)?.participants.has(fleeing.account.lid))
    assert.deepEqual(statuses(await ana.client.socket.groupParticipantsUpdate(group, [shy.lid], 'promote')), ['404'])
  })

  it('turn what an ordinary member adds into a request, where admins approve', async () => {
    const group = await opened('Asked for')
    await ana.client.socket.groupJoinApprovalMode(group, 'on')
    const dora = await stage.phone('Dora')
    assert.deepEqual(statuses(await ben.client.socket.groupParticipantsUpdate(group, [dora.lid], 'add')), ['202'])
    const [waiting] = await ana.client.socket.groupRequestParticipantsList(group)
    assert.deepEqual(
      [waiting?.['jid'], waiting?.['requestor'], waiting?.['request_method']],
      [dora.lid, ben.phone.lid, 'non_admin_add'],
    )
  })

  it('find a conflict when a description was changed meanwhile', async () => {
    const group = await opened('Twice described')
    await ana.client.socket.groupUpdateDescription(group, 'first')
    await caro.groups.of(group).until.change('description')
    await caro.groups.of(group).info()
    const { socket } = ana.client
    const stale = {
      tag: 'description',
      attrs: { id: 'B', prev: 'A' },
      content: [{ tag: 'body', attrs: {}, content: Buffer.from('late') }],
    }
    await clientRefused(
      409,
      socket.query({ tag: 'iq', attrs: { type: 'set', xmlns: 'w:g2', to: group }, content: [stale] }),
    )
    assert.equal((await socket.groupMetadata(group)).desc, 'first')
  })

  it('limit what a group is called', async () => {
    const group = await opened('Short')
    await clientRefused(406, ana.client.socket.groupUpdateSubject(group, 'x'.repeat(101)))
    await clientRefused(406, ana.client.socket.groupCreate('x'.repeat(101), []))
    await clientRefused(406, ana.client.socket.groupUpdateDescription(group, 'x'.repeat(2049)))
  })

  it('answer 501 to what nobody knows, and remember it', async () => {
    const group = await opened('Unknown')
    const odd = {
      tag: 'iq',
      attrs: { type: 'set', xmlns: 'w:g2', to: group },
      content: [{ tag: 'somersault', attrs: {} }],
    }
    await clientRefused(501, ana.client.socket.query(odd))
    const { world } = await stage.sandbox()
    assert.deepEqual(
      world.unhandled.list().map(({ what }) => what),
      ['w:g2/set/somersault'],
    )
    world.unhandled.clear()
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
