import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Outcome {
  jid: string
  result: string
  error: number
  invitation?: { code: string; expires_at: string }
}

interface Shown {
  jid: string
  name: string
  topic: string
  topic_id: string
  owner_jid?: string
  is_announce: boolean
  is_locked: boolean
  is_join_approval_required: boolean
  member_add_mode: string
  history_for_new_members: boolean
  history_sharing_mode: string
  disappearing_timer: number
  is_parent: boolean
  is_default_sub_group: boolean
  linked_parent_jid?: string
  participant_count: number
  participants: { jid: string; lid?: string; is_admin: boolean; is_super_admin: boolean }[]
}

interface Told {
  event_type: string
  data: Record<string, unknown>
}

describe('operations on groups', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  let cid: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    cid = await gateway.phone('Cid')
  })
  after(() => gateway.stop())

  const make = (body: object) => device.api.post<Shown & { results: Outcome[] }>('/groups', body)
  const told = async (type: string, fits: (data: Record<string, unknown>) => boolean) =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: Told[] }>(`/events?types=${type}&limit=1000`)
      return events.find(({ data }) => fits(data))?.data
    })
  const rolesOf = (group: Shown) => new Map(group.participants.map(({ jid, is_admin }) => [jid, is_admin]))

  describe('groups.create', () => {
    it('makes a group that its members see, with everything that was asked for', async () => {
      const made = await make({
        name: 'Trip',
        participants: [bob.id, cid.lid],
        description: 'To the lake',
        announce: true,
        locked: true,
        disappearing_timer: '7d',
      })
      assert.deepEqual(
        made.results.map(({ result, error }) => [result, error]),
        [
          ['done', 0],
          ['done', 0],
        ],
      )
      assert.deepEqual([made.owner_jid, made.topic], [device.phone.jid, 'To the lake'])
      const seen = await bob.groups.of(made.jid).info()
      assert.deepEqual([seen.subject, seen.description?.text], ['Trip', 'To the lake'])
      assert.deepEqual([seen.announcement, seen.locked], [true, true])
      assert.deepEqual([made.disappearing_timer, made.participant_count], [604_800, 3])
      const joined = await told('group.join', (data) => data['group_jid'] === made.jid)
      assert.equal(joined['type'], 'new')
    })

    it('says of each person why it was not added, and gives an invitation for who forbids it', async () => {
      await cid.settings.setPrivacy('groupadd', 'contacts')
      const made = await make({ name: 'Mixed', participants: [bob.id, cid.id, '4915199999999'] })
      const by = new Map(made.results.map((outcome) => [outcome.jid, outcome]))
      assert.equal(by.get(bob.jid)?.result, 'done')
      assert.deepEqual([by.get(cid.jid)?.result, by.get(cid.jid)?.error], ['privacy_forbids', 403])
      assert.ok(by.get(cid.jid)?.invitation?.code)
      assert.ok(Date.parse(by.get(cid.jid)?.invitation?.expires_at ?? '') > Date.now())
      assert.equal(by.get('4915199999999@s.whatsapp.net')?.result, 'not_on_whatsapp')
      const wish = { user: cid.id, ...by.get(cid.jid)?.invitation, text: 'Join us' }
      const sent = await device.api.post<{ message_id: string }>(`/groups/${made.jid}/invitations`, wish)
      const { message } = await cid.until.message(({ id }) => id === sent.message_id)
      const {
        groupJid = '',
        groupName,
        inviteCode = '',
        inviteExpiration = 0,
        caption,
      } = message.groupInviteMessage ?? {}
      assert.deepEqual([groupJid, groupName, caption], [made.jid, 'Mixed', 'Join us'])
      await cid.groups.acceptInvite({
        ...{ group: groupJid, code: inviteCode, expiresAtSeconds: inviteExpiration, admin: device.phone.jid },
      })
      assert.ok((await cid.groups.of(made.jid).info()).participants.some(({ jid }) => jid === cid.jid))
      await cid.settings.setPrivacy('groupadd', 'all')
    })

    it('makes one group for a repeated Idempotency-Key', async () => {
      const keyed = device.api.with({ 'idempotency-key': 'group-1' })
      const first = await keyed.post<Shown>('/groups', { name: 'Only once', participants: [bob.id] })
      assert.deepEqual(await keyed.post<Shown>('/groups', { name: 'Only once', participants: [bob.id] }), first)
      const groups = await device.api.get<Shown[]>('/groups?force_refresh=true')
      assert.equal(groups.filter(({ name }) => name === 'Only once').length, 1)
    })
  })

  describe('groups.list and groups.get', () => {
    it('follow every change that others make', async () => {
      const { jid } = await bob.groups.create({ subject: 'Before', participants: [device.phone.id] })
      await told('group.join', (data) => data['group_jid'] === jid)
      const named = async () => (await device.api.get<Shown[]>('/groups')).find((group) => group.jid === jid)?.name
      assert.equal(await named(), 'Before')
      await bob.groups.of(jid).setSubject('After')
      const change = await told('group.info_update', (data) => data['group_jid'] === jid && data['change'] === 'name')
      assert.deepEqual([change['name'], change['sender']], ['After', bob.jid])
      assert.equal(await named(), 'After')
      const shown = await device.api.get<Shown>(`/groups/${jid}`)
      assert.deepEqual([shown.name, rolesOf(shown).get(bob.jid)], ['After', true])
      assert.ok(shown.participants.every(({ lid }) => lid?.endsWith('@lid')))
    })

    it('refuse a group of others, and one that is none', async () => {
      const others = await bob.groups.create({ subject: 'Of others' })
      await device.api.refuses('forbidden_by_whatsapp', 'GET', `/groups/${others.jid}`)
      await device.api.refuses('group_not_found', 'GET', '/groups/120363000000000009@g.us')
    })
  })

  describe('members', () => {
    it('are added, made admins, made members again and removed, each answered for', async () => {
      const { jid } = await make({ name: 'Team' })
      const path = (what: string) => `/groups/${jid}/${what}`
      const people = { participants: [bob.id, cid.jid] }
      const added = await device.api.post<Outcome[]>(path('participants'), people)
      assert.deepEqual(new Set(added.map((each) => each.jid)), new Set([bob.jid, cid.jid]))
      const again = await device.api.post<Outcome[]>(path('participants'), { participants: [bob.id] })
      assert.deepEqual([again[0]?.result, again[0]?.error], ['already_there', 409])
      await device.api.post(path('admins'), { users: [bob.id] })
      assert.equal(rolesOf(await device.api.get<Shown>(`/groups/${jid}`)).get(bob.jid), true)
      await device.api.delete(path('admins'), { users: [bob.id] })
      assert.equal(rolesOf(await device.api.get<Shown>(`/groups/${jid}`)).get(bob.jid), false)
      const removed = await device.api.delete<Outcome[]>(path('participants'), { participants: [cid.id] })
      assert.equal(removed[0]?.result, 'done')
      const gone = await device.api.delete<Outcome[]>(path('participants'), { participants: [cid.id] })
      assert.equal(gone[0]?.result, 'not_a_member')
      assert.equal((await bob.groups.of(jid).info()).size, 2)
      const update = await told('group.participant_update', (data) => {
        return data['group_jid'] === jid && (data['promote'] as string[]).includes(bob.jid)
      })
      assert.deepEqual([update['sender'], update['join']], [device.phone.jid, []])
    })

    it('are each answered for when they cannot be added, and nobody joins a full group', async () => {
      const { jid } = await make({ name: 'Nearly full' })
      const add = async ({ id }: Phone) => {
        const [outcome] = await device.api.post<Outcome[]>(`/groups/${jid}/participants`, { participants: [id] })
        return [outcome?.result, outcome?.error, outcome?.invitation !== undefined]
      }
      const [dee, eli, fay] = await Promise.all(['Dee', 'Eli', 'Fay'].map((name) => gateway.phone(name)))
      assert.deepEqual(await add(dee!), ['done', 0, false])
      await dee!.groups.of(jid).leave()
      assert.deepEqual(await add(dee!), ['left_recently', 408, true])
      await eli!.settings.block(device.phone.id)
      assert.deepEqual(await add(eli!), ['not_allowed', 401, false])
      const { participants } = gateway.sandbox!.world.groups.get(jid.replace('@g.us', ''))!
      Object.defineProperty(participants, 'size', { value: 1024, configurable: true })
      assert.deepEqual(await add(fay!), ['group_full', 419, false])
      const theirs = await bob.groups.create({ subject: 'Full' })
      const full = gateway.sandbox!.world.groups.get(theirs.jid.replace('@g.us', ''))!
      Object.defineProperty(full.participants, 'size', { value: 1024, configurable: true })
      await device.api.refuses('group_full', 'POST', `/groups/invite/${await theirs.inviteCode()}`)
      for (const each of [participants, full.participants]) Reflect.deleteProperty(each, 'size')
      assert.deepEqual(await add(fay!), ['done', 0, false])
    })

    it('can be changed by admins only', async () => {
      const { jid } = await bob.groups.create({ subject: 'His', participants: [device.phone.id, cid.id] })
      await device.api.refuses('forbidden_by_whatsapp', 'DELETE', `/groups/${jid}/participants`, {
        participants: [cid.id],
      })
    })
  })

  describe('settings', () => {
    it('are changed together, and one by one', async () => {
      const { jid } = await make({ name: 'Set', participants: [bob.id] })
      await device.api.patch(`/groups/${jid}/settings`, {
        announce: true,
        locked: true,
        member_add_mode: 'all',
        join_approval: true,
        disappearing_timer: 86_400,
      })
      let shown = await device.api.get<Shown>(`/groups/${jid}`)
      assert.deepEqual([shown.is_announce, shown.is_locked, shown.member_add_mode], [true, true, 'all'])
      assert.deepEqual([shown.is_join_approval_required, shown.disappearing_timer], [true, 86_400])
      await device.api.post(`/groups/${jid}/join-approval`, { mode: false })
      await device.api.patch(`/groups/${jid}/member-add-mode`, { mode: 'admin_only' })
      await device.api.patch(`/groups/${jid}/settings`, { announce: false, locked: false, disappearing_timer: 'OFF' })
      shown = await device.api.get<Shown>(`/groups/${jid}`)
      assert.deepEqual([shown.is_announce, shown.is_locked, shown.member_add_mode], [false, false, 'admin_only'])
      assert.deepEqual([shown.is_join_approval_required, shown.disappearing_timer], [false, 0])
      const seen = await bob.groups.of(jid).info()
      assert.deepEqual([seen.announcement, seen.locked], [false, false])
      await device.api.refuses('invalid_request', 'PATCH', `/groups/${jid}/settings`, {})
      await device.api.refuses('invalid_request', 'PATCH', `/groups/${jid}/settings`, { disappearing_timer: '8d' })
    })

    it('say who gets recent messages of whom, and are told when others change it', async () => {
      const { jid } = await make({ name: 'Past', participants: [bob.id], history_for_new_members: true })
      const settings = async () => {
        const shown = await device.api.get<Shown>(`/groups/${jid}`)
        return [shown.history_for_new_members, shown.history_sharing_mode]
      }
      assert.deepEqual(await settings(), [true, 'all'])
      const change = { history_for_new_members: false, history_sharing_mode: 'admin_only' }
      await device.api.patch(`/groups/${jid}/settings`, change)
      assert.deepEqual(await settings(), [false, 'admin_only'])
      const seen = await bob.groups.of(jid).info()
      assert.deepEqual([seen.history, seen.historyShare], [false, 'admin_share'])
      const theirs = await bob.groups.create({ subject: 'Theirs', participants: [device.phone.id] })
      const heard = (name: string) =>
        told('group.info_update', (data) => data['group_jid'] === theirs.jid && data['change'] === name)
      await theirs.set({ history: true, historyShare: 'admin_share' })
      assert.equal((await heard('history_for_new_members'))['history_for_new_members'], true)
      const sharing = await heard('history_sharing')
      assert.deepEqual([sharing['history_sharing_mode'], sharing['sender']], ['admin_only', bob.jid])
      await device.api.refuses('forbidden_by_whatsapp', 'PATCH', `/groups/${theirs.jid}/settings`, {
        history_sharing_mode: 'all',
      })
    })

    it('bring a new member what was said before, once, and nothing that changes or forges it', async () => {
      const group = await bob.groups.create({ subject: 'Old friends', participants: [cid.id] })
      const [one, two] = [await group.send({ text: 'long ago' }), await group.send({ text: 'not so long ago' })]
      await group.send({ reaction: { message: one.id, emoji: '👍' } })
      await group.add([device.phone.id])
      await told('group.join', (data) => (data['group'] as Shown).jid === group.jid)
      const texts = async () => {
        const { messages } = await device.api.get<{ messages: { text: string; message_id: string; sender: string }[] }>(
          `/chats/${group.jid}/messages`,
        )
        return messages.filter(({ text }) => text).map(({ text }) => text)
      }
      await group.send({ text: 'welcome' })
      await until('it came', async () => (await texts()).includes('welcome'))
      assert.deepEqual(await texts(), ['welcome'])
      await group.remove([device.phone.id])
      await group.set({ history: true })
      await group.add([device.phone.id])
      const synced = await told('history.sync', ({ sync_type }) => sync_type === 'GROUP_HISTORY')
      assert.deepEqual([synced['conversation_count'], synced['message_count']], [1, 3])
      assert.deepEqual((await texts()).toSorted(), ['long ago', 'not so long ago', 'welcome'])
      const old = await device.api.get<Record<string, unknown>>(`/messages/${two.id}`)
      assert.deepEqual([old['from'], old['from_lid'], old['is_from_me']], [bob.jid, bob.lid, false])
      const { unread_count: unread } = await device.api.get<{ unread_count: number }>(`/chats/${group.jid}`)
      assert.equal(unread, 1)
      assert.deepEqual(bob.violations, [])
    })

    it('keep the chain of descriptions: of two who change the same text the second is told', async () => {
      const { jid, topic_id: first } = await make({ name: 'Text', description: 'one' })
      await device.api.patch(`/groups/${jid}/topic`, { topic: 'two', previous_id: first })
      await device.api.refuses('group_changed', 'PATCH', `/groups/${jid}/topic`, { topic: 'three', previous_id: first })
      assert.equal((await device.api.get<Shown>(`/groups/${jid}`)).topic, 'two')
      await device.api.patch(`/groups/${jid}/description`, { description: '' })
      assert.equal((await device.api.get<Shown>(`/groups/${jid}`)).topic, '')
    })
  })

  describe('invitations', () => {
    it('lead into the group until they are reset, and reading changes nothing', async () => {
      const { jid } = await bob.groups.create({ subject: 'Open house' })
      const code = await bob.groups.of(jid).inviteCode()
      const preview = await device.api.get<Shown>(`/groups/invite/${code}`)
      assert.deepEqual([preview.name, preview.participants], ['Open house', []])
      const joined = await device.api.post<{ group_jid: string; status: string }>(`/groups/invite/${code}`)
      assert.deepEqual(joined, { group_jid: jid, status: 'joined' })
      assert.equal((await bob.groups.of(jid).info()).size, 2)
      await device.api.refuses('already_member', 'POST', `/groups/invite/${code}`)
      await device.api.refuses('not_group_admin', 'GET', `/groups/${jid}/invite-link`)
      await bob.groups.of(jid).promote([device.phone.id])
      const link = async () => (await device.api.get<{ link: string }>(`/groups/${jid}/invite-link`)).link
      assert.equal(await link(), `https://chat.whatsapp.com/${code}`)
      assert.equal(await link(), `https://chat.whatsapp.com/${code}`)
      const reset = await device.api.post<{ link: string }>(`/groups/${jid}/invite-link`)
      assert.notEqual(reset.link, `https://chat.whatsapp.com/${code}`)
      await device.api.post(`/groups/${jid}/leave`)
      await told('group.leave', (data) => data['group_jid'] === jid)
      await device.api.refuses('invitation_gone', 'POST', `/groups/invite/${code}`)
      await device.api.refuses('invitation_not_found', 'GET', '/groups/invite/AbCdEfGhIjKlMnOpQrStUv')
    })

    it('of one person are accepted as the message says', async () => {
      await device.phone.settings.setPrivacy('groupadd', 'contacts')
      const { jid } = await bob.groups.create({ subject: 'By letter' })
      const [outcome] = await bob.groups.of(jid).add([device.phone.id])
      const { code, expiresAtSeconds } = outcome?.invite ?? { code: '', expiresAtSeconds: 0 }
      const wish = { invite_code: code, inviter: bob.id, expiration: expiresAtSeconds }
      assert.equal((await device.api.post<{ status: string }>(`/groups/${jid}/join-invite`, wish)).status, 'joined')
      await device.phone.settings.setPrivacy('groupadd', 'all')
      assert.equal((await bob.groups.of(jid).info()).size, 2)
    })

    it('of one person are taken back', async () => {
      await bob.settings.setPrivacy('groupadd', 'none')
      const { jid, results } = await make({ name: 'Letters', participants: [bob.id] })
      const { code, expires_at } = (results[0] as { invitation?: { code: string; expires_at: string } }).invitation!
      const revoked = await device.api.delete<Outcome[]>(`/groups/${jid}/invitations`, { users: [bob.id] })
      assert.deepEqual(
        revoked.map(({ result }) => result),
        ['done'],
      )
      const invite = { group: jid, admin: device.phone.id, code, expiresAtSeconds: Date.parse(expires_at) / 1000 }
      await assert.rejects(bob.groups.acceptInvite(invite))
      await bob.settings.setPrivacy('groupadd', 'all')
    })

    it('wait for admins where they decide', async () => {
      const { jid } = await make({ name: 'Door', join_approval: true })
      const { link } = await device.api.get<{ link: string }>(`/groups/${jid}/invite-link`)
      const code = link.slice(link.lastIndexOf('/') + 1)
      for (const phone of [bob, cid]) await phone.groups.join(code)
      await told('group.info_update', (data) => data['group_jid'] === jid && data['change'] === 'requested')
      const asked = await device.api.get<{ jid: string; method: string }[]>(`/groups/${jid}/participant-requests`)
      assert.deepEqual(new Set(asked.map((each) => each.jid)), new Set([bob.jid, cid.jid]))
      assert.deepEqual(asked[0]?.method, 'invite_link')
      await device.api.post(`/groups/${jid}/requests/approve`, { users: [bob.id] })
      await device.api.post(`/groups/${jid}/requests/reject`, { users: [cid.lid] })
      const [late] = await device.api.post<Outcome[]>(`/groups/${jid}/requests/approve`, { users: [cid.id] })
      assert.equal(late?.result, 'nothing_asked')
      assert.equal((await bob.groups.of(jid).info()).size, 2)
    })
  })

  describe('communities', () => {
    it('hold groups, tell who is in them, and end', async () => {
      const community = await make({ name: 'Town', community: true })
      assert.equal(community.is_parent, true)
      const { jid } = await make({ name: 'Street', participants: [bob.id] })
      const link = `/groups/${community.jid}/link/${jid}`
      await device.api.post(link)
      assert.equal((await device.api.get<Shown>(`/groups/${jid}`)).linked_parent_jid, community.jid)
      const subgroups = await device.api.get<{ jid: string; is_default_sub_group: boolean }[]>(
        `/groups/${community.jid}/subgroups`,
      )
      assert.deepEqual(subgroups.map((each) => each.is_default_sub_group).toSorted(), [false, true])
      const people = await device.api.get<{ jid: string }[]>(`/groups/${community.jid}/linked-participants`)
      assert.deepEqual(new Set(people.map((each) => each.jid)), new Set([device.phone.jid, bob.jid]))
      await device.api.delete(link)
      assert.equal((await device.api.get<Shown>(`/groups/${jid}`)).linked_parent_jid, undefined)
      await device.api.refuses('group_not_found', 'DELETE', link)
      await device.api.delete(`/groups/${community.jid}`)
      await told('group.leave', (data) => data['group_jid'] === community.jid)
    })
  })
})
