import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { controlWorld } from './testing/control-world.ts'

const { sandbox, call } = await controlWorld({ seed: 41 })

describe('control API for what devices share', () => {
  after(() => sandbox.stop())

  it('does everything that has a name, and shows it', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const ben = await sandbox.phone({ name: 'Ben' })
    const sent = await ben.send(ana.jid, { text: 'hello' })
    await ana.until.message(({ id }) => id === sent.id)
    const chat = ben.jid
    const message = { chat, message_id: sent.id }
    const wishes = [
      { action: 'mute', chat, until: 'forever' },
      { action: 'pin', chat },
      { action: 'archive', chat },
      { action: 'mark_read', chat, on: false },
      { action: 'lock', chat },
      { action: 'star', ...message },
      { action: 'edit_label', label: '1', name: 'Friends' },
      { action: 'label_chat', label: '1', chat },
      { action: 'label_message', label: '1', ...message },
      { action: 'save_contact', person: chat, full_name: 'Ben B' },
      { action: 'mute_status', person: chat },
      { action: 'unarchive_chats' },
      { action: 'locale', locale: 'de' },
      { action: 'time_format', twenty_four_hours: true },
      { action: 'link_previews', on: false },
    ]
    for (const wish of wishes) {
      const answer = await call('POST', `/phones/${ana.id}/app-state`, wish)
      assert.deepEqual([answer.status, answer.body], [200, { action: wish.action }])
    }
    assert.deepEqual((await call('GET', `/phones/${ana.id}/chats/${chat}`)).body, {
      ...{ muted_until: 'forever', pinned: false, archived: true, marked_unread: true, locked: true },
      ...{ labels: ['1'], status_muted: true },
    })
    const marked = (await call('GET', `/phones/${ana.id}/messages/${sent.id}`)).body
    assert.deepEqual([marked.starred, marked.labels], [true, ['1']])
    await call('POST', `/phones/${ana.id}/app-state`, { action: 'star', ...message, on: false })
    const [listed] = (await call('GET', `/phones/${ana.id}/messages?chat=${chat}`)).body
    assert.deepEqual([listed.id, listed.starred], [sent.id, false])
    const { labels, contacts, settings } = (await call('GET', `/phones/${ana.id}/app-state`)).body
    assert.deepEqual(labels, [{ id: '1', name: 'Friends', color: 0 }])
    assert.deepEqual(contacts, [{ jid: chat, full_name: 'Ben B', first_name: 'Ben' }])
    assert.deepEqual([settings.locale, settings.unarchive_chats, settings.link_previews], ['de', true, false])
    for (const wish of [
      { action: 'delete_for_me', ...message },
      { action: 'clear', chat },
      { action: 'delete', chat },
      { action: 'remove_contact', person: chat },
    ]) {
      assert.equal((await call('POST', `/phones/${ana.id}/app-state`, wish)).status, 200)
    }
    assert.deepEqual((await call('GET', `/phones/${ana.id}/messages?chat=${chat}`)).body, [])
  })

  it('refuses what makes no sense', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const cases: [object, number, string][] = [
      [{ action: 'explode' }, 400, 'invalid_request'],
      [{ action: 'mute', chat: '999', until: null }, 404, 'not_found'],
      [{ action: 'star', chat: ana.jid, message_id: 'nope' }, 404, 'not_found'],
      [{ action: 'pin', chat: ana.jid, on: 'yes' }, 400, 'invalid_request'],
    ]
    for (const [wish, status, code] of cases) {
      const answer = await call('POST', `/phones/${ana.id}/app-state`, wish)
      assert.deepEqual([answer.status, answer.body.error.code], [status, code])
    }
    assert.equal((await call('GET', `/phones/${ana.id}/chats/999`)).status, 404)
    assert.equal((await call('GET', `/phones/${ana.id}/app-state/nothing`)).status, 404)
  })

  it('keeps quick replies, tells numbers, and shows that a collection holds', async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const bob = await sandbox.phone({ name: 'Bob' })
    const path = `/phones/${ana.id}/app-state`
    const reply = { action: 'quick_reply', reply: '1', shortcut: 'hi', message: 'Hello, how can I help?' }
    assert.equal((await call('POST', path, reply)).status, 200)
    assert.equal((await call('POST', path, { action: 'tell_number', person: bob.lid })).status, 200)
    const { settings, versions } = (await call('GET', path)).body
    assert.match(JSON.stringify(settings.quick_replies), /how can I help/)
    const [name, version] = Object.entries(versions as Record<string, number>).find(([, at]) => at > 0) ?? []
    const checked = await call('GET', `${path}/${name}`)
    assert.equal(checked.body.version, version)
    assert.ok(checked.body.records > 0)
  })
})
