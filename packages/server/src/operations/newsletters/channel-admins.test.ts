import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

interface Invited {
  readonly user: string
  readonly expires_at: string
  readonly message_id: string
  readonly status: string
}

describe('admins of channels', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let mine: string
  let base: string

  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    await device.api.post('/newsletters/tos/accept', {})
    mine = (await device.api.post<{ jid: string }>('/newsletters', { name: 'Mine', description: '' })).jid
    base = `/newsletters/${mine}/admin-invitations`
    await bob.channels.follow(mine)
  })
  after(() => gateway.stop())

  const invited = () => device.api.get<{ user: string; user_lid: string }[]>(base)
  const told = (fits: (data: Data) => boolean) =>
    until('newsletter.admin_update is told', async () => {
      const { events } = await device.api.get<{ events: { data: Data }[] }>(
        '/events?limit=500&types=newsletter.admin_update',
      )
      return events.map(({ data }) => data).find(fits)
    })

  it('are invited by a message, once under one key, accept it and post, until they are demoted', async () => {
    const keyed = device.api.with({ 'idempotency-key': 'invite-bob' })
    const made = await keyed.post<Invited>(base, { user: bob.id, text: 'Will you help me?' })
    assert.deepEqual([made.user, made.status], [bob.jid, 'sent'])
    assert.ok(Date.parse(made.expires_at) > Date.now())
    assert.equal(
      (await keyed.post<Invited>(base, { user: bob.id, text: 'Will you help me?' })).message_id,
      made.message_id,
    )
    const { message } = await bob.until.message(({ id }) => id === made.message_id)
    const { newsletterJid, newsletterName, caption, inviteExpiration } = message.newsletterAdminInviteMessage!
    assert.deepEqual([newsletterJid, newsletterName, caption], [mine, 'Mine', 'Will you help me?'])
    assert.equal(inviteExpiration, Math.floor(Date.parse(made.expires_at) / 1000))
    assert.deepEqual(await invited(), [{ user: bob.jid, user_lid: bob.lid }])
    await bob.channels.of(mine).acceptAdminInvite()
    const promoted = await told(({ change, role }) => change === 'role' && role === 'admin')
    assert.deepEqual([promoted['user'], promoted['user_lid'], promoted['newsletter_jid']], [bob.jid, bob.lid, mine])
    assert.deepEqual(await invited(), [])
    await bob.channels.of(mine).post({ text: 'now I post' })
    await device.api.delete(`/newsletters/${mine}/admins/${bob.id}`)
    const demoted = await told(({ role }) => role === 'subscriber')
    assert.deepEqual([demoted['user'], demoted['by']], [bob.jid, device.phone.jid])
    await assert.rejects(bob.channels.of(mine).post({ text: 'not any more' }), { code: 403 })
  })

  it('lose their invitation when it is taken back', async () => {
    await device.api.post(base, { user: bob.id })
    await device.api.delete(`${base}/${bob.id}`)
    const revoked = await told(({ change }) => change === 'invitation_revoked')
    assert.deepEqual([revoked['user'], revoked['by']], [bob.jid, device.phone.jid])
    await assert.rejects(bob.channels.of(mine).acceptAdminInvite(), { code: 404 })
    await device.api.refuses('invitation_not_found', 'DELETE', `${base}/${bob.id}`)
  })

  it('are what the account becomes when it accepts the invitation of another', async () => {
    const his = await bob.channels.create({ name: 'His' })
    const accept = `/newsletters/${his.jid}/admin-invitations/accept`
    await device.api.post(`/newsletters/${his.jid}/follow`)
    await device.api.refuses('invitation_not_found', 'POST', accept)
    await his.inviteAdmin(device.phone.id)
    const came = await until('the invitation arrives', async () => {
      const { messages } = await device.api.get<{ messages: { type: string; channel_invite?: Data }[] }>(
        `/chats/${bob.id}/messages`,
      )
      return messages.find(({ channel_invite }) => channel_invite?.['newsletter_jid'] === his.jid)
    })
    assert.deepEqual([came.type, came.channel_invite?.['name']], ['newsletter_admin_invite', 'His'])
    await device.api.post(accept)
    const { role } = await device.api.get<{ role: string }>(`/newsletters/${his.jid}`)
    assert.equal(role, 'admin')
    await device.api.post(`/newsletters/${his.jid}/messages`, { text: 'hello from an admin' })
    const strangers = { user: '4915100000000' }
    await device.api.refuses('not_on_whatsapp', 'POST', base, strangers)
  })
})
