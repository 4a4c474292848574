import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

const day = 86_400
const week = 604_800

describe('the disappearing timer of a chat', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
  })
  after(() => gateway.stop())

  const stored = (id: string) =>
    until('it is stored', async () => {
      const answer = await device.api.call<Record<string, unknown>>('GET', `/messages/${id}`)
      return answer.status === 200 ? answer.body.data : undefined
    })
  const send = async (chat: string, kind: 'messages' | 'locations', body: object) =>
    (await device.api.post<{ message_id: string }>(`/chats/${chat}/${kind}`, body)).message_id
  /** After how long what the device sends disappears, for the other person and for the own phone. */
  const shown = async (other: Phone, chat: string) => {
    const text = await send(chat, 'messages', { text: 'soon gone?' })
    const place = await send(chat, 'locations', { latitude: 1, longitude: 2 })
    const seen = [text, place].flatMap((id) => [other, device.phone].map((phone) => ({ id, phone })))
    const entries = seen.map(({ id, phone }) => phone.until.message((message) => message.id === id))
    return [...new Set((await Promise.all(entries)).map(({ expiresAfter }) => expiresAfter))]
  }

  it('is that of everything that is sent there, as somebody sets it', async () => {
    const bob = await gateway.phone('Bob')
    await stored((await bob.send(device.phone.jid, { expiry: { seconds: day } })).id)
    assert.deepEqual(await shown(bob, bob.id), [day])
    assert.deepEqual(await shown(bob, encodeURIComponent(bob.lid)), [day])
    await stored((await bob.send(device.phone.jid, { expiry: { seconds: 0 } })).id)
    assert.deepEqual(await shown(bob, bob.id), [undefined])
  })

  it('is learnt from the own phone, and from what comes with it', async () => {
    const bob = await gateway.phone('Bob')
    await stored((await device.phone.send(bob.jid, { expiry: { seconds: week } })).id)
    assert.deepEqual(await shown(bob, bob.id), [week])
    const cid = await gateway.phone('Cid')
    const { id } = await cid.sendMessage(device.phone.account, {
      extendedTextMessage: {
        text: 'gone soon',
        contextInfo: { expiration: day, ephemeralSettingTimestamp: 1_700_000_000 },
      },
    })
    assert.equal((await stored(id))['expires_in_seconds'], day)
    assert.deepEqual(await shown(cid, cid.id), [day])
  })

  it('is that of the group, whenever it was set', async () => {
    const bob = await gateway.phone('Bob')
    const group = await bob.groups.create({
      ...{ subject: 'Team', participants: [device.phone.jid], ephemeralSeconds: week },
    })
    assert.deepEqual(await shown(bob, group.jid), [week])
    await group.set({ ephemeralSeconds: day })
    await until('it is told', async () => {
      const { events } = await device.api.get<{ events: { data: Record<string, unknown> }[] }>(
        '/events?types=group.info_update&limit=100',
      )
      return events.some(({ data }) => data['group_jid'] === group.jid && data['disappearing_timer'] === day)
    })
    assert.deepEqual(await shown(bob, group.jid), [day])
  })

  it('is known from the history of a phone that links later, and after a restart', async () => {
    const [dora, bob] = [await gateway.phone('Dora'), await gateway.phone('Bob')]
    await bob.send(dora.jid, { text: 'hello' })
    await dora.until.message(({ text }) => text === 'hello')
    await bob.send(dora.jid, { expiry: { seconds: week } })
    await dora.until.event('phone.timer', ({ seconds }) => seconds === week)
    const late = await gateway.linkDevice(dora)
    await until('history is there', async () => {
      const { messages } = await late.api.get<{ messages: unknown[] }>(`/chats/${bob.id}/messages`)
      return messages.length > 0
    })
    await gateway.restart()
    const again = gateway.deviceWith(late.id, late.secret, late.token)
    await gateway.connected(again)
    const { message_id: id } = await again.api.post<{ message_id: string }>(`/chats/${bob.id}/messages`, {
      text: 'back',
    })
    assert.equal((await bob.until.message((message) => message.id === id)).expiresAfter, week)
  })
})
