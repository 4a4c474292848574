import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

interface Event {
  readonly event_type: string
  readonly backfill?: boolean
  readonly data: Data
}

/** Group as lists show it. */
type Shown = Data & {
  readonly jid: string
  readonly participants: readonly { readonly jid: string; readonly is_admin: boolean }[]
}

describe('what changes about a group', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  /** Another linked device of the same account. */
  let second: TestDevice
  let bob: Phone
  let cid: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, environment: { WHATSAPP_GROUP_LIST_CACHE_TTL: '1h' } })
    device = await gateway.linkDevice()
    second = await gateway.linkDevice(device.phone)
    bob = await gateway.phone('Bob')
    cid = await gateway.phone('Cid')
  })
  after(async () => {
    assert.deepEqual(gateway.sandbox?.unhandled, [])
    await gateway.stop()
  })

  const events = async (of: TestDevice, group: string) => {
    const types = 'group.join,group.leave,group.participant_update,group.info_update'
    const { events: all } = await of.api.get<{ events: Event[] }>(`/events?types=${types}&limit=1000`)
    return all.filter(({ data }) => data['group_jid'] === group)
  }
  const told = (of: TestDevice, group: string, fits: (event: Event) => boolean) =>
    until('it is told', async () => (await events(of, group)).find(fits))
  const changed = (of: TestDevice, group: string, change: string) =>
    told(of, group, ({ data }) => data['change'] === change)
  const linked = () => [...device.phone.account.devices.values()].filter(({ id }) => id > 0)

  it('empties the list that is kept, whatever it was and whoever did it', async () => {
    const group = await bob.groups.create({ subject: 'Kept', participants: [device.phone.jid, cid.jid] })
    await told(device, group.jid, ({ event_type }) => event_type === 'group.join')
    const listed = async () => (await device.api.get<Shown[]>('/groups')).find(({ jid }) => jid === group.jid)
    const admins = (of: Shown | undefined) => of?.participants.filter(({ is_admin }) => is_admin).map(({ jid }) => jid)
    const changes: readonly [what: string, act: () => Promise<unknown>, shows: (of: Shown) => boolean][] = [
      ['name', () => group.setSubject('Renamed'), ({ name }) => name === 'Renamed'],
      ['description', () => group.setDescription('About us'), ({ topic }) => topic === 'About us'],
      ['announcement', () => group.set({ announcement: true }), ({ is_announce }) => is_announce === true],
      ['locked', () => group.set({ locked: true }), ({ is_locked }) => is_locked === true],
      ['member_add', () => group.set({ memberAdd: 'admin_add' }), (of) => of['member_add_mode'] === 'admin_only'],
      ['join_approval', () => group.set({ joinApproval: true }), (of) => of['is_join_approval_required'] === true],
      ['ephemeral', () => group.set({ ephemeralSeconds: 86_400 }), (of) => of['disappearing_timer'] === 86_400],
      ['history_for_new_members', () => group.set({ history: true }), (of) => of['history_for_new_members'] === true],
      [
        'history_sharing',
        () => group.set({ historyShare: 'admin_share' }),
        (of) => of['history_sharing_mode'] === 'admin_only',
      ],
      ['promoted', () => group.promote([cid.jid]), (of) => admins(of)?.includes(cid.jid) === true],
      ['demoted', () => group.demote([cid.jid]), (of) => admins(of)?.includes(cid.jid) === false],
      ['left', () => group.remove([cid.jid]), ({ participant_count: count }) => count === 2],
      ['joined', () => group.add([cid.jid]), ({ participant_count: count }) => count === 3],
    ]
    for (const [what, act, shows] of changes) {
      const kept = await listed()
      assert.ok(kept && !shows(kept), `${what} is as it will be`)
      await act()
      await changed(device, group.jid, what)
      const now = await listed()
      assert.ok(now && shows(now), `the list does not show ${what}`)
    }
    const community = await bob.groups.createCommunity({ subject: 'Town', participants: [device.phone.jid] })
    await listed()
    await community.link([group.jid])
    await changed(device, group.jid, 'linked')
    assert.equal((await listed())?.['linked_parent_jid'], community.jid)
    await community.unlink([group.jid])
    await changed(device, group.jid, 'unlinked')
    assert.equal((await listed())?.['linked_parent_jid'], undefined)
    await group.remove([device.phone.jid])
    await told(device, group.jid, ({ event_type }) => event_type === 'group.leave')
    assert.equal(await listed(), undefined)
    await group.add([device.phone.jid])
    await until('it is listed again', listed)
    await device.api.post(`/groups/${group.jid}/leave`)
    await until('it is gone', async () => (await listed()) === undefined)
  })

  it('is asked for once while the list is kept, and again by force', async () => {
    await device.api.get('/groups')
    const refuse = () => {
      for (const one of linked()) gateway.sandbox!.fault.next(one, 'iq', { nack: 429 })
    }
    refuse()
    await device.api.get('/groups')
    const limited = await device.api.refuses('whatsapp_rate_limited', 'GET', '/groups?force_refresh=true')
    assert.ok(Number(limited.headers.get('retry-after')) > 0)
    gateway.sandbox!.fault.clear()
    await device.api.get('/groups?force_refresh=true')
  })

  it('is refused as too much, with a time to come back, whatever the act', async () => {
    const made = await device.api.post<Shown>('/groups', { name: 'Busy', participants: [bob.id] })
    const path = `/groups/${made.jid}`
    const acts = [
      ['POST', '/groups', { name: 'More' }],
      ['POST', `${path}/participants`, { participants: [cid.lid] }],
      ['DELETE', `${path}/participants`, { participants: [bob.lid] }],
      ['PATCH', `${path}/settings`, { locked: true }],
      ['PATCH', `${path}/settings`, { history_sharing_mode: 'admin_only' }],
      ['PATCH', `${path}/name`, { name: 'Busier' }],
      ['POST', `${path}/invite-link`, undefined],
      ['POST', `${path}/leave`, undefined],
    ] as const
    for (const [method, where, body] of acts) {
      for (const one of linked()) gateway.sandbox!.fault.next(one, 'iq', { nack: 429 })
      const { headers } = await device.api.refuses('whatsapp_rate_limited', method, where, body)
      assert.ok(Number(headers.get('retry-after')) > 0, `${method} ${where}`)
      gateway.sandbox!.fault.clear()
    }
    const after = await device.api.get<Shown>(path)
    assert.deepEqual([after['name'], after['participant_count'], after['is_locked']], ['Busy', 2, false])
  })

  it('is seen by the other devices of the account, and by the phones of the members', async () => {
    const { api } = device
    const made = await api.post<Shown>('/groups', { name: 'Ours', participants: [bob.id], description: 'At first' })
    const path = `/groups/${made.jid}`
    await told(second, made.jid, ({ event_type }) => event_type === 'group.join')
    const dot = 'R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
    const seen = async (change: string) => {
      const { data } = await changed(second, made.jid, change)
      assert.equal(data['sender'], device.phone.jid, change)
    }
    await api.patch(`${path}/name`, { name: 'Still ours' })
    await seen('name')
    await api.patch(`${path}/topic`, { topic: 'By now' })
    await seen('description')
    await api.post(`${path}/photo`, { base64: dot })
    await seen('photo')
    assert.ok((await bob.people.picture(made.jid))?.id)
    await api.post(`${path}/photo`, { remove: true })
    await until('no phone shows a photo', async () => (await bob.people.picture(made.jid)) === undefined)
    await api.patch(`${path}/settings`, {
      ...{ announce: true, locked: true, member_add_mode: 'all', join_approval: true, disappearing_timer: '24h' },
      ...{ history_for_new_members: true, history_sharing_mode: 'admin_only' },
    })
    const settings = [
      'announcement',
      'locked',
      'join_approval',
      'ephemeral',
      'history_for_new_members',
      'history_sharing',
    ]
    for (const setting of settings) await seen(setting)
    await api.post(`${path}/participants`, { participants: [cid.id] })
    await seen('joined')
    await api.post(`${path}/admins`, { users: [cid.id] })
    await seen('promoted')
    await api.delete(`${path}/admins`, { users: [cid.id] })
    await seen('demoted')
    await api.post(`${path}/invite-link`)
    await api.delete(`${path}/participants`, { participants: [cid.id] })
    await seen('left')
    const phones = await bob.groups.of(made.jid).info()
    assert.deepEqual(
      [
        phones.subject,
        phones.description?.text,
        phones.announcement,
        phones.locked,
        phones.joinApproval,
        phones.history,
      ],
      ['Still ours', 'By now', true, true, true, true],
    )
    await api.post(`${path}/leave`)
    await told(second, made.jid, ({ event_type }) => event_type === 'group.leave')
    assert.equal((await bob.groups.of(made.jid).info()).size, 1)
  })

  it('comes as backfill when it happened while the device was away', async () => {
    const group = await bob.groups.create({ subject: 'Away', participants: [device.phone.jid, cid.jid] })
    for (const one of [device, second]) await told(one, group.jid, ({ event_type }) => event_type === 'group.join')
    await gateway.halt()
    await group.setSubject('Back')
    await group.set({ announcement: true, historyShare: 'admin_share' })
    await group.promote([device.phone.jid])
    await group.remove([cid.jid])
    const fresh = await bob.groups.create({ subject: 'New meanwhile', participants: [device.phone.jid] })
    await gateway.start()
    device = { ...gateway.deviceWith(device.id, device.secret, device.token), phone: device.phone }
    second = gateway.deviceWith(second.id, second.secret, second.token)
    for (const one of [device, second]) {
      for (const change of ['name', 'announcement', 'history_sharing', 'promoted', 'left']) {
        assert.equal((await changed(one, group.jid, change)).backfill, true, change)
      }
      const joined = await told(one, fresh.jid, ({ event_type }) => event_type === 'group.join')
      assert.equal(joined.backfill, true)
    }
  })
})
