import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import type { ApiClient } from '../testing/api-client.ts'
import { assertWhole, fetchExport, rowsOf, textOf } from '../testing/export-archive.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { exportedTables, notExported } from './exported-tables.ts'
import { tar } from './tar.ts'

/** The middle of a text as base64 may show it, where it begins at a whole group. */
const inBase64 = (text: string): string => Buffer.from(text).toString('base64').slice(0, -4)

describe('the export of a customer', { timeout: 120_000 }, () => {
  let gateway: TestGateway
  let key: { id: number; api: ApiClient; key: string }
  let device: TestDevice & { phone: Phone }
  let other: TestDevice & { phone: Phone }
  let friend: Phone
  let third: Phone

  before(async () => {
    gateway = await startTestGateway({
      sandbox: true,
      environment: { WHATSAPP_AUTO_DOWNLOAD_MEDIA: 'true', SWITCHBOARD_SEAL_CONTENT: 'true' },
    })
    key = await gateway.createKey({ customer_name: 'Customer of the export' })
    device = await gateway.linkDevice(undefined, await gateway.createDevice(key.key))
    other = await gateway.linkDevice()
    friend = await gateway.phone('Friend of the export')
    third = await gateway.phone('Somebody else')
    await friend.send(device.phone.jid, { text: 'said by the friend' })
    await third.send(device.phone.jid, { text: 'said by somebody else' })
    const longer = await gateway.sandbox!.phone({ name: 'Longer', phone: `9${friend.id}` })
    await longer.send(device.phone.jid, { text: 'said by a longer number' })
    await friend.send(other.phone.jid, { text: 'said to another customer' })
    await friend.send(device.phone.jid, {
      document: { data: Buffer.from('bytes of the file'), file_name: '../../../etc/passwd', caption: 'a file' },
    })
    await until('the file is stored', async () => {
      const { query } = gateway.services.database
      return (await query.selectFrom('message_media').select('id').where('state', '=', 'stored').execute()).length > 0
    })
  })
  after(() => gateway.stop())

  it('has everything in clear with its hashes, nothing of others, and no secret', async () => {
    const files = await fetchExport(key.api)
    const names = [...files.keys()]
    assert.deepEqual([names[0], names.at(-1)], ['format.json', 'manifest.json'])
    assertWhole(files)
    assert.ok(names.every((name) => /^[a-z_]+(-\d{6}\.ndjson|\.json)$|^media\/[0-9a-f]{64}$/.test(name)))
    assert.ok([...files].some(([name, bytes]) => name.startsWith('media/') && bytes.toString() === 'bytes of the file'))
    const text = textOf(files)
    for (const word of ['said by the friend', 'said by somebody else', 'Customer of the export', '../../../etc/passwd'])
      assert.ok(text.includes(word), word)
    for (const word of ['said to another customer', other.id, '_sealed', '_hash"', device.secret])
      assert.ok(!text.includes(word), word)
    assert.equal(rowsOf(files, 'device').length, 1)
    const said = rowsOf(files, 'message').find((row) => row['text'] === 'said by the friend')
    assert.ok(said)
    assert.equal((said['content'] as { text: string }).text, 'said by the friend')
    assert.ok(
      rowsOf(files, 'event').some(({ payload }) => (payload as { text?: string }).text === 'said by the friend'),
    )
  })

  it('is that of one device, and of one person in it', async () => {
    const own = await fetchExport(device.api)
    assert.deepEqual(rowsOf(own, 'api_key'), [])
    assert.ok(textOf(own).includes('said by somebody else'))
    const person = await fetchExport(key.api, `?device_id=${device.id}&contact=${friend.id}`)
    assert.ok(textOf(person).includes('said by the friend') && !textOf(person).includes('said by somebody else'))
    assert.ok(textOf(own).includes('said by a longer number') && !textOf(person).includes('said by a longer number'))
    assert.ok([...person.keys()].some((name) => name.startsWith('media/')))
    await key.api.refuses('device_not_found', 'GET', `/export?device_id=${other.id}`)
    await device.api.refuses('device_not_found', 'GET', `/export?device_id=${other.id}`)
    await key.api.refuses('invalid_request', 'GET', `/export?contact=${friend.id}`)
  })

  it('says of a person nothing about who others are', async () => {
    const participants = [device.phone.jid, friend.jid, third.jid]
    const group = await friend.groups.create({ subject: 'Three', participants })
    await friend.groups.of(group.jid).send({ text: 'said by the friend in the group' })
    const asked = await until('it is there', async () => {
      const { messages } = await device.api.get<{ messages: { text?: string; message_id: string }[] }>(
        `/chats/${group.jid}/messages`,
      )
      return messages.find(({ text }) => text === 'said by the friend in the group')
    })
    const reply = { text: 'an answer', reply_to_message_id: asked.message_id }
    await device.api.post(`/chats/${group.jid}/messages`, reply)
    await third.groups.of(group.jid).until.message(({ text }) => text === 'an answer')
    await third.send(group.jid, { reaction: { message: asked.message_id, emoji: '👍' } })
    await until('the reaction is stored', async () => {
      const { query } = gateway.services.database
      return (await query.selectFrom('message_mark').select('id').where('kind', '=', 'reaction').execute()).length > 0
    })
    const person = await fetchExport(key.api, `?device_id=${device.id}&contact=${friend.id}`)
    const text = textOf(person)
    assert.ok(text.includes('said by the friend in the group') && text.includes(friend.jid))
    for (const address of [third.id, third.lid]) assert.ok(!text.includes(address), address)
    const [mark] = rowsOf(person, 'message_mark')
    assert.deepEqual([mark?.['value'], mark?.['sender']], ['👍', 'somebody_else'])
    // Who has the customer's own data sees everybody.
    assert.ok(textOf(await fetchExport(device.api)).includes(third.jid))
  })

  it('has of a group what the person wrote, and nothing that others did', async () => {
    const participants = [device.phone.jid, friend.jid, third.jid]
    const group = await friend.groups.create({ subject: 'Words', participants })
    const [ofFriend, ofThird] = [friend.groups.of(group.jid), third.groups.of(group.jid)]
    const by = await ofThird.send({ text: 'words of the third' })
    await ofFriend.until.message(({ text }) => text === 'words of the third')
    await ofFriend.send({ text: 'answer of the friend', quoted: by.id })
    await ofThird.send({ text: `@${friend.id} told the third`, mentions: [friend.id] })
    const own = await device.api.post<{ message_id: string }>(`/chats/${group.jid}/messages`, {
      text: 'of the account',
    })
    for (const phone of [friend, third]) {
      await phone.groups.of(group.jid).until.message(({ text }) => text === 'of the account')
      await phone.read(group.jid, [own.message_id])
    }
    await device.api.post('/status', { text: 'a post', recipients: [friend.id, third.id] })
    const all = await until('everything is there', async () => {
      const files = await fetchExport(device.api)
      const words = ['answer of the friend', 'told the third'].every((word) => textOf(files).includes(word))
      const read = rowsOf(files, 'message_receipt').filter(
        (row) => row['message_id'] === own.message_id && row['read_at'],
      )
      return words && read.length === 2 && rowsOf(files, 'status_audience').length > 0 && files
    })
    for (const word of ['words of the third', third.jid, 'Somebody else']) assert.ok(textOf(all).includes(word), word)

    const person = await fetchExport(key.api, `?device_id=${device.id}&contact=${friend.id}`)
    const answer = rowsOf(person, 'message').find(({ text }) => text === 'answer of the friend')
    assert.deepEqual((answer?.['content'] as { quoted?: unknown } | undefined)?.quoted, {
      id: by.id,
      sender: 'somebody_else',
    })
    const ofOwn = rowsOf(person, 'message_receipt').filter((row) => row['message_id'] === own.message_id)
    assert.deepEqual(
      ofOwn.map((row) => row['person']),
      [friend.jid],
      'the own receipt',
    )
    const read = rowsOf(person, 'event').filter(({ type }) => type === 'message.read')
    assert.ok(read.length > 0 && read.every(({ payload }) => (payload as { sender: string }).sender === friend.jid))

    // The account as a person: it learns how far its messages came, and not with whom.
    const account = await fetchExport(key.api, `?device_id=${device.id}&contact=${device.phone.id}`)
    const receipts = rowsOf(account, 'message_receipt').filter((row) => row['message_id'] === own.message_id)
    assert.deepEqual(
      receipts.map((row) => [row['person'], typeof row['read_at']]),
      [1, 2].map(() => ['somebody_else', 'number']),
    )
    assert.ok(rowsOf(account, 'status_audience').length > 0)

    for (const files of [person, account]) {
      for (const word of [third.id, third.lid, 'words of the third', 'told the third', 'Somebody else']) {
        const found = [...files].filter(([, bytes]) => bytes.includes(word) || bytes.includes(inBase64(word)))
        assert.deepEqual(
          found.map(([name]) => name),
          [],
          word,
        )
      }
    }
  })

  it('says of every table why it is not in it', async () => {
    const tables = (await gateway.services.database.query.introspection.getTables()).map(({ name }) => name)
    const known = new Set<string>([...exportedTables, ...Object.keys(notExported)])
    assert.deepEqual(
      tables.filter((table) => !known.has(table) && !table.startsWith('sqlite_')),
      [],
    )
  })

  it('takes no name that leads out of a folder', async () => {
    for (const name of ['../a', '/etc/passwd', 'a/../../b', 'A', 'a\n']) {
      const entries = (async function* () {
        yield { name, size: 0, content: [] }
      })()
      await assert.rejects(tar(entries, 0).next(), /no name/)
    }
  })
})
