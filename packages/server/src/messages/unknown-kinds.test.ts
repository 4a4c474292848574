import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>
/** Fields that a phone shows of what it has no name for. */
type Shown = readonly { readonly number: number; readonly base64: string }[]

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
const bytes = (field: number, content: Uint8Array) =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(content.length)]), content])

/** Numbers that no schema has. */
const newest = 990
const content = Buffer.from('something that came with the next version')

describe('a message of a kind that nobody knows yet', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone
  let team: string
  before(async () => {
    sandbox = await Sandbox.start({ seed: 990 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
    team = (await bob.groups.create({ subject: 'Team', participants: [ana.jid] })).jid
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const told = (id: string) =>
    until(`the event of ${id}`, async () => {
      const { events } = await device.api.get<{ events: { data: Fields }[] }>('/events?types=message.received')
      return events.map(({ data }) => data).find((data) => data['message_id'] === id)
    })
  const stored = (id: string) => device.api.get<Fields>(`/messages/${id}`)
  /** What Cid's phone decrypted of a forwarded message. */
  const forwarded = async (id: string) => {
    const { message_id } = await device.api.post<{ message_id: string }>(`/messages/${id}/forward`, {
      to_chat_jid: cid.id,
    })
    return cid.until.message((entry) => entry.id === message_id)
  }
  const fieldsIn = (details: Fields | undefined) => (details?.['fields'] ?? []) as Shown

  const raw = new Uint8Array(bytes(newest, content))
  const ways: readonly (readonly [string, () => Promise<{ id: string }>])[] = [
    ['from a contact', () => bob.send(ana.jid, { raw })],
    ['in a group', () => bob.send(team, { raw })],
    ['from the own phone', () => ana.send(bob.jid, { raw })],
    // 40: a message that disappears.
    ['in a wrapper', () => bob.send(ana.jid, { raw: new Uint8Array(bytes(40, bytes(1, raw))) })],
  ]
  for (const [way, send] of ways) {
    it(`is told and stored with its field, and forwarded byte for byte: ${way}`, async () => {
      const { id } = await send()
      const event = await told(id)
      assert.deepEqual([event['type'], event['unknown_fields']], ['unknown', [newest]])
      assert.equal(event['is_from_me'], way === 'from the own phone')
      const message = await stored(id)
      assert.deepEqual([message['type'], message['unknown_fields']], ['unknown', [newest]])
      const shown = await forwarded(id)
      assert.deepEqual(
        [shown.kind, fieldsIn(shown.details)],
        ['unknown', [{ number: newest, base64: content.toString('base64') }]],
      )
    })
  }

  it('may have fields of every sort: all of them arrive', async () => {
    const sorts = [
      bytes(newest, content),
      Buffer.from([...varint(991 * 8), ...varint(534)]),
      Buffer.from([...varint(992 * 8 + 1), 1, 2, 3, 4, 5, 6, 7, 8]),
      Buffer.from([...varint(993 * 8 + 5), 1, 2, 3, 4]),
    ]
    const { id } = await bob.send(ana.jid, { raw: new Uint8Array(Buffer.concat(sorts)) })
    assert.deepEqual((await told(id))['unknown_fields'], [990, 991, 992, 993])
    const original = bob.messages().find((entry) => entry.id === id)!
    const shown = await forwarded(id)
    assert.equal(fieldsIn(shown.details).length, sorts.length)
    assert.deepEqual(shown.details, original.details)
  })

  it('keeps what is new inside of a kind that is known, and gets the forwarding mark there', async () => {
    const text = Buffer.concat([bytes(1, Buffer.from('hi')), bytes(newest, content)])
    const { id } = await bob.send(ana.jid, { raw: new Uint8Array(bytes(6, text)) })
    assert.equal((await told(id))['type'], 'text')
    const shown = await forwarded(id)
    assert.deepEqual([shown.text, shown.forwarded], ['hi', true])
    const { unknownFields, contextInfo } = shown.message.extendedTextMessage!
    assert.deepEqual(Buffer.from(unknownFields!), bytes(newest, content))
    assert.equal(contextInfo?.forwardingScore, 1)
  })
})
