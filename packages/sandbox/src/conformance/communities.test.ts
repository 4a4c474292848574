import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BinaryNode, GroupMetadata } from 'baileys-stock'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'
import { clientRefused, refusedWith } from './testing/group-steps.ts'

describe('communities, with a stock client', () => {
  const stage = conformanceWorld(25)
  let ana: Linked
  let ben: Linked
  let caro: Phone

  before(async () => {
    ;[ana, ben, caro] = await stage.three()
  })
  after(() => stage.end())

  /** Ana's client opens a community. */
  async function opened(subject: string, description = ''): Promise<GroupMetadata> {
    const made = await ana.client.socket.communityCreate(subject, description)
    assert.ok(made)
    return made
  }

  /** What stock baileys has no function for. */
  const request = (to: string, content: BinaryNode, { client }: Linked = ana) =>
    client.socket.query({ tag: 'iq', attrs: { to, type: 'set', xmlns: 'w:g2' }, content: [content] })

  const subGroups = async (community: string) =>
    (await ana.client.socket.communityFetchLinkedGroups(community)).linkedGroups

  it('are created by a client, with an announcement group and a general chat', async () => {
    const community = await opened('Neighbours', 'All of Elm Street')
    assert.deepEqual(
      [community.subject, community.desc, community.isCommunity],
      ['Neighbours', 'All of Elm Street', true],
    )
    const linked = await subGroups(community.id)
    assert.deepEqual(
      linked.map(({ subject, size }) => [subject, size]),
      [
        ['Neighbours', 1],
        ['General', 1],
      ],
    )
    const announcements = await ana.client.socket.groupMetadata(linked[0]!.id!)
    assert.deepEqual(
      [announcements.isCommunityAnnounce, announcements.announce, announcements.linkedParent],
      [true, true, community.id],
    )
    await ana.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === linked[0]?.id))
    await ana.phone.groups.of(community.id).until.change('create')
  })

  it('are created by a phone, and listed by its client', async () => {
    const community = await ana.phone.groups.createCommunity({ subject: 'By phone', participants: [ben.phone.jid] })
    await ana.client.until('groups.upsert', (groups) =>
      groups.some(({ id, isCommunity }) => id === community.jid && isCommunity),
    )
    const all = await ben.client.socket.groupFetchAllParticipating()
    const [defaultGroup] = await community.subGroups()
    assert.deepEqual([all[community.jid]?.isCommunity, all[defaultGroup!.jid]?.isCommunityAnnounce], [true, true])
    assert.ok(defaultGroup?.isDefault)
  })

  it('get new groups, whose members become members of the community', async () => {
    const { id: community } = await opened('Growing')
    const made = await ana.client.socket.communityCreateGroup('Gardening', [caro.lid], community)
    assert.equal(made?.linkedParent, community)
    await caro.groups.of(made!.id).until.change('create')
    await caro.groups.of(community).until.change('create', ({ reason }) => reason === 'linked_group_join')
    const [announcements] = await caro.groups.of(community).subGroups()
    await caro.groups.of(announcements!.jid).until.change('create')
    const members = await caro.groups.of(community).members()
    assert.deepEqual(new Set(members.map(({ jid }) => jid)), new Set([ana.phone.jid, caro.jid]))
  })

  it('take in a group that exists, and let it go again', async () => {
    const { id: community } = await opened('Linking')
    const { id: group } = await ana.client.socket.groupCreate('Cooking', [ben.phone.lid, caro.lid])
    await ana.client.socket.communityLinkGroup(group, community)
    const link = await caro.groups.of(group).until.change('link')
    assert.equal(link.data['link_type'], 'parent_group')
    await ana.phone.groups.of(community).until.change('link', ({ link_type }) => link_type === 'sub_group')
    assert.equal((await ben.client.socket.groupMetadata(group)).linkedParent, community)
    await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === community))
    assert.ok((await subGroups(community)).some(({ id }) => id === group))
    await ana.client.socket.communityUnlinkGroup(group, community)
    const unlink = await caro.groups.of(group).until.change('unlink')
    assert.deepEqual([unlink.data['unlink_type'], unlink.data['unlink_reason']], ['parent_group', 'unlink_group'])
    assert.equal((await ben.client.socket.groupMetadata(group)).linkedParent, undefined)
    // Its members stay in the community.
    assert.ok((await ben.client.socket.groupMetadata(community)).participants.some(({ id }) => id === caro.lid))
  })

  it('lose with a group those who were in no other, when asked to', async () => {
    const { id: community } = await opened('Losing')
    const { id: first } = await ana.client.socket.groupCreate('First', [ben.phone.lid, caro.lid])
    const { id: second } = await ana.client.socket.groupCreate('Second', [ben.phone.lid])
    for (const group of [first, second]) await ana.client.socket.communityLinkGroup(group, community)
    await caro.groups.of(community).until.change('create')
    const item = { tag: 'group', attrs: { jid: first, remove_orphaned_members: 'true' } }
    await request(community, { tag: 'unlink', attrs: { unlink_type: 'sub_group' }, content: [item] })
    await caro.groups.of(community).until.change('remove')
    const left = (await ben.client.socket.groupMetadata(community)).participants.map(({ id }) => id)
    assert.deepEqual(new Set(left), new Set([ana.phone.lid, ben.phone.lid]))
    assert.equal((await caro.groups.of(first).info()).participants.length, 3)
  })

  it('are ended by who opened them, while their groups go on', async () => {
    const { id: community } = await opened('Ending')
    const { id: group } = await ana.client.socket.groupCreate('Staying', [ben.phone.lid, caro.lid])
    await ana.client.socket.communityLinkGroup(group, community)
    const [announcements] = await ana.phone.groups.of(community).subGroups()
    await ana.client.socket.communityParticipantsUpdate(community, [ben.phone.lid], 'promote')
    const end = { tag: 'delete_parent', attrs: {} }
    await clientRefused(403, request(community, end, ben))
    await clientRefused(406, request(group, end))
    await request(community, end)
    for (const jid of [community, announcements!.jid]) {
      const ended = await caro.groups.of(jid).until.change('delete')
      assert.equal(ended.data['reason'], 'delete_parent')
      await clientRefused(404, ben.client.socket.groupMetadata(jid))
    }
    const unlink = await caro.groups.of(group).until.change('unlink')
    assert.deepEqual([unlink.data['unlink_type'], unlink.data['unlink_reason']], ['parent_group', 'delete_parent'])
    assert.equal((await ben.client.socket.groupMetadata(group)).linkedParent, undefined)
    await ben.client.sendText(group, 'we go on')
    await caro.until.message(({ chat, text }) => chat === group && text === 'we go on')
  })

  it('answer for each group that cannot be linked or unlinked', async () => {
    const community = await ana.phone.groups.createCommunity({ subject: 'Refusing' })
    const other = await ana.phone.groups.createCommunity({ subject: 'Other' })
    const foreign = await caro.groups.create({ subject: "Caro's own", participants: [ana.phone.jid] })
    const taken = await ana.phone.groups.create({ subject: 'Taken', parent: other.jid })
    const unknown = '120363000000000000@g.us'
    const outcomes = await community.link([foreign.jid, other.jid, taken.jid, unknown])
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      [403, 406, 409, 404],
    )
    const [announcements] = await community.subGroups()
    const unlinked = await community.unlink([announcements!.jid, taken.jid])
    assert.deepEqual(
      unlinked.map(({ status }) => status),
      [406, 404],
    )
    await refusedWith(406, foreign.subGroups())
  })

  it('are ruled by their admins alone', async () => {
    const { id: community } = await opened('Ruled')
    const { id: group } = await ana.client.socket.groupCreate('Within', [ben.phone.lid])
    await ana.client.socket.communityLinkGroup(group, community)
    const { id: own } = await ben.client.socket.groupCreate("Ben's own", [])
    await clientRefused(403, ben.client.socket.communityLinkGroup(own, community))
    await clientRefused(403, ben.client.socket.communityUnlinkGroup(group, community))
    await refusedWith(403, caro.groups.of(community).subGroups())
    await refusedWith(403, caro.groups.of(community).members())
    // The library asks that members may open groups in a new community.
    await ben.client.socket.communityCreateGroup('Opened by a member', [], community)
    const closed = await ana.phone.groups.createCommunity({ subject: 'Closed', participants: [ben.phone.jid] })
    await clientRefused(403, ben.client.socket.communityCreateGroup('Not here', [], closed.jid))
  })

  it('speak to all members in the announcement group, where only admins write', async () => {
    const { id: community } = await opened('Speaking')
    const code = (await ana.client.socket.communityInviteCode(community))!
    await caro.groups.join(code)
    await ben.phone.groups.join(code)
    const [announcements] = await caro.groups.of(community).subGroups()
    const { jid } = announcements!
    await ana.client.sendText(jid, 'The street is closed on Friday')
    await caro.groups.of(jid).until.message(({ text }) => text === 'The street is closed on Friday')
    await ben.client.untilText('The street is closed on Friday')
    const sent = await caro.groups.of(jid).send({ text: 'why?' })
    assert.deepEqual([sent.status, sent.error], ['failed', '403'])
    // An admin of the community is one there too.
    await ana.client.socket.communityParticipantsUpdate(community, [caro.lid], 'promote')
    await caro.groups.of(jid).until.change('promote')
    await caro.groups.of(jid).send({ text: 'And on Saturday' })
    await ben.client.untilText('And on Saturday')
  })

  it('let members join their groups, at once or when an admin approves', async () => {
    const community = await caro.groups.createCommunity({ subject: 'Open doors', participants: [ana.phone.jid] })
    const open = await caro.groups.create({ subject: 'Open', parent: community.jid })
    const guarded = await caro.groups.create({ subject: 'Guarded', parent: community.jid, joinApproval: true })
    const look = await ana.client.socket.groupMetadata(open.jid)
    assert.deepEqual([look.subject, look.size, look.participants], ['Open', 1, []])
    const mine = ana.phone.groups.of(community.jid)
    assert.equal((await mine.joinSubGroup(open.jid)).waiting, false)
    await ana.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === open.jid))
    assert.equal((await mine.joinSubGroup(guarded.jid)).waiting, true)
    assert.deepEqual(
      (await guarded.requests()).map(({ jid, method }) => [jid, method]),
      [[ana.phone.jid, 'linked_group_join']],
    )
    await guarded.approve([ana.phone.jid])
    await ana.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === guarded.jid))
  })

  it('are left with all of their groups', async () => {
    const { id: community } = await opened('Leaving')
    const made = await ana.client.socket.communityCreateGroup('Inside', [ben.phone.lid, caro.lid], community)
    await ben.client.until('groups.upsert', (groups) => groups.some(({ id }) => id === community))
    await ben.client.socket.communityLeave(community)
    for (const group of [community, made!.id]) {
      await caro.groups.of(group).until.change('remove', ({ people }) => (people as string[]).includes(ben.phone.jid))
    }
    const left = Object.values(await ben.client.socket.groupFetchAllParticipating())
    assert.ok(!left.some(({ id, linkedParent }) => id === community || linkedParent === community))
    await ana.client.socket.communityParticipantsUpdate(community, [caro.lid], 'remove')
    await caro.groups.of(made!.id).until.change('remove', ({ people }) => (people as string[]).includes(caro.jid))
    await refusedWith(403, caro.groups.of(community).info())
  })

  it('name everybody in them and their groups to a client that asks as others do', async () => {
    const { id: community } = await opened('Everybody')
    await ana.client.socket.communityCreateGroup('One', [ben.phone.lid], community)
    await ana.client.socket.communityCreateGroup('Two', [caro.lid], community)
    const answer: BinaryNode = await ana.client.socket.query({
      tag: 'iq',
      attrs: { type: 'get', xmlns: 'w:g2', to: community },
      content: [{ tag: 'linked_groups_participants', attrs: {} }],
    })
    const [list] = answer.content as BinaryNode[]
    const people = ((list?.content ?? []) as BinaryNode[]).map(({ attrs }) => [attrs['jid'], attrs['phone_number']])
    assert.deepEqual(
      new Map(people as [string, string][]),
      new Map([ana.phone, ben.phone, caro].map(({ lid, jid }) => [lid, jid])),
    )
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
