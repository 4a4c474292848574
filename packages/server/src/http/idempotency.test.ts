import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import type { ApiAnswer, ApiClient } from '../testing/api-client.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

interface Sent {
  readonly message_id: string
  readonly status: string
}

describe('Idempotency-Key', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let friend: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    friend = await gateway.phone('Friend')
  })
  after(() => gateway.stop())

  const path = () => `/chats/${friend.id}/messages`
  const keyed = (key: string): ApiClient => device.api.with({ 'idempotency-key': key })
  const seen = (text: string) => friend.messages().filter((message) => message.text === text)

  const replayed = ({ headers }: ApiAnswer<unknown>) => headers.get('idempotency-replayed')

  /** As if the process had died after the message was on its way and before the answer was stored. */
  const forgetAnswer = async (key: string): Promise<void> => {
    const { database } = gateway.services
    const query = database.query.updateTable('idempotency').set({ status: 0, response: null }).where('key', '=', key)
    await database.commit([{ query: query.compile() }])
  }

  it('repeats the stored answer and sends once', async () => {
    const first = await keyed('one').call<Sent>('POST', path(), { text: 'once' })
    const second = await keyed('one').call<Sent>('POST', path(), { text: 'once' })
    assert.deepEqual(second.body, first.body)
    assert.equal(second.status, first.status)
    assert.deepEqual([replayed(first), replayed(second)], [null, 'true'])
    await until('the phone shows it', () => seen('once').length > 0)
    assert.equal(seen('once').length, 1)
  })

  it('refuses the same key for another request', async () => {
    await keyed('two').post(path(), { text: 'first words' })
    const other = await keyed('two').refuses('idempotency_conflict', 'POST', path(), { text: 'other words' })
    assert.equal(replayed(other), null)
    await keyed('two').refuses('idempotency_conflict', 'POST', `/chats/${device.phone.id}/messages`, {
      text: 'first words',
    })
  })

  it('lets one of many at the same moment through', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => keyed('many').call<Sent>('POST', path(), { text: 'many at once' })),
    )
    const done = answers.filter(({ status }) => status === 200)
    assert.ok(done.length >= 1)
    assert.equal(new Set(done.map(({ body }) => body.data.message_id)).size, 1)
    for (const { status, body } of answers) {
      if (status !== 200) assert.equal(body.error_code, 'idempotency_in_progress')
    }
    await until('the phone shows it', () => seen('many at once').length > 0)
    assert.equal(seen('many at once').length, 1)
  })

  it('meets the same message after a crash between the send and the stored answer', async () => {
    const first = await keyed('crash').post<Sent>(path(), { text: 'survives' })
    await forgetAnswer('crash')
    const repeat = await keyed('crash').call<Sent>('POST', path(), { text: 'survives' })
    assert.equal(repeat.body.data.message_id, first.message_id)
    assert.equal(replayed(repeat), 'true')
    await device.api.post(path(), { text: 'a later one' })
    await until('the phone shows the later one', () => seen('a later one').length > 0)
    assert.equal(seen('survives').length, 1)
  })

  it('may be used again when the first request did nothing', async () => {
    const offline = await gateway.createDevice()
    const api = offline.api.with({ 'idempotency-key': 'early' })
    await api.refuses('device_not_linked', 'POST', path(), { text: 'too early' })
    await gateway.linkDevice(await gateway.phone('Late'), offline)
    assert.equal(replayed(await api.call('POST', path(), { text: 'too early' })), null)
    await until('the phone shows it', () => seen('too early').length > 0)
  })

  it('belongs to one device', async () => {
    const other = await gateway.linkDevice(await gateway.phone('Other'))
    const mine = await keyed('shared').post<Sent>(path(), { text: 'from one' })
    const theirs = await other.api.with({ 'idempotency-key': 'shared' }).post<Sent>(path(), { text: 'from another' })
    assert.notEqual(mine.message_id, theirs.message_id)
  })

  it('refuses keys that are empty, long or invisible', async () => {
    for (const key of ['', 'x'.repeat(256), 'a b']) {
      await keyed(key).refuses('invalid_request', 'POST', path(), { text: 'never' })
    }
    assert.equal(seen('never').length, 0)
  })
})
