import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 42 })

describe('control API for channels', () => {
  after(() => sandbox.stop())

  it('opens, follows, posts, reacts, comments and counts', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const ben = await sandbox.phone({ name: 'Ben' })
    const made = await call('POST', `/phones/${ana.id}/channels`, { name: 'News', description: 'Daily' })
    assert.deepEqual([made.status, made.body.name, made.body.role], [200, 'News', 'owner'])
    const own = `/phones/${ana.id}/channels/${made.body.jid}`
    const bens = `/phones/${ben.id}/channels/${made.body.jid}`
    const code = made.body.invite_link.split('/').at(-1)
    const invited = await call('GET', `/phones/${ben.id}/channel-invites/${code}`)
    assert.deepEqual([invited.body.jid, invited.body.name], [made.body.jid, 'News'])
    assert.equal((await call('POST', `/phones/${ben.id}/channel-terms`)).status, 200)
    const followed = await call('POST', `/phones/${ben.id}/channels/follow`, { channel: made.body.invite_link })
    assert.deepEqual([followed.body.jid, followed.body.followers], [made.body.jid, 2])
    const posted = await call('POST', `${own}/messages`, { text: 'hello' })
    const { server_id } = posted.body
    assert.equal(posted.body.status, 'sent')
    await ben.until.message(({ id }) => id === posted.body.message_id)
    await call('POST', `${bens}/reactions`, { server_id, emoji: '👍' })
    await call('POST', `${bens}/views`, { server_ids: [server_id] })
    await call('POST', `${bens}/comments`, { server_id, text: 'well said' })
    await call('POST', `${own}/edit`, { server_id, text: 'hello again' })
    const [listed] = (await call('GET', `${own}/messages?count=10&before=${server_id + 1}`)).body
    assert.deepEqual(
      [listed.text, listed.views, listed.reactions, listed.comments, listed.edited],
      ['hello again', 1, { '👍': 1 }, 1, true],
    )
    const poll = { question: 'Tea?', options: ['yes', 'no'] }
    const asked = (await call('POST', `${own}/messages`, { poll })).body
    const vote = await call('POST', `${bens}/votes`, { server_id: asked.server_id, options: ['yes'] })
    assert.deepEqual([vote.status, vote.body], [200, { voted: asked.server_id }])
    assert.deepEqual((await call('POST', `${bens}/live`)).body, { seconds: 300 })
    // The post, Ben's own comment, and the poll.
    assert.equal((await call('GET', `${bens}/updates`)).body.length, 3)
    const image = await call('POST', `/phones/${ana.id}/messages`, { to: made.body.jid, image: {} })
    assert.equal(image.body.status, 'sent')
    await ben.until.message(({ id }) => id === image.body.message_id)
    const { server_id: imageId } = (await call('GET', `${own}/messages?count=1`)).body[0]
    const file = await fetch(`${sandbox.origin}${bens}/messages/${imageId}/media`)
    assert.deepEqual(Buffer.from(await file.arrayBuffer()).subarray(0, 2), Buffer.of(0xff, 0xd8))
    assert.equal((await call('GET', `${bens}/messages/4711/media`)).status, 404)
    assert.equal((await call('POST', `/phones/${ben.id}/read`, { message_ids: [image.body.message_id] })).status, 200)
    assert.equal((await call('GET', `${own}/messages?count=1`)).body[0].views, 1)
    await call('POST', `${own}/revoke`, { server_id })
    assert.equal((await call('GET', `${own}/messages`)).body[0].revoked, true)
  })

  it('is run by several, and ends', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const ben = await sandbox.phone({ name: 'Ben' })
    const { jid } = (await call('POST', `/phones/${ana.id}/channels`, { name: 'Ours' })).body
    const [own, bens] = [`/phones/${ana.id}/channels/${jid}`, `/phones/${ben.id}/channels/${jid}`]
    await call('POST', `/phones/${ben.id}/channels/follow`, { channel: jid })
    await call('POST', `${own}/admins`, { action: 'invite', person: ben.id })
    assert.deepEqual((await call('GET', `${own}/admins`)).body, { count: 1, invited: [ben.jid] })
    assert.equal((await call('POST', `${bens}/admins`, { action: 'accept_invite' })).status, 200)
    assert.deepEqual((await call('GET', `${own}/admins`)).body, { count: 2, invited: [] })
    const updated = await call('POST', `${bens}/update`, { name: 'All ours', reactions: 'NONE' })
    assert.deepEqual([updated.body.name, updated.body.reactions, updated.body.role], ['All ours', 'NONE', 'admin'])
    await call('POST', `${own}/admins`, { action: 'transfer', person: ben.jid })
    assert.deepEqual((await call('GET', `${bens}/followers`)).body, [
      { jid: ana.jid, role: 'admin' },
      { jid: ben.jid, role: 'owner' },
    ])
    const whole = (await call('GET', '/channels')).body.find((one: { jid: string }) => one.jid === jid)
    assert.deepEqual(whole.members[1], { jid: ben.jid, role: 'owner', muted: true })
    assert.deepEqual((await call('POST', `${own}/mute`, {})).body.muted, true)
    assert.equal((await call('POST', `${own}/unfollow`)).status, 200)
    assert.equal((await call('DELETE', bens)).status, 200)
    assert.deepEqual((await call('GET', `/phones/${ben.id}/channels`)).body, [])
  })

  it('passes the server’s refusals on', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const ben = await sandbox.phone({ name: 'Ben' })
    const { jid } = (await call('POST', `/phones/${ana.id}/channels`, { name: 'Mine' })).body
    const bens = `/phones/${ben.id}/channels/${jid}`
    const cases: [string, string, unknown, number][] = [
      ['POST', `${bens}/messages`, { text: 'no' }, 403],
      ['POST', `${bens}/mute`, {}, 403],
      ['DELETE', bens, undefined, 403],
      ['GET', `/phones/${ben.id}/channels/1@newsletter`, undefined, 404],
      ['POST', `${bens}/reactions`, { server_id: 100, emoji: '👍' }, 404],
      ['GET', `${bens}/messages?count=many`, undefined, 400],
      ['POST', `/phones/${ana.id}/channels/${jid}/unfollow`, undefined, 403],
      ['GET', `/phones/${ben.id}/channels/nonsense`, undefined, 400],
    ]
    for (const [method, path, body, status] of cases) {
      assert.deepEqual([path, (await call(method, path, body)).status], [path, status])
    }
  })
})
