import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import type { Jid, WireNode } from '../../wire/node.ts'
import { child, children, textAttr } from '../../wire/node-access.ts'
import { accountJid, deviceJid } from '../../world/address.ts'
import type { Group } from '../../world/groups/group.ts'
import { World } from '../../world/world.ts'
import { participantHash } from '../participant-hash.ts'
import { serveWorld } from '../serve-world.ts'
import { BarePhone } from '../testing/bare-phone.ts'
import { groupJid } from './group-address.ts'

const server: Jid = { user: '', server: 'g.us' }
const isJid = (value: unknown): boolean => typeof value === 'object' && value !== null && 'server' in value

describe('what groups look like on the wire', () => {
  let world: World
  let ana: BarePhone
  let ben: BarePhone
  let group: Group

  const ask = async (from: BarePhone, to: Jid, type: 'get' | 'set', content: WireNode): Promise<WireNode> => {
    const answer = await world.router.submit(from.device, {
      tag: 'iq',
      attrs: { id: 'Q', type, xmlns: 'w:g2', to },
      content: [content],
    })
    assert.ok(answer)
    return answer
  }
  const set = (content: WireNode, from = ana) => ask(from, groupJid(group), 'set', content)
  const named = (...people: BarePhone[]): WireNode[] =>
    people.map(({ account }) => ({ tag: 'participant', attrs: { jid: accountJid(account, 'pn') } }))
  const notices = (phone: BarePhone, change: string): WireNode[] =>
    phone.received.map(({ node }) => node).filter((node) => textAttr(node, 'type') === 'w:gp2' && child(node, change))
  const told = (change: string): { notification: WireNode; change: WireNode } => {
    const notification = notices(ben, change).at(-1)
    assert.ok(notification, `Ben heard nothing of ${change}`)
    return { notification, change: child(notification, change)! }
  }

  beforeEach(async () => {
    world = serveWorld(new World({ seed: 5 }))
    ana = new BarePhone(world, 'Ana')
    ben = new BarePhone(world, 'Ben')
    const content = named(ben)
    const answer = await ask(ana, server, 'set', { tag: 'create', attrs: { subject: 'Group' }, content })
    group = world.groups.get(`${textAttr(child(answer, 'group'), 'id')}@g.us`)!
  })

  it('names the group, who changed it and when, by values of the right kind', async () => {
    await set({ tag: 'locked', attrs: {} })
    const { notification } = told('locked')
    assert.deepEqual(notification.attrs['from'], groupJid(group))
    assert.deepEqual(notification.attrs['participant'], accountJid(ana.account, 'lid'))
    assert.deepEqual(notification.attrs['participant_pn'], accountJid(ana.account, 'pn'))
    assert.equal(textAttr(notification, 'addressing_mode'), 'lid')
    assert.match(textAttr(notification, 't') ?? '', /^\d{10}$/)
  })

  it('writes addresses as addresses and ids as text', async () => {
    const answer = await ask(ben, groupJid(group), 'get', { tag: 'query', attrs: { request: 'interactive' } })
    const node = child(answer, 'group')!
    for (const name of ['creator', 'creator_pn', 's_o', 's_o_pn']) assert.ok(isJid(node.attrs[name]), name)
    for (const name of ['id', 'subject', 's_t', 'creation', 'size', 'a_v_id', 'p_v_id', 'addressing_mode']) {
      assert.equal(typeof node.attrs[name], 'string', name)
    }
    for (const participant of children(node, 'participant')) {
      assert.ok(isJid(participant.attrs['jid']) && isJid(participant.attrs['phone_number']))
    }
    assert.ok(child(node, 'member_add_mode')?.content instanceof Uint8Array)
  })

  it('gives every change what a strict client insists on', async () => {
    await set({ tag: 'subject', attrs: {}, content: Buffer.from('Renamed') })
    const subject = told('subject').change
    assert.deepEqual([textAttr(subject, 'subject'), isJid(subject.attrs['s_o'])], ['Renamed', true])
    assert.match(textAttr(subject, 's_t') ?? '', /^\d{10}$/)
    for (const tag of ['announcement', 'not_announcement']) {
      await set({ tag, attrs: {} })
      assert.match(textAttr(told(tag).change, 'v_id') ?? '', /^\d+$/)
    }
    await set({ tag: 'ephemeral', attrs: { expiration: '86400' } })
    assert.equal(textAttr(told('ephemeral').change, 'expiration'), '86400')
    const body: WireNode = { tag: 'body', attrs: {}, content: 'short' }
    await set({ tag: 'description', attrs: { id: 'D1' }, content: [body] })
    const description = told('description').change
    assert.equal(textAttr(description, 'id'), 'D1')
    assert.ok(child(description, 'body')?.content instanceof Uint8Array)
    await set({ tag: 'description', attrs: { id: 'D2', prev: 'D1', delete: 'true' } })
    const deleted = told('description').change
    assert.deepEqual([textAttr(deleted, 'id'), child(deleted, 'delete') !== undefined], ['D2', true])
  })

  it('counts the versions of its members up, from the one before', async () => {
    const caro = new BarePhone(world, 'Caro')
    await set({ tag: 'add', attrs: {}, content: named(caro) })
    const added = told('add').change
    await set({ tag: 'promote', attrs: {}, content: named(caro) })
    const promoted = told('promote').change
    assert.equal(textAttr(promoted, 'prev_v_id'), textAttr(added, 'v_id'))
    assert.equal(textAttr(children(promoted, 'participant')[0], 'type'), 'admin')
    assert.ok(isJid(children(added, 'participant')[0]?.attrs['jid']))
  })

  it('tells who joins of the whole group, and the one who acts of the change too', async () => {
    const caro = new BarePhone(world, 'Caro')
    await set({ tag: 'add', attrs: {}, content: named(caro) })
    await Promise.resolve()
    const [welcome] = notices(caro, 'create')
    const whole = child(child(welcome, 'create'), 'group')
    assert.equal(children(whole ?? { tag: '', attrs: {} }, 'participant').length, 3)
    assert.equal(notices(ben, 'create').length, 1)
    assert.equal(notices(ana, 'add').length, 1)
  })

  it('keeps the code of the link from those who may not invite', async () => {
    await set({ tag: 'invite', attrs: {} })
    assert.equal(notices(ben, 'invite').length, 0)
    assert.equal(textAttr(child(notices(ana, 'invite')[0], 'invite'), 'code'), group.inviteCode)
  })

  it('understands a group as another client asks for it', async () => {
    const approval: WireNode = { tag: 'group_join', attrs: { state: 'on' } }
    const answer = await ask(ana, server, 'set', {
      tag: 'create',
      attrs: { subject: 'As whatsmeow asks' },
      content: [
        ...named(ben),
        { tag: 'member_add_mode', attrs: {}, content: 'admin_add' },
        { tag: 'locked', attrs: {} },
        { tag: 'ephemeral', attrs: { expiration: '604800', trigger: '1' } },
        { tag: 'membership_approval_mode', attrs: {}, content: [approval] },
      ],
    })
    const made = world.groups.get(`${textAttr(child(answer, 'group'), 'id')}@g.us`)
    assert.deepEqual(made?.settings, {
      ...{ announcement: false, locked: true, ephemeralSeconds: 604_800 },
      ...{ joinApproval: true, memberAdd: 'admin_add', history: false, historyShare: 'all_member_share' },
    })
  })

  describe('a message', () => {
    const enc = (type: string): WireNode => ({ tag: 'enc', attrs: { v: '2', type }, content: Buffer.from(type) })
    const key = (jid: Jid): WireNode => ({ tag: 'to', attrs: { jid }, content: [enc('pkmsg')] })
    const identity: WireNode = { tag: 'device-identity', attrs: {}, content: Buffer.from('chain') }
    const send = (from: BarePhone, attrs: WireNode['attrs'], content: readonly WireNode[]) =>
      world.router.submit(from.device, {
        tag: 'message',
        attrs: { id: 'M', to: groupJid(group), type: 'text', ...attrs },
        content,
      })
    const waiting = (phone: BarePhone): WireNode[] =>
      phone.received.map(({ node }) => node).filter(({ tag }) => tag === 'message')
    const types = (node: WireNode | undefined) =>
      children(node ?? { tag: '', attrs: {} }, 'enc').map((part) => textAttr(part, 'type'))

    it('reaches each device with its own part and the shared one', async () => {
      const caro = new BarePhone(world, 'Caro')
      await set({ tag: 'add', attrs: {}, content: named(caro) })
      const participants = { tag: 'participants', attrs: {}, content: [key(deviceJid(ben.device, 'lid'))] }
      await send(ana, {}, [participants, enc('skmsg'), identity])
      const [toBen] = waiting(ben)
      const [toCaro] = waiting(caro)
      assert.deepEqual([types(toBen), types(toCaro)], [['pkmsg', 'skmsg'], ['skmsg']])
      assert.deepEqual(
        [child(toBen, 'device-identity') !== undefined, child(toCaro, 'device-identity')],
        [true, undefined],
      )
      assert.deepEqual(toBen?.attrs['participant'], deviceJid(ana.device, 'lid'))
      assert.deepEqual(toBen?.attrs['participant_pn'], accountJid(ana.account, 'pn'))
      assert.deepEqual(waiting(ana), [])
    })

    it('is answered with the right hash when the sender counted other devices, and with none otherwise', async () => {
      const right = participantHash([deviceJid(ana.device, 'lid'), deviceJid(ben.device, 'lid')])
      const answer = await send(ana, { phash: right }, [enc('skmsg')])
      assert.equal(textAttr(answer, 'phash'), undefined)
      const stale = await send(ana, { phash: '2:AAAAAAAA' }, [enc('skmsg')])
      assert.equal(textAttr(stale, 'phash'), right)
    })

    it('keeps the part of somebody who is no member from them', async () => {
      const caro = new BarePhone(world, 'Caro')
      const participants = { tag: 'participants', attrs: {}, content: [key(deviceJid(caro.device, 'lid'))] }
      const answer = await send(ana, {}, [participants, enc('skmsg')])
      assert.equal(textAttr(answer, 'error'), undefined)
      assert.deepEqual(waiting(caro), [])
    })

    it('is refused without anything sealed in it, and from those who are no members', async () => {
      assert.equal(textAttr(await send(ana, {}, [])!, 'error'), '479')
      assert.equal(
        textAttr(await send(ana, {}, [{ tag: 'enc', attrs: { type: 'plain' }, content: Buffer.from('x') }]), 'error'),
        '479',
      )
      assert.equal(textAttr(await send(new BarePhone(world, 'Caro'), {}, [enc('skmsg')]), 'error'), '403')
      assert.equal(textAttr(await send(ana, { to: { user: '1', server: 'g.us' } }, [enc('skmsg')]), 'error'), '404')
    })

    it('goes once more to the one device that asked', async () => {
      const caro = new BarePhone(world, 'Caro')
      await set({ tag: 'add', attrs: {}, content: named(caro) })
      await send(ana, { participant: deviceJid(caro.device, 'lid') }, [enc('msg')])
      assert.deepEqual([types(waiting(caro)[0]), waiting(ben)], [['msg'], []])
    })
  })
})
