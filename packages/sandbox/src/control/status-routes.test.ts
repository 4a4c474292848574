import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 43 })

describe('control API for status', () => {
  after(() => sandbox.stop())

  it('posts, lists, views and takes back, for a day', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const ben = await sandbox.phone({ name: 'Ben' })
    await ana.appState.saveContact(ben.jid, { fullName: 'Ben' })
    assert.deepEqual((await call('GET', `/phones/${ana.id}/status-audience`)).body, [ben.jid])
    const posted = await call('POST', `/phones/${ana.id}/status`, { text: 'sunny' })
    assert.deepEqual([posted.status, posted.body.status], [200, 'sent'])
    const id = posted.body.message_id
    await ben.until.message((entry) => entry.id === id)
    const listed = await call('GET', `/phones/${ben.id}/status?of=${ana.id}`)
    assert.deepEqual([listed.body[0].text, listed.body[0].sender], ['sunny', ana.jid])
    await call('POST', `/phones/${ben.id}/status/views`, { of: ana.jid, ids: [id] })
    await ana.until.receipt({ id, type: 'read' })
    assert.deepEqual((await call('GET', `/phones/${ana.id}/status`)).body[0].viewers, [ben.jid])
    const image = await call('POST', `/phones/${ana.id}/status`, { image: { caption: 'look' } })
    await ben.until.message((entry) => entry.id === image.body.message_id)
    assert.equal((await call('DELETE', `/phones/${ana.id}/status/${id}`)).status, 200)
    await ben.until.event('phone.message', ({ kind }) => kind === 'revoke')
    const left = (await call('GET', `/phones/${ben.id}/status`)).body
    assert.deepEqual(
      left.map((entry: { text: string }) => entry.text),
      ['look'],
    )
    await call('POST', '/clock', { advance_ms: 24 * 60 * 60 * 1000 })
    assert.deepEqual((await call('GET', `/phones/${ben.id}/status`)).body, [])
  })

  it('refuses what is not there', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const cases: [string, string, unknown, number][] = [
      ['DELETE', `/phones/${ana.id}/status/nope`, undefined, 404],
      ['POST', `/phones/${ana.id}/status/views`, { of: ana.jid, ids: ['nope'] }, 404],
      ['POST', `/phones/${ana.id}/status`, {}, 400],
      ['GET', `/phones/${ana.id}/status?of=999`, undefined, 404],
    ]
    for (const [method, path, body, status] of cases) {
      const answer = await call(method, path, body)
      assert.deepEqual([path, answer.status, typeof answer.body.error.message], [path, status, 'string'])
    }
  })
})
