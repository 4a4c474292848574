import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { Phone } from '@switchboard/sandbox'
import type { ApiClient } from '../testing/api-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { exportedTables, notExported } from './exported-tables.ts'
import { tar } from './tar.ts'

/** Files of an archive by name. */
const untar = (bytes: Buffer): Map<string, Buffer> => {
  const files = new Map<string, Buffer>()
  for (let at = 0; bytes[at] !== 0; ) {
    const name = bytes.toString('latin1', at, at + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8)
    files.set(name, bytes.subarray(at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}

interface Manifest {
  readonly format: number
  readonly files: readonly { readonly name: string; readonly size: number; readonly sha256: string }[]
}

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

  const fetched = async (api: ApiClient, query = '') => {
    const response = await fetch(`${api.url}/export${query}`, { headers: { ...api.headers } })
    assert.equal(response.status, 200, query)
    assert.match(response.headers.get('content-disposition') ?? '', /\.tar\.gz/)
    return untar(gunzipSync(Buffer.from(await response.arrayBuffer())))
  }

  const textOf = (files: ReadonlyMap<string, Buffer>) =>
    [...files].map(([name, bytes]) => (name.startsWith('media/') ? '' : bytes.toString())).join('')

  const rowsOf = (files: ReadonlyMap<string, Buffer>, table: string): Record<string, unknown>[] =>
    [...files].flatMap(([name, bytes]) =>
      name.startsWith(`${table}-0`)
        ? bytes
            .toString()
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line))
        : [],
    )

  it('has everything in clear with its hashes, nothing of others, and no secret', async () => {
    const files = await fetched(key.api)
    const names = [...files.keys()]
    assert.deepEqual([names[0], names.at(-1)], ['format.json', 'manifest.json'])
    const manifest = JSON.parse(files.get('manifest.json')!.toString()) as Manifest
    assert.deepEqual(
      manifest.files.map(({ name }) => name),
      names.slice(0, -1),
    )
    for (const { name, size, sha256 } of manifest.files) {
      const bytes = files.get(name)!
      assert.deepEqual([bytes.length, createHash('sha256').update(bytes).digest('hex')], [size, sha256], name)
    }
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
    const own = await fetched(device.api)
    assert.deepEqual(rowsOf(own, 'api_key'), [])
    assert.ok(textOf(own).includes('said by somebody else'))
    const person = await fetched(key.api, `?device_id=${device.id}&contact=${friend.id}`)
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
    const person = await fetched(key.api, `?device_id=${device.id}&contact=${friend.id}`)
    const text = textOf(person)
    assert.ok(text.includes('said by the friend in the group') && text.includes(friend.jid))
    for (const address of [third.id, third.lid]) assert.ok(!text.includes(address), address)
    const [mark] = rowsOf(person, 'message_mark')
    assert.deepEqual([mark?.['value'], mark?.['sender']], ['👍', 'somebody_else'])
    // Who has the customer's own data sees everybody.
    assert.ok(textOf(await fetched(device.api)).includes(third.jid))
  })

  it('makes one at a time for a customer, and does not stop another one', async () => {
    const stop = new AbortController()
    const unread = await gateway.services.exports.open({ apiKeyId: key.id }, stop.signal)
    const stream = Readable.from(await unread.open())
    const refused = await key.api.refuses('rate_limited', 'GET', '/export')
    assert.ok(Number(refused.headers.get('retry-after')) > 0)
    await device.api.refuses('rate_limited', 'GET', '/export')
    assert.ok((await fetched(other.api)).has('manifest.json'))
    stop.abort()
    stream.destroy()
    await until('the customer can make one again', async () => {
      const next = await fetch(`${key.api.url}/export`, { headers: { ...key.api.headers } })
      await next.arrayBuffer()
      return next.status === 200
    })
  })

  it('ends when nobody reads it any more, so that the next one can begin', async () => {
    const stop = new AbortController()
    const response = await fetch(`${key.api.url}/export`, { headers: { ...key.api.headers }, signal: stop.signal })
    await response.body!.getReader().read()
    stop.abort()
    await until('another one can be made', async () => {
      const next = await fetch(`${key.api.url}/export`, { headers: { ...key.api.headers } })
      await next.arrayBuffer()
      return next.status === 200
    })
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
