import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Fields = Record<string, unknown>

const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)])
const bytes = (field: number, content: Uint8Array | string) => {
  const inner = Buffer.from(content as Uint8Array)
  return new Uint8Array([...varint(field * 8 + 2), ...varint(inner.length), ...inner])
}

describe('messages that cross on their way', () => {
  let sandbox: Sandbox
  let gateway: TestGateway
  let device: TestDevice
  let ana: Phone
  before(async () => {
    sandbox = await Sandbox.start({ seed: 41 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    device = await gateway.linkDevice(ana)
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const own = () => gateway.services.sessions.account(device.id)!.jid
  const told = async (): Promise<Fields[]> => {
    const { events } = await device.api.get<{ events: { data: Fields }[] }>('/events?types=message.received&limit=1000')
    return events.map(({ data }) => data)
  }
  const came = (id: string) => until(`${id} came`, async () => (await told()).find((data) => data['message_id'] === id))
  const retries = () =>
    sandbox.world.log.since().filter(({ type, data }) => type === 'receipt' && data['type'] === 'retry')
  const text = async (to: string, words: string) =>
    (
      await device.api.post<{ message_id: string }>(`/chats/${to}/messages`, {
        ...{ text: words, typing_simulation: false, presence_simulation: false },
      })
    ).message_id

  it('are all read when both sides begin a session at the same moment, in whatever order they come', async () => {
    for (const order of ['in order', 'reordered'] as const) {
      const bob = await sandbox.phone({ name: `Bob ${order}` })
      // Neither has anything of the other before each has written with a session of its own.
      await sandbox.fault.apply({ device: own(), tag: 'message', count: 2, action: { kind: 'delay', ms: 700 } })
      await sandbox.fault.apply({ device: bob.jid, tag: 'message', count: 2, action: { kind: 'delay', ms: 700 } })
      if (order === 'reordered') {
        await sandbox.fault.apply({ device: own(), tag: 'message', action: { kind: 'reorder' } })
        await sandbox.fault.apply({ device: bob.jid, tag: 'message', action: { kind: 'reorder' } })
      }
      const before = retries().length
      const [theirs, ours] = await Promise.all([
        Promise.all([1, 2, 3].map((n) => bob.send(ana.jid, { text: `theirs ${n}` }))),
        Promise.all([1, 2, 3].map((n) => text(bob.id, `ours ${n}`))),
      ])
      const lastly = [await bob.send(ana.jid, { text: 'theirs, later' })]
      const later = [await text(bob.id, 'ours, later')]
      for (const { id } of [...theirs, ...lastly]) await came(id)
      for (const id of [...ours, ...later]) await bob.until.message((entry) => entry.id === id)
      assert.equal(retries().length, before, 'nothing had to be asked for again')
      assert.deepEqual(bob.violations, [])
    }
  })

  it('are read when they come late, of a session that was replaced since, which stays in use both ways', async () => {
    const fay = await sandbox.phone({ name: 'Fay' })
    await came((await fay.send(ana.jid, { text: 'hello' })).id)
    const hello = await text(fay.id, 'hello back')
    await fay.until.message((entry) => entry.id === hello)
    const before = retries().length
    await sandbox.fault.apply({ device: own(), tag: 'message', action: { kind: 'delay', ms: 2500 } })
    const late = await fay.send(ana.jid, { text: 'late' })
    // What cannot be read is asked for again with new keys: the phone begins another session with them.
    await sandbox.fault.apply({ device: own(), tag: 'message', action: { kind: 'corrupt' } })
    const broken = await fay.send(ana.jid, { text: 'broken' })
    await came(broken.id)
    const between = await text(fay.id, 'in between')
    await came(late.id)
    const lastly = await fay.send(ana.jid, { text: 'lastly' })
    await came(lastly.id)
    const answer = await text(fay.id, 'at last')
    for (const id of [between, answer]) await fay.until.message((entry) => entry.id === id)
    assert.equal(retries().length, before + 1)
    assert.deepEqual(fay.violations, [])
  })

  it('are read in a group as first, third, second, also when the key of the sender came again in between', async () => {
    const cid = await sandbox.phone({ name: 'Cid' })
    const dan = await sandbox.phone({ name: 'Dan' })
    const group = await cid.groups.create({ subject: 'Order', participants: [ana.jid, dan.jid] })
    const before = retries().length
    const { id: first } = await cid.send(group.jid, { text: 'first' })
    await came(first)
    await sandbox.fault.apply({ device: own(), tag: 'message', action: { kind: 'reorder' } })
    const { id: second } = await cid.send(group.jid, { text: 'second' })
    const { id: third } = await cid.send(group.jid, { text: 'third' })
    for (const id of [second, third]) await came(id)
    // Somebody leaves: the sender makes another key, and hands it out, while a message under the former one is on its way.
    await sandbox.fault.apply({ device: own(), tag: 'message', action: { kind: 'delay', ms: 500 } })
    const { id: late } = await cid.send(group.jid, { text: 'late' })
    await cid.groups.of(group.jid).remove([dan.jid])
    const { id: fresh } = await cid.send(group.jid, { text: 'fresh' })
    for (const id of [late, fresh]) await came(id)
    assert.equal(retries().length, before, 'nothing had to be asked for again')
  })

  it('are what they hold, whatever their stanza calls them', async () => {
    const eve = await sandbox.phone({ name: 'Eve' })
    const option = (name: string) => Buffer.from(bytes(3, bytes(1, name)))
    const poll = Buffer.concat([Buffer.from(bytes(2, 'Where?')), option('here'), option('there')])
    const kinds: readonly (readonly [number, Uint8Array, string])[] = [
      // A poll of version 4, an event in its cover, an assistant that is asked: the phone calls all of them text.
      [93, bytes(1, bytes(49, poll)), 'poll'],
      [85, bytes(1, bytes(75, bytes(3, 'Picnic'))), 'event'],
      [67, bytes(1, bytes(1, 'hello')), 'text'],
      [118, bytes(1, bytes(3, bytes(3, 'under it'))), 'image'],
    ]
    for (const [field, content, type] of kinds) {
      const { id } = await eve.send(ana.jid, { raw: bytes(field, content) })
      assert.equal((await came(id))!['type'], type)
      const stanza = sandbox.world.log
        .since()
        .find(({ type: kind, data }) => kind === 'message.routed' && data['id'] === id)
      assert.equal(stanza?.data['type'], 'text')
    }
  })
})
