import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BinaryNode, GroupMetadata } from 'baileys-stock'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { clientRefused, refusedWith, statuses } from './testing/group-steps.ts'

describe('groups, with a stock client', () => {
  const stage = conformanceWorld(21)
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

  it('are created by a client, and phones and clients in them hear of it', async () => {
    const made = await ana.client.socket.groupCreate('Trip', [ben.phone.lid, caro.lid])
    assert.deepEqual(
      [made.subject, made.addressingMode, made.owner, made.ownerPn],
      ['Trip', 'lid', ana.phone.lid, ana.phone.jid],
    )
    assert.deepEqual(
      made.participants.map(({ id, phoneNumber, admin }) => [id, phoneNumber, admin]),
      [
        [ana.phone.lid, ana.phone.jid, 'superadmin'],
        [ben.phone.lid, ben.phone.jid, null],
        [caro.lid, caro.jid, null],
      ],
    )
    const [seen] = await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === made.id))
    assert.equal(seen?.author, ana.phone.lid)
    await ana.phone.groups.of(made.id).until.change('create')
    await caro.groups.of(made.id).until.change('create', ({ type }) => type === 'new')
    const info = await caro.groups.of(made.id).info()
    assert.deepEqual(
      info.participants.map(({ jid, role }) => [jid, role]),
      [
        [ana.phone.jid, 'superadmin'],
        [ben.phone.jid, 'member'],
        [caro.jid, 'member'],
      ],
    )
  })

  it('are created by a phone, and listed by its clients', async () => {
    const group = await caro.groups.create({
      subject: 'Phones first',
      participants: [ana.phone.jid],
      ephemeralSeconds: 86_400,
      announcement: true,
    })
    await ana.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === group.jid))
    const all = await ana.client.socket.groupFetchAllParticipating()
    const metadata = all[group.jid]
    assert.deepEqual(
      [metadata?.subject, metadata?.ephemeralDuration, metadata?.announce],
      ['Phones first', 86_400, true],
    )
    assert.deepEqual(new Set(Object.keys(all)), new Set((await ana.phone.groups.list()).map(({ jid }) => jid)))
  })

  it('take in and let go people by the word of a client', async () => {
    const group = await opened('Coming and going')
    const dora = await stage.phone('Dora')
    assert.deepEqual(statuses(await ana.client.socket.groupParticipantsUpdate(group, [dora.lid], 'add')), ['200'])
    await dora.groups.of(group).until.change('create')
    const added = await caro.groups.of(group).until.change('add')
    assert.deepEqual([added.data['people'], added.data['by']], [[dora.jid], ana.phone.id])
    await ben.client.until(
      'group-participants.update',
      ({ id, action, participants }) => id === group && action === 'add' && participants[0]?.id === dora.lid,
    )
    assert.deepEqual(statuses(await ana.client.socket.groupParticipantsUpdate(group, [dora.jid], 'remove')), ['200'])
    await dora.groups.of(group).until.change('remove')
    await caro.groups.of(group).until.change('remove')
    await refusedWith(403, dora.groups.of(group).info())
  })

  it('take in and let go a client by the word of a phone', async () => {
    const group = await caro.groups.create({ subject: 'By phone', participants: [ana.phone.jid] })
    await group.add([ben.phone.jid])
    await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === group.jid))
    await ana.client.until(
      'group-participants.update',
      ({ id, action, author }) => id === group.jid && action === 'add' && author === caro.lid,
    )
    await group.remove([ben.phone.jid])
    await ben.client.until('group-participants.update', ({ id, action }) => id === group.jid && action === 'remove')
    await assert.rejects(ben.client.socket.groupMetadata(group.jid), /forbidden/)
  })

  it('make admins and members, each seen by the others', async () => {
    const group = await opened('Ranks')
    assert.deepEqual(statuses(await ana.client.socket.groupParticipantsUpdate(group, [caro.lid], 'promote')), ['200'])
    await caro.groups.of(group).until.change('promote')
    assert.deepEqual(
      (await caro.groups.of(group).promote([ben.phone.jid])).map(({ status }) => status),
      [200],
    )
    await ben.client.until('group-participants.update', ({ id, action }) => id === group && action === 'promote')
    await caro.groups.of(group).demote([ben.phone.jid])
    await ben.client.until('group-participants.update', ({ id, action }) => id === group && action === 'demote')
    // The creator stays what they are.
    assert.deepEqual(
      (await caro.groups.of(group).demote([ana.phone.jid])).map(({ status }) => status),
      [406],
    )
    assert.deepEqual(
      (await caro.groups.of(group).remove([ana.phone.jid])).map(({ status }) => status),
      [406],
    )
  })

  it('are renamed and described by clients and phones', async () => {
    const group = await opened('Old name')
    await ana.client.socket.groupUpdateSubject(group, 'New name')
    await caro.groups.of(group).until.change('subject', ({ subject }) => subject === 'New name')
    await ana.client.socket.groupUpdateDescription(group, 'What it is about')
    await ben.client.until('groups.update', (groups) =>
      groups.some(({ id, desc }) => id === group && desc?.startsWith('What')),
    )
    await caro.groups.of(group).until.change('description')
    assert.equal((await caro.groups.of(group).info()).description?.text, 'What it is about')
    await caro.groups.of(group).setDescription('x')
    await ben.client.until('groups.update', (groups) => groups.some(({ id, desc }) => id === group && desc === 'x'))
    const metadata = await ben.client.socket.groupMetadata(group)
    assert.deepEqual([metadata.desc, metadata.descOwner, metadata.subject], ['x', caro.lid, 'New name'])
    await caro.groups.of(group).setSubject('Third name')
    await ben.client.until('groups.update', (groups) => groups.some(({ subject }) => subject === 'Third name'))
    await ana.client.socket.groupUpdateDescription(group)
    assert.equal((await ana.client.socket.groupMetadata(group)).desc, undefined)
  })

  it('change their settings by clients and phones', async () => {
    const group = await opened('Settings')
    const { socket } = ana.client
    const phone = caro.groups.of(group)
    // One after the other: the library shows only the first of several changes that come in one go.
    const shown = (change: Partial<GroupMetadata>) =>
      ben.client.until('groups.update', (groups) =>
        groups.some(
          (update) =>
            update.id === group && Object.entries(change).every(([key, value]) => update[key as 'id'] === value),
        ),
      )
    await socket.groupSettingUpdate(group, 'announcement')
    await shown({ announce: true })
    await socket.groupSettingUpdate(group, 'locked')
    await shown({ restrict: true })
    await socket.groupJoinApprovalMode(group, 'on')
    await shown({ joinApprovalMode: true })
    await socket.groupMemberAddMode(group, 'admin_add')
    await shown({ memberAddMode: false })
    await socket.groupToggleEphemeral(group, 604_800)
    await phone.until.change('ephemeral', ({ expiration }) => expiration === '604800')
    const seen = await phone.info()
    assert.deepEqual(
      [seen.announcement, seen.locked, seen.ephemeralSeconds, seen.joinApproval, seen.memberAdd],
      [true, true, 604_800, true, 'admin_add'],
    )
    const mine = ana.phone.groups.of(group)
    await mine.set({ announcement: false })
    await shown({ announce: false })
    await mine.set({ locked: false })
    await shown({ restrict: false })
    await mine.set({ joinApproval: false, ephemeralSeconds: 0, memberAdd: 'all_member_add' })
    const metadata = await socket.groupMetadata(group)
    assert.deepEqual(
      [
        metadata.announce,
        metadata.restrict,
        metadata.ephemeralDuration,
        metadata.joinApprovalMode,
        metadata.memberAddMode,
      ],
      [false, false, undefined, false, true],
    )
    await clientRefused(400, socket.groupToggleEphemeral(group, 17))
  })

  it('are left by a client, and the longest member takes over when no admin is left', async () => {
    const group = await opened('Left')
    await ana.client.socket.groupLeave(group)
    const removed = await caro.groups.of(group).until.change('remove')
    assert.deepEqual([removed.data['people'], removed.data['by']], [[ana.phone.jid], ana.phone.id])
    await ben.client.until('group-participants.update', ({ id, action }) => id === group && action === 'promote')
    const metadata = await ben.client.socket.groupMetadata(group)
    assert.deepEqual(
      metadata.participants.map(({ id, admin }) => [id, admin]),
      [
        [ben.phone.lid, 'admin'],
        [caro.lid, null],
      ],
    )
    await caro.groups.of(group).leave()
    await ben.client.until(
      'group-participants.update',
      ({ id, action, author }) => id === group && action === 'remove' && author === caro.lid,
    )
  })

  it('change their picture by clients and phones, and everybody hears of it', async () => {
    const group = await opened('Picture')
    const { world } = await stage.sandbox()
    const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
    const content: BinaryNode[] = [{ tag: 'picture', attrs: { type: 'image' }, content: jpeg }]
    const attrs = { to: '@s.whatsapp.net', type: 'set', xmlns: 'w:profile:picture', target: group }
    const shown = (state: string) =>
      ben.client.until('contacts.update', (contacts) =>
        contacts.some(({ id, imgUrl }) => id === group && imgUrl === state),
      )
    // The library would shrink a picture with a module that is not installed; this is what it then sends.
    await ana.client.socket.query({ tag: 'iq', attrs, content })
    await shown('changed')
    const first = world.groups.get(group)?.pictureId
    assert.ok(first)
    assert.notEqual(await caro.groups.of(group).setPhoto(jpeg), first)
    await ana.client.socket.removeProfilePicture(group)
    await shown('removed')
    assert.equal(world.groups.get(group)?.pictureId, undefined)
    await ana.client.socket.groupSettingUpdate(group, 'locked')
    await refusedWith(403, caro.groups.of(group).setPhoto(jpeg))
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
