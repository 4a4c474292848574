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
    const cases = [
      { action: 'explode' },
      { action: 'mute', chat: '999', until: null },
      { action: 'star', chat: ana.jid, message_id: 'nope' },
      { action: 'pin', chat: ana.jid, on: 'yes' },
    ]
    for (const wish of cases) {
      const answer = await call('POST', `/phones/${ana.id}/app-state`, wish)
      assert.deepEqual([answer.status, answer.body.error.code], [400, 'invalid_request'])
    }
    assert.equal((await call('GET', `/phones/${ana.id}/chats/999`)).status, 400)
  })
})
