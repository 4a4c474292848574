import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '../phone/phone.ts'
import { controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 8 })

describe('control API for groups', () => {
  let ana: Phone
  let ben: Phone
  let caro: Phone

  before(async () => {
    ana = await sandbox.phone({ name: 'Ana' })
    ben = await sandbox.phone({ name: 'Ben' })
    caro = await sandbox.phone({ name: 'Caro' })
  })
  after(() => sandbox.stop())

  const opened = async (subject: string): Promise<string> => {
    const made = await call('POST', `/phones/${ana.id}/groups`, { subject, participants: [ben.id, caro.jid] })
    assert.equal(made.status, 200)
    return made.body.jid
  }

  it('opens a group, lists it and shows it to its members and to whoever runs the world', async () => {
    const jid = await opened('Club')
    const mine = await call('GET', `/phones/${ben.id}/groups`)
    assert.deepEqual(
      mine.body.map((group: { jid: string }) => group.jid),
      [jid],
    )
    const seen = await call('GET', `/phones/${caro.id}/groups/${jid}`)
    assert.deepEqual([seen.body.subject, seen.body.size], ['Club', 3])
    assert.deepEqual(seen.body.participants[0], { jid: ana.jid, lid: ana.lid, role: 'superadmin' })
    const whole = await call('GET', `/groups/${jid}`)
    assert.match(whole.body.invite_code, /^\w{22}$/)
    assert.equal((await call('GET', '/groups/1@g.us')).status, 404)
  })

  it('sends to a group, by its own path and by that of every message', async () => {
    const jid = await opened('Talk')
    const first = await call('POST', `/phones/${ana.id}/groups/${jid}/messages`, {
      text: 'hi @Ben',
      mentions: [ben.id],
    })
    assert.equal(first.body.status, 'sent')
    await ben.groups.of(jid).until.message(({ id }) => id === first.body.message_id)
    const second = await call('POST', `/phones/${ben.id}/messages`, {
      to: jid,
      text: 'hi Ana',
      quoted: first.body.message_id,
    })
    assert.equal(second.body.status, 'sent')
    await ana.groups.of(jid).until.message(({ quotedId }) => quotedId === first.body.message_id)
    const shown = await call('GET', `/phones/${ana.id}/messages?chat=${jid}`)
    assert.deepEqual(
      shown.body.map(({ text, sender }: { text: string; sender: string }) => [text, sender]),
      [
        ['hi @Ben', ana.jid],
        ['hi Ana', ben.jid],
      ],
    )
    assert.equal((await call('POST', `/phones/${ana.id}/read`, { message_ids: [second.body.message_id] })).status, 200)
    await ben.until.receipt({ id: second.body.message_id, type: 'read' })
    const revoked = await call('POST', `/phones/${ana.id}/groups/${jid}/revoke`, { message_id: second.body.message_id })
    assert.equal(revoked.body.status, 'sent')
  })

  it('hands on what the server refuses, with its code', async () => {
    const jid = await opened('Refused')
    const refused = await call('POST', `/phones/${ben.id}/groups/${jid}/settings`, { announcement: true })
    assert.deepEqual([refused.status, refused.body.error.code], [403, 'group_refused'])
    const unknown = await call('POST', `/phones/${ana.id}/groups/${jid}/participants`, {
      action: 'add',
      participants: ['4711'],
    })
    assert.deepEqual([unknown.status, unknown.body.error.code], [404, 'not_found'])
    const wrong = await call('POST', `/phones/${ana.id}/groups/${jid}/participants`, {
      action: 'adopt',
      participants: [ben.id],
    })
    assert.deepEqual([wrong.status, wrong.body.error.code], [400, 'invalid_request'])
  })

  it('changes who belongs to a group, and what it is', async () => {
    const jid = await opened('Changing')
    const path = `/phones/${ana.id}/groups/${jid}`
    const outcomes = await call('POST', `${path}/participants`, { action: 'promote', participants: [ben.id] })
    assert.deepEqual(outcomes.body, [{ jid: ben.jid, status: 200 }])
    assert.equal((await call('POST', `${path}/subject`, { text: 'Changed' })).body.subject, 'Changed')
    assert.equal((await call('POST', `${path}/description`, { text: 'All new' })).body.description, 'All new')
    const settings = { locked: true, ephemeral_seconds: 86_400, join_approval: true, member_add: 'admin_add' }
    const set = await call('POST', `${path}/settings`, settings)
    for (const [name, value] of Object.entries(settings)) assert.equal(set.body[name], value)
    assert.deepEqual((await call('POST', `/phones/${caro.id}/groups/${jid}/leave`)).body, { left: jid })
    const invite = (await call('GET', `${path}/invite`)).body
    assert.equal((await call('GET', `/phones/${caro.id}/invites/${invite.code}`)).body.subject, 'Changed')
    assert.deepEqual((await call('POST', `/phones/${caro.id}/groups/join`, { code: invite.link })).body, {
      jid,
      waiting: true,
    })
    const waiting = await call('GET', `${path}/requests`)
    assert.deepEqual([waiting.body[0].jid, waiting.body[0].method], [caro.jid, 'invite_link'])
    await call('POST', `${path}/requests`, { action: 'approve', participants: [caro.id] })
    assert.equal((await call('GET', path)).body.size, 3)
    assert.notEqual((await call('POST', `${path}/invite/reset`)).body.code, invite.code)
  })

  it('invites whom it cannot add', async () => {
    const jid = (await call('POST', `/phones/${ana.id}/groups`, { subject: 'Invited' })).body.jid
    caro.account.privacy.set('groupadd', 'none')
    const invite = await call('POST', `/phones/${ana.id}/groups/${jid}/invitations`, { participant: caro.id })
    await caro.until.message(({ kind }) => kind === 'groupInvite')
    assert.deepEqual((await call('POST', `/phones/${caro.id}/groups/accept`, invite.body)).body, { jid })
    const wish = { action: 'remove', participants: [caro.id] }
    await call('POST', `/phones/${ana.id}/groups/${jid}/participants`, wish)
    const again = await call('POST', `/phones/${ana.id}/groups/${jid}/invitations`, { participant: caro.id })
    const revoked = await call('POST', `/phones/${ana.id}/groups/${jid}/invitations/revoke`, {
      participants: [caro.id],
    })
    assert.deepEqual(revoked.body, { revoked: [caro.id] })
    const late = await call('POST', `/phones/${caro.id}/groups/accept`, again.body)
    assert.deepEqual([late.status >= 400, late.body.error.code], [true, 'group_refused'])
    caro.account.privacy.delete('groupadd')
  })

  it('lets somebody withdraw the wish to join', async () => {
    const jid = (await call('POST', `/phones/${ana.id}/groups`, { subject: 'Asked', join_approval: true })).body.jid
    const { code } = (await call('GET', `/phones/${ana.id}/groups/${jid}/invite`)).body
    assert.equal((await call('POST', `/phones/${caro.id}/groups/join`, { code })).body.waiting, true)
    assert.equal((await call('GET', `/phones/${ana.id}/groups/${jid}/requests`)).body.length, 1)
    const withdrawn = await call('DELETE', `/phones/${caro.id}/groups/${jid}/requests`)
    assert.deepEqual(withdrawn.body, { withdrawn: jid })
    assert.deepEqual((await call('GET', `/phones/${ana.id}/groups/${jid}/requests`)).body, [])
  })

  it('opens a community, links groups to it and shows who is in it', async () => {
    const community = (await call('POST', `/phones/${ana.id}/communities`, { subject: 'Town', general_chat: true }))
      .body
    assert.equal(community.is_community, true)
    const path = `/phones/${ana.id}/groups/${community.jid}`
    const jid = await opened('Quarter')
    assert.deepEqual((await call('POST', `${path}/links`, { groups: [jid] })).body, [{ jid, status: 200 }])
    const subs = (await call('GET', `${path}/subgroups`)).body
    assert.deepEqual(
      subs.map(({ subject, is_default }: { subject: string; is_default: boolean }) => [subject, is_default]),
      [
        ['Town', true],
        ['General', false],
        ['Quarter', false],
      ],
    )
    assert.equal((await call('GET', `${path}/members`)).body.length, 3)
    const joined = await call('POST', `/phones/${ben.id}/groups/${community.jid}/subgroups/join`, {
      group: subs[1].jid,
    })
    assert.deepEqual(joined.body, { jid: subs[1].jid, waiting: false })
    assert.deepEqual((await call('POST', `${path}/unlinks`, { groups: [jid] })).body, [{ jid, status: 200 }])
    assert.equal((await call('POST', `/phones/${ben.id}/groups/${community.jid}/deactivate`)).status, 403)
    assert.deepEqual((await call('POST', `${path}/deactivate`)).body, { deactivated: community.jid })
    assert.equal((await call('GET', path)).status >= 400, true)
  })
})
