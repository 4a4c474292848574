import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BinaryNode } from 'baileys-stock'
import type { Phone } from '../phone/phone.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { clientRefused, refusedWith, statuses } from './testing/group-steps.ts'

const dayMs = 24 * 60 * 60 * 1000

describe('ways into a group, with a stock client', () => {
  const clock = new ManualClock(Date.now())
  const stage = conformanceWorld(43, { clock })
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
  })
  after(() => stage.end())

  it('take in a client by an invitation that a phone sends it as a message, once', async () => {
    const group = await caro.groups.create({ subject: 'By invitation' })
    ben.phone.account.privacy.set('groupadd', 'none')
    const [outcome] = await group.add([ben.phone.jid])
    assert.deepEqual([outcome?.status, outcome?.jid], [403, ben.phone.jid])
    await group.invite(ben.phone.jid, outcome!)
    const { messages } = await ben.client.until('messages.upsert', ({ messages }) =>
      messages.some(({ message }) => message?.groupInviteMessage),
    )
    const { key, message } = messages.find(({ message }) => message?.groupInviteMessage)!
    const invite = message!.groupInviteMessage!
    assert.deepEqual(
      [invite.groupJid, invite.groupName, invite.inviteCode],
      [group.jid, 'By invitation', outcome?.invite?.code],
    )
    await clientRefused(404, ana.client.socket.groupAcceptInviteV4(key, invite))
    assert.equal(await ben.client.socket.groupAcceptInviteV4(key, invite), group.jid)
    await group.until.change('add')
    await group.send({ text: 'there you are' })
    await ben.client.untilText('there you are')
    ben.phone.account.privacy.delete('groupadd')
  })

  it('let invitations be taken back and expire', async () => {
    const { id: group } = await ana.client.socket.groupCreate('Invitations end', [])
    const shy = await stage.phone('Shy')
    shy.account.privacy.set('groupadd', 'none')
    const code = async () => {
      const [outcome] = await ana.client.socket.groupParticipantsUpdate(group, [shy.lid], 'add')
      const [request] = outcome!.content.content as BinaryNode[]
      return {
        group,
        code: request?.attrs['code'] ?? '',
        expiresAtSeconds: Number(request?.attrs['expiration']),
        admin: ana.phone.jid,
      }
    }
    const first = await code()
    await ana.client.socket.groupRevokeInviteV4(group, shy.lid)
    await refusedWith(404, shy.groups.acceptInvite(first))
    const second = await code()
    clock.advance(4 * dayMs)
    await refusedWith(410, shy.groups.acceptInvite(second))
    const third = await code()
    assert.equal((await shy.groups.acceptInvite(third)).jid, group)
    await ana.client.until('group-participants.update', ({ id, action }) => id === group && action === 'add')
  })

  it('open the group to those who have its link, until it is reset', async () => {
    const { id: group } = await ana.client.socket.groupCreate('Linked', [])
    const code = (await ana.client.socket.groupInviteCode(group))!
    assert.match(code, /^[A-Za-z0-9]{22}$/)
    const look = await ben.client.socket.groupGetInviteInfo(code)
    assert.deepEqual([look.id, look.subject, look.size, look.participants], [group, 'Linked', 1, []])
    assert.equal(await ben.client.socket.groupAcceptInvite(code), group)
    await ana.client.until(
      'group-participants.update',
      ({ id, action, participants }) => id === group && action === 'add' && participants[0]?.id === ben.phone.lid,
    )
    await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === group))
    await clientRefused(409, ben.client.socket.groupAcceptInvite(code))
    const fresh = (await ana.client.socket.groupRevokeInvite(group))!
    assert.notEqual(fresh, code)
    await refusedWith(410, caro.groups.join(code))
    await refusedWith(410, caro.groups.inviteInfo(code))
    await clientRefused(406, ben.client.socket.groupGetInviteInfo('neverWasACode'))
    assert.deepEqual((await caro.groups.join(`https://chat.whatsapp.com/${fresh}`)).waiting, false)
    // Whom an admin has put out, the link does not let in again.
    await ana.client.socket.groupParticipantsUpdate(group, [caro.lid], 'remove')
    await refusedWith(401, caro.groups.join(fresh))
  })

  it('let admins decide who comes by link, when they want to', async () => {
    const { id: group } = await ana.client.socket.groupCreate('Approval', [])
    await ana.client.socket.groupJoinApprovalMode(group, 'on')
    const code = (await ana.client.socket.groupInviteCode(group))!
    assert.equal((await caro.groups.join(code)).waiting, true)
    const dora = await stage.phone('Dora')
    await dora.groups.join(code)
    await ana.client.until(
      'group.join-request',
      ({ id, action, participant }) => id === group && action === 'created' && participant === caro.lid,
    )
    const waiting = await ana.client.socket.groupRequestParticipantsList(group)
    assert.deepEqual(
      waiting.map(({ jid, phone_number, request_method }) => [jid, phone_number, request_method]),
      [
        [caro.lid, caro.jid, 'invite_link'],
        [dora.lid, dora.jid, 'invite_link'],
      ],
    )
    assert.deepEqual(statuses(await ana.client.socket.groupRequestParticipantsUpdate(group, [caro.lid], 'approve')), [
      '200',
    ])
    await caro.groups.of(group).until.change('create')
    assert.deepEqual(
      statuses(await ana.client.socket.groupRequestParticipantsUpdate(group, [dora.lid, ben.phone.lid], 'reject')),
      ['200', '404'],
    )
    await dora.groups.of(group).until.change('revoked_membership_requests')
    await refusedWith(403, dora.groups.of(group).info())
    await dora.groups.join(code)
    await dora.groups.of(group).cancelRequest()
    await ana.client.until('group.join-request', ({ id, action }) => id === group && action === 'revoked')
    assert.deepEqual(await ana.client.socket.groupRequestParticipantsList(group), [])
  })

  it('make a client wait, when a phone asks for approval', async () => {
    const group = await caro.groups.create({ subject: 'Phone approves', joinApproval: true })
    const code = await group.inviteCode()
    // The library finds no group in the answer, for there is none yet.
    assert.equal(await ben.client.socket.groupAcceptInvite(code), undefined)
    await group.until.change('created_membership_requests')
    assert.deepEqual(
      (await group.requests()).map(({ jid, method }) => [jid, method]),
      [[ben.phone.jid, 'invite_link']],
    )
    assert.deepEqual(
      (await group.approve([ben.phone.jid])).map(({ status }) => status),
      [200],
    )
    await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === group.jid))
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
