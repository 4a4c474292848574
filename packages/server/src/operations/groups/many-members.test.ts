import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

interface Shown {
  readonly jid: string
  readonly name: string
  readonly addressing_mode: string
  readonly participant_count: number
  readonly participants: readonly { readonly jid: string; readonly lid?: string; readonly is_admin: boolean }[]
}

describe('groups of many members', () => {
  const size = 60
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  /** Another linked device of the same account. */
  let second: TestDevice
  let others: Phone[]
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    second = await gateway.linkDevice(device.phone)
    others = await Promise.all(Array.from({ length: size - 1 }, (_, index) => gateway.phone(`Member ${index}`)))
  })
  after(async () => {
    assert.deepEqual(
      others.flatMap(({ violations }) => violations),
      [],
    )
    assert.deepEqual(gateway.sandbox?.unhandled, [])
    await gateway.stop()
  })

  const told = (api: TestDevice['api'], type: string, fits: (data: Data) => boolean) =>
    until(`${type} is told`, async () => {
      const { events } = await api.get<{ events: { data: Data }[] }>(`/events?types=${type}&limit=1000`)
      return events.find(({ data }) => fits(data))?.data
    })
  const stored = (of: TestDevice, id: string) =>
    until('the message came', async () => (await of.api.call('GET', `/messages/${id}`)).status === 200)
  const seenByAll = (group: string, id: string, by = others) =>
    Promise.all(by.map((phone) => phone.groups.of(group).until.message((message) => message.id === id)))
  const send = (group: string, text: string) =>
    device.api.post<{ message_id: string; status: string }>(`/chats/${group}/messages`, {
      text,
      typing_simulation: false,
    })

  for (const addressing of ['lid', 'pn'] as const) {
    it(`reach everybody, and hear from everybody, named by ${addressing}`, async () => {
      const [founder] = others
      const participants = [device.phone.jid, ...others.slice(1).map(({ jid }) => jid)]
      const group = await founder!.groups.create({ subject: `Many, ${addressing}`, participants, addressing })
      for (const { api } of [device, second]) await told(api, 'group.join', (data) => data['group_jid'] === group.jid)
      const shown = await device.api.get<Shown>(`/groups/${group.jid}`)
      assert.deepEqual([shown.addressing_mode, shown.participant_count], [addressing, size])
      assert.ok(shown.participants.every(({ jid, lid }) => jid.endsWith('@s.whatsapp.net') && lid?.endsWith('@lid')))
      const sent = await send(group.jid, 'to all')
      assert.equal(sent.status, 'sent')
      await seenByAll(group.jid, sent.message_id)
      await stored(second, sent.message_id)
      const answers = await Promise.all(others.slice(-5).map((phone) => phone.send(group.jid, { text: 'to you' })))
      for (const { id } of answers) await Promise.all([stored(device, id), stored(second, id)])
      await device.api.refuses('forbidden_by_whatsapp', 'PATCH', `/groups/${group.jid}/settings`, { announce: true })
      await group.set({ announcement: true, locked: true })
      await told(
        device.api,
        'group.info_update',
        (data) => data['group_jid'] === group.jid && data['is_announce'] === true,
      )
      const refused = await device.api.call('POST', `/chats/${group.jid}/messages`, { text: 'not here' })
      assert.ok(
        refused.status >= 400 && refused.status < 500,
        `a message into a closed group answered ${refused.status}`,
      )
      await device.api.refuses('forbidden_by_whatsapp', 'PATCH', `/groups/${group.jid}/name`, { name: 'Mine' })
      await group.promote([device.phone.jid])
      await told(device.api, 'group.participant_update', (data) => {
        return data['group_jid'] === group.jid && (data['promote'] as string[]).includes(device.phone.jid)
      })
      await device.api.patch(`/groups/${group.jid}/name`, { name: `Closed, ${addressing}` })
      const again = await send(group.jid, 'as admin')
      await seenByAll(group.jid, again.message_id)
      await told(second.api, 'group.info_update', ({ group_jid, name }) => {
        return group_jid === group.jid && name === `Closed, ${addressing}`
      })
    })
  }

  it('are made at once, lose members who then read nothing more, and take in others', async () => {
    const [leaver, ...rest] = others
    const made = await device.api.post<Shown & { results: { result: string }[] }>('/groups', {
      name: 'All of us',
      participants: others.map(({ id }) => id),
    })
    assert.deepEqual(
      made.results.map(({ result }) => result),
      others.map(() => 'done'),
    )
    const first = await send(made.jid, 'hello all')
    await seenByAll(made.jid, first.message_id)
    await device.api.delete(`/groups/${made.jid}/participants`, { participants: [leaver!.id] })
    const next = await send(made.jid, 'without you')
    await seenByAll(made.jid, next.message_id, rest)
    assert.ok(
      leaver!.groups
        .of(made.jid)
        .messages()
        .every(({ id }) => id !== next.message_id),
    )
    const late = await gateway.phone('Late')
    await device.api.post(`/groups/${made.jid}/participants`, { participants: [late.lid] })
    const last = await send(made.jid, 'with you')
    await seenByAll(made.jid, last.message_id, [...rest, late])
    assert.deepEqual(late.violations, [])
  })
})
