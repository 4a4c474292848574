import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { type Phone, type PhoneGroup, Sandbox } from '@switchboard/sandbox'
import type { ApiClient } from '../testing/api-client.ts'
import { type LogLine, startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { stateOfDevice } from '../testing/state-of-device.ts'
import { until } from '../testing/until.ts'
import { WebhookReceiver } from '../testing/webhook-receiver.ts'

interface Erasure {
  readonly erasure_id: string
  readonly state: string
  readonly subject_hash: string | null
  readonly removed: Record<string, number>
  readonly cancelled: Record<'sends' | 'proposals' | 'deliveries', number>
  readonly statement: string | null
}

type Linked = TestDevice & { readonly phone: Phone }

/** Every file of a folder. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))

/** Files in which a word stands: as it is, as UTF-16, in hex, or in base64 at any of its three places. */
const filesWith = (folder: string, word: string): string[] => {
  const plain = Buffer.from(word)
  const inBase64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), plain])
      .toString('base64')
      .replace(/=+$/, '')
    return text.slice(shift === 0 ? 0 : shift + 1, -1)
  })
  const forms = [
    plain,
    Buffer.from(word, 'utf16le'),
    ...[plain.toString('hex'), ...inBase64].map((text) => Buffer.from(text)),
  ]
  return filesIn(folder).filter((file) => {
    const bytes = readFileSync(file)
    return forms.some((form) => bytes.includes(form))
  })
}

describe('erasing a person', { timeout: 120_000 }, () => {
  let sandbox: Sandbox
  let gateway: TestGateway
  let receiver: WebhookReceiver
  let device: Linked
  let other: Linked
  let key: { id: number; key: string; api: ApiClient }
  let contact: Phone
  let friend: Phone
  let group: PhoneGroup
  const lines: LogLine[] = []
  const words = {
    name: 'Marked-Name-of-Zelda',
    saved: 'Marked-Saved-Quixote',
    said: 'marked-text-of-the-contact-xylophone',
    inGroup: 'marked-text-in-the-group-zeppelin',
    sent: 'marked-text-to-the-contact-yacht',
    caption: 'marked-caption-of-a-file-walnut',
    fileOut: 'marked-bytes-of-a-file-that-was-sent-umbrella',
    fileIn: 'marked-bytes-of-a-file-that-came-quarry',
    later: 'marked-text-that-waits-trombone',
  }

  const listed = async (chat: string) =>
    (await device.api.get<{ messages: { message_id: string; text: string | null }[] }>(`/chats/${chat}/messages`))
      .messages
  const arrives = (chat: string, text: string) =>
    until(`${text} arrives`, async () => (await listed(chat)).some((message) => message.text === text))
  const done = (api: ApiClient, id: string) =>
    until('the erasure is done', async () => {
      const erasure = await api.get<Erasure>(`/erasures/${id}`)
      return erasure.state === 'done' && erasure
    })
  const ask = async (api: ApiClient, body: Record<string, unknown>) => {
    const answer = await api.call<Erasure>('POST', '/erasures', body)
    assert.equal(answer.status, 202, answer.text)
    return answer.body.data
  }

  before(async () => {
    sandbox = await Sandbox.start({ seed: 4 })
    gateway = await startTestGateway({
      sandbox,
      environment: { WHATSAPP_AUTO_DOWNLOAD_MEDIA: 'true' },
      hearLine: (line) => lines.push(line),
    })
    receiver = await WebhookReceiver.start()
    contact = await sandbox.phone({ name: words.name })
    friend = await sandbox.phone({ name: 'A friend' })
    key = await gateway.createKey()
    device = await gateway.linkDevice(await sandbox.phone({ name: 'Owner' }), await gateway.createDevice(key.key))
    other = await gateway.linkDevice(await sandbox.phone({ name: 'Neighbour' }))
    group = await friend.groups.create({ subject: 'Talk', participants: [device.phone.jid, contact.jid] })
    await device.api.post('/webhooks', { url: receiver.url })
    await key.api.post('/webhooks', { url: receiver.url })
    await talk()
  })
  after(async () => {
    await gateway.stop()
    await receiver.stop()
    await sandbox.stop()
  })

  /** Everything that may be known of somebody. */
  async function talk(): Promise<void> {
    const { api } = device
    await api.post(`/users/${contact.id}/contact`, { full_name: words.saved })
    const { id } = await contact.send(device.phone.jid, { text: words.said })
    await arrives(contact.jid, words.said)
    await api.post(`/messages/${id}/reaction`, { emoji: '🦊', chat_jid: contact.jid })
    await contact.send(device.phone.jid, { document: { data: Buffer.from(words.fileIn), caption: words.caption } })
    const ofFriend = await group.send({ text: 'group-words' })
    const theirs = await contact.groups.of(group.jid).send({ text: words.inGroup })
    await arrives(group.jid, words.inGroup)
    const seen = (text: string) => friend.until.message((entry) => entry.text === text)
    await seen(words.inGroup)
    await group.send({ text: `@${contact.id} an answer`, quoted: theirs.id, mentions: [contact.id] })
    await contact.groups
      .of(group.jid)
      .send({ reaction: { to: ofFriend.id, emoji: '🦉' } } as never)
      .catch(() => undefined)
    await arrives(group.jid, `@${contact.id} an answer`)
    const once = api.with({ 'idempotency-key': 'once' })
    await once.post(`/chats/${contact.id}/messages`, { text: words.sent })
    await contact.until.message(({ text }) => text === words.sent)
    const status = await contact.status.post({ text: `${words.said} status` }).catch(() => undefined)
    void status
    await api.post(`/chats/${contact.id}/documents`, {
      base64: Buffer.from(words.fileOut).toString('base64'),
      filename: `${words.caption}.txt`,
    })
    await api.post('/presence/subscribe', { jid: contact.id })
    await friend.send(other.phone.jid, { text: 'to the neighbour' })
    await friend.send(device.phone.jid, { text: 'kept of the friend' })
    await arrives(friend.jid, 'kept of the friend')
    // Nobody takes these: one waits for its time, and the webhook fails from here on.
    receiver.answer = () => 500
    await api.post(`/chats/${contact.id}/messages`, { text: words.later, send_at: new Date(Date.now() + 3_600_000) })
    await contact.send(device.phone.jid, { text: `${words.said}-again` })
    await arrives(contact.jid, `${words.said}-again`)
  }

  it('is found by its words before', () => {
    for (const name of ['name', 'saved', 'said', 'inGroup', 'sent', 'later'] as const) {
      assert.ok(filesWith(gateway.dataDir, words[name]).length > 0, `${name} is stored`)
    }
  })

  it('leaves nothing in any file, cancels what waits, and touches nobody else', async () => {
    const before = await stateOfDevice(gateway.services.database, other.id)
    const { erasure_id: id } = await ask(device.api, { kind: 'contact', address: contact.id })
    const erasure = await done(device.api, id)
    assert.match(erasure.statement ?? '', /overwritten/)
    assert.ok(erasure.cancelled.sends >= 1 && erasure.cancelled.deliveries >= 1)
    await gateway.connected(device)
    for (const [name, word] of Object.entries(words)) {
      assert.deepEqual(filesWith(gateway.dataDir, word), [], `${name} is in a file`)
    }
    for (const word of [contact.id, contact.lid.split('@')[0]!])
      assert.deepEqual(filesWith(gateway.dataDir, word), [], word)
    assert.deepEqual(await stateOfDevice(gateway.services.database, other.id), before)
  })

  it('says nothing of the person in the log, the audit and its own list', async () => {
    const log = JSON.stringify(lines)
    for (const word of [...Object.values(words), contact.id]) assert.ok(!log.includes(word), word)
    const { entries } = await key.api.get<{ entries: { action: string; detail: string }[] }>('/audit?action=erasure.')
    assert.deepEqual(entries.map(({ action }) => action).sort(), ['erasure.completed', 'erasure.requested'])
    assert.ok(!JSON.stringify(entries).includes(contact.id))
    const of = (address: string) => device.api.get<{ erasures: Erasure[] }>(`/erasures?address=${address}`)
    const [erasure] = (await of(contact.id)).erasures
    assert.match(erasure!.subject_hash!, /^[0-9a-f]{64}$/)
    assert.deepEqual((await of(contact.lid)).erasures, [erasure])
    assert.deepEqual((await of(friend.id)).erasures, [])
    const answer = await other.api.call('GET', `/erasures/${erasure!.erasure_id}`)
    assert.equal(answer.status, 404)
    assert.deepEqual((await other.api.get<{ erasures: Erasure[] }>('/erasures')).erasures, [])
  })

  it('takes what comes later as new, in both directions, and delivers what is left', async () => {
    receiver.answer = () => 204
    await key.api.get('/webhooks')
    await contact.send(device.phone.jid, { text: 'here again' })
    await arrives(contact.jid, 'here again')
    assert.deepEqual(
      (await listed(contact.jid)).map(({ text }) => text),
      ['here again'],
    )
    await device.api.post(`/chats/${contact.id}/messages`, { text: 'welcome back' })
    await contact.until.message(({ text }) => text === 'welcome back')
    await contact.groups.of(group.jid).send({ text: 'in the group again' })
    await arrives(group.jid, 'in the group again')
    const { webhooks } = await device.api.get<{ webhooks: { webhook_id: number }[] }>('/webhooks')
    await device.api.post(`/webhooks/${webhooks[0]!.webhook_id}/resume`)
    await receiver.until(({ body }) => body.data['text'] === 'in the group again')
    const late = receiver.received.filter(({ raw }) => raw.includes(`${words.said}-again`))
    assert.ok(late.every(({ body }) => body.seq < receiver.received.at(-1)!.body.seq))
    assert.deepEqual(
      [contact, friend, device.phone].flatMap(({ violations }) => violations),
      [],
    )
  })

  it('erases a chat and leaves what its people say elsewhere', async () => {
    await contact.send(device.phone.jid, { text: 'elsewhere' })
    await arrives(contact.jid, 'elsewhere')
    const { erasure_id: id } = await ask(device.api, { kind: 'chat', address: group.jid })
    await done(device.api, id)
    assert.deepEqual(await listed(group.jid), [])
    for (const word of ['in the group again', 'group-words']) assert.deepEqual(filesWith(gateway.dataDir, word), [])
    assert.ok((await listed(contact.jid)).some(({ text }) => text === 'elsewhere'))
    await gateway.connected(device)
    await group.send({ text: 'still a member' })
    await arrives(group.jid, 'still a member')
  })

  it('takes two at once, of one person in all devices and of a chat, and what comes meanwhile is whole', async () => {
    const coming = Array.from({ length: 12 }, (_, n) => friend.send(device.phone.jid, { text: `kept ${n}` }))
    const spam = Array.from({ length: 12 }, (_, n) => contact.send(device.phone.jid, { text: `meanwhile ${n}` }))
    const [one, two] = await Promise.all([
      ask(key.api, { kind: 'contact', address: contact.id }),
      ask(device.api, { kind: 'chat', address: group.jid }),
    ])
    await Promise.all([...coming, ...spam])
    await done(key.api, one.erasure_id)
    await done(device.api, two.erasure_id)
    await gateway.connected(device)
    for (let n = 0; n < 12; n++) await arrives(friend.jid, `kept ${n}`)
    await contact.send(device.phone.jid, { text: 'the last one' })
    await arrives(contact.jid, 'the last one')
    const left = (await listed(contact.jid)).map(({ text }) => text)
    assert.deepEqual(left, [...new Set(left)], 'nothing is doubled')
    const { events } = await device.api.get<{ events: { seq: number }[] }>('/events?after=0&limit=1000')
    assert.deepEqual(
      events.map(({ seq }) => seq),
      events.map(({ seq }) => seq).toSorted((a, b) => a - b),
    )
  })

  it('refuses the account itself, and what is nobody', async () => {
    await device.api.refuses('invalid_request', 'POST', '/erasures', { kind: 'contact', address: device.phone.id })
    await device.api.refuses('invalid_jid', 'POST', '/erasures', { kind: 'contact', address: 'x@y' })
    await key.api.refuses('device_not_found', 'POST', `/devices/${other.id}/erasure`)
  })

  it('erases a device, and then a customer', async () => {
    const before = await stateOfDevice(gateway.services.database, other.id)
    const { id: first } = device
    const asked = await key.api.call<Erasure>('POST', `/devices/${first}/erasure`)
    assert.equal(asked.status, 202)
    const ended = await done(key.api, asked.body.data.erasure_id)
    assert.ok(ended.removed['message']! > 10 && ended.removed['device'] === 1)
    assert.equal((await device.api.call('GET', '/devices/me/status')).status, 401)
    for (const word of ['the last one', 'kept 3', first]) {
      const found = filesWith(gateway.dataDir, word)
      assert.ok(word === first || found.length === 0, `${word} is in ${found}`)
    }
    const second = await gateway.linkDevice(
      await sandbox.phone({ name: 'Second' }),
      await gateway.createDevice(key.key),
    )
    await friend.send(second.phone.jid, { document: { data: Buffer.from(words.fileIn), caption: words.caption } })
    await until('the file is stored', () => filesWith(gateway.dataDir, words.fileIn).length > 0)
    await gateway.admin.patch(`/admin/api-keys/${key.id}`, { customer_name: 'Marked-Customer-Kumquat' })
    const all = await gateway.admin.call<Erasure>('POST', `/admin/api-keys/${key.id}/erasure`)
    assert.equal(all.status, 202, all.text)
    assert.equal((await key.api.call('GET', '/devices')).status, 401)
    await until('the customer is gone', async () => {
      const { state } = await gateway.admin.get<Erasure>(`/admin/erasures/${all.body.data.erasure_id}`)
      return state === 'done'
    })
    for (const word of [words.fileIn, words.caption, 'Marked-Customer-Kumquat', second.phone.id]) {
      assert.deepEqual(filesWith(gateway.dataDir, word), [], word)
    }
    const listedAll = await gateway.admin.get<{ erasures: Erasure[] }>('/admin/erasures')
    assert.ok(listedAll.erasures.length >= 5)
    assert.deepEqual(await stateOfDevice(gateway.services.database, other.id), before)
  })
})
