import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { asWhatsmeow, fillSqlite, type TableRow } from '../testing/foreign-tables.ts'
import { MovingStory } from './testing/moving-story.ts'

describe('moving here from whatsmeow', { timeout: 120_000 }, () => {
  let story: MovingStory
  let file: string
  before(async () => {
    story = await MovingStory.begin()
    file = path.join(story.folder, 'whatsmeow.db')
    const rows = await asWhatsmeow(story.state, { byPhone: true })
    const our_jid = String(rows.find(({ table }) => table === 'whatsmeow_device')!.row['jid'])
    const names = { first_name: 'Fritz', full_name: 'Fritz Friend', push_name: 'Friend', business_name: '' }
    const told: TableRow[] = [
      { table: 'whatsmeow_contacts', row: { our_jid, their_jid: story.friend.lid, ...names } },
      {
        table: 'whatsmeow_chat_settings',
        row: { our_jid, chat_jid: story.friend.jid, muted_until: -1, pinned: true, archived: false },
      },
      {
        table: 'whatsmeow_privacy_tokens',
        row: {
          our_jid,
          their_jid: story.friend.jid,
          token: Buffer.alloc(16, 7),
          timestamp: Math.round(Date.now() / 1000),
        },
      },
      {
        table: 'whatsmeow_sessions',
        row: { our_jid, their_id: '49123_1:9', session: Buffer.from('{"SessionState":{}}') },
      },
    ]
    fillSqlite(file, [...rows, ...told])
  })
  after(() => story.end())

  const from = () => ({ from: 'whatsmeow' as const, place: { at: `file:${file}?_foreign_keys=on` } })

  it('refuses a file that was changed a moment ago, and what is no file of whatsmeow', async () => {
    await assert.rejects(story.move(from()), /seems to be in use: .*whatsmeow\.db was changed/)
    const nowhere = path.join(story.folder, 'nowhere.db')
    await assert.rejects(
      story.move({ from: 'whatsmeow', place: { at: nowhere } }),
      /cannot be opened: .*nowhere\.db is not there/,
    )
    const other = path.join(story.folder, 'other.db')
    fillSqlite(other, [{ table: 'notes', row: { text: 'mine' } }])
    await assert.rejects(story.move({ from: 'whatsmeow', place: { at: other } }), /none of whatsmeow/)
    const old = path.join(story.folder, 'old.db')
    const tables = [
      { table: 'whatsmeow_version', row: { version: 6, compat: 6 } },
      { table: 'whatsmeow_device', row: { jid: 'x' } },
    ]
    fillSqlite(old, tables)
    await assert.rejects(story.move({ from: 'whatsmeow', place: { at: old } }), /oldest that can be read is 8/)
  })

  it('moves the device, its ratchets to LIDs, and says what cannot be read', async () => {
    story.rest()
    const report = (await story.move(from())).join('\n')
    assert.match(report, /whatsmeow, schema version 15, 1 device/)
    assert.match(
      report,
      /LID known, \d+ prekeys, 4 sessions \(4 under LIDs\), 1 sender key, 1 app-state key, 1 privacy token/,
    )
    assert.match(report, /1 contact, 1 chat setting\n {4}Left: 1 sessions could not be read\./)
  })

  it('knows what people are called, and how chats are shown, before it connects', async () => {
    const { api } = await story.device()
    const { chats } = await api.get<{ chats: Record<string, unknown>[] }>('/chats')
    const shown = chats.find(({ chat_jid }) => chat_jid === story.friend.jid)!
    assert.deepEqual([shown['name'], shown['pinned'], shown['muted']], ['Fritz Friend', true, true])
  })

  it('works in both directions once it is connected, with messages that were skipped before', async () => {
    const { handedOut, gateway } = story
    const device = gateway.deviceWith(handedOut.device_id, handedOut.device_secret, handedOut.token)
    await device.api.post('/devices/me/reconnect')
    await story.goesOn(device)
  })
})
