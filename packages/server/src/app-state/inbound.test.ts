import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Data = Record<string, unknown> & { readonly action_raw?: Record<string, unknown> | null }
interface Event {
  readonly event_type: string
  /** Absent: no. */
  readonly backfill?: boolean
  readonly data: Data
}

const day = 86_400_000

describe('what the phone changes for all devices of the account', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({
      sandbox: true,
      environment: { WHATSAPP_APPSTATE_WEBHOOK_ENABLED: 'true' },
    })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    await takenIn()
  })
  after(() => gateway.stop())

  const events = async (type: string) =>
    (await device.api.get<{ events: Event[] }>(`/events?types=${type}&limit=200`)).events
  const told = (type: string, fits: (data: Data, event: Event) => boolean) =>
    until(`${type} is told`, async () => (await events(type)).find((event) => fits(event.data, event)))
  const takenIn = async () => {
    for (const name of ['critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular']) {
      await told('appstate.sync_complete', (data) => data['name'] === name && data['recovery'] === false)
    }
  }
  const chat = () => device.api.get<Record<string, unknown>>(`/chats/${bob.id}`)
  const said = async (text: string) => {
    const { id } = await bob.send(device.phone.jid, { text })
    await until('it is stored', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    return id
  }

  it('is told as events with both addresses, and shown in the chat', async () => {
    await said('hello')
    const { appState } = device.phone
    const end = Date.now() + day
    await appState.mute(bob.jid, end)
    const muted = await told('chat.mute', ({ chat: of }) => of === bob.jid)
    assert.deepEqual(
      [muted.data['chat_lid'], muted.data['from_full'], muted.backfill ?? false, muted.data.action_raw],
      [bob.lid, false, false, { muted: true, muteEndTimestamp: end }],
    )
    await appState.pin(bob.jid)
    await told('chat.pin', (data) => data.action_raw?.['pinned'] === true)
    await appState.markRead(bob.jid, false)
    await told('chat.mark_read', (data) => data.action_raw?.['read'] === false)
    const shown = await chat()
    assert.deepEqual(
      [shown['muted'], shown['muted_until'], shown['pinned'], shown['archived'], shown['marked_unread']],
      [true, new Date(end).toISOString(), true, false, true],
    )
    await appState.archive(bob.jid)
    await told('chat.archive', (data) => data.action_raw?.['archived'] === true)
    await told('chat.pin', (data) => data.action_raw?.['pinned'] === false)
    const later = await chat()
    assert.deepEqual([later['pinned'], later['archived']], [false, true])
  })

  it('is told for labels, stars, saved people and settings', async () => {
    const id = await said('a pearl')
    const { appState } = device.phone
    await device.phone.until.message((message) => message.id === id)
    await appState.editLabel('4', { name: 'Customers', color: 3 })
    await appState.labelChat('4', bob.jid)
    await appState.labelMessage('4', bob.jid, id)
    await appState.star(bob.jid, id)
    await appState.saveContact(bob.jid, { fullName: 'Robert B', firstName: 'Robert' })
    await appState.setUnarchiveChats(true)
    await appState.muteStatus(bob.jid)
    assert.equal((await told('label.edit', () => true)).data['label_id'], '4')
    assert.equal((await told('label.chat', () => true)).data['chat'], bob.jid)
    assert.equal((await told('label.message', () => true)).data['message_id'], id)
    const star = await told('chat.star', () => true)
    assert.deepEqual([star.data['message_id'], star.data['is_from_me'], star.data['chat']], [id, false, bob.jid])
    const saved = await told('contact.update', () => true)
    assert.deepEqual(
      [saved.data['contact_jid'], saved.data['contact_lid'], saved.data['action'], saved.data['full_name']],
      [bob.jid, bob.lid, 'update', 'Robert B'],
    )
    await told('settings.unarchive_chats', ({ unarchive }) => unarchive === true)
    assert.equal((await told('status.mute', () => true)).data['target'], bob.jid)
    const { labels, name } = await chat()
    assert.deepEqual([labels, name], [['4'], 'Robert B'])
    const message = await device.api.get<Record<string, unknown>>(`/messages/${id}`)
    assert.equal(message['starred'], true)
    await appState.removeContact(bob.jid)
    await told('contact.update', ({ action }) => action === 'remove')
    assert.equal((await chat())['name'], 'Bob')
  })

  it('takes a chat out of the archive when somebody writes, where the account wants that', async () => {
    const { appState } = device.phone
    const archived = () => until('it is archived', async () => (await chat())['archived'])
    const written = await said('to be archived')
    await appState.setUnarchiveChats(false)
    await told('settings.unarchive_chats', ({ unarchive }) => unarchive === false)
    await appState.archive(bob.jid)
    await archived()
    await said('stays there')
    assert.equal((await chat())['archived'], true)
    await appState.setUnarchiveChats(true)
    await until('it is set', async () => (await events('settings.unarchive_chats')).length === 3)
    const { id } = await bob.send(device.phone.jid, { reaction: { message: written, emoji: '👍' } })
    await until('it is stored', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    assert.equal((await chat())['archived'], true)
    await said('comes out')
    assert.equal((await chat())['archived'], false)
  })

  it('takes messages away that are gone on the phone', async () => {
    const [one, two] = [await said('one'), await said('two')]
    const { phone } = device
    await phone.until.message((message) => message.id === two)
    await phone.appState.deleteForMe(bob.jid, two)
    await told('chat.delete_for_me', ({ message_id }) => message_id === two)
    await device.api.refuses('message_not_found', 'GET', `/messages/${two}`)
    assert.equal((await chat())['last_message'] && ((await chat())['last_message'] as Data)['message_id'], one)
    await phone.appState.clear(bob.jid, { keepStarred: true })
    await told('chat.clear', ({ chat: of }) => of === bob.jid)
    const left = await device.api.get<{ messages: { text: string }[] }>(`/chats/${bob.id}/messages`)
    assert.deepEqual(
      left.messages.map(({ text }) => text),
      ['a pearl'],
    )
    await phone.appState.delete(bob.jid)
    await told('chat.delete', ({ chat: of }) => of === bob.jid)
    await device.api.refuses('chat_not_found', 'GET', `/chats/${bob.id}`)
    await said('again')
    assert.equal(((await chat())['last_message'] as Data)['text'], 'again')
  })

  it('is told raw where it means nothing here, and a removed index as well', async () => {
    const value = { timestamp: Date.now(), localeSetting: { locale: 'pt_BR' } }
    await device.phone.appState.publish({ collection: 'regular', index: ['tomorrow', 'x'], version: 1, value })
    const unknown = await told('appstate.patch_received', ({ index }) => (index as string[])[0] === 'tomorrow')
    assert.deepEqual(
      [unknown.data['known'], unknown.data.action_raw, unknown.data['collection']],
      [false, { locale: 'pt_BR' }, 'regular'],
    )
    await device.phone.appState.setTimeFormat(true)
    const known = await told('appstate.patch_received', ({ index }) => (index as string[])[0] === 'time_format')
    assert.equal(known.data['known'], true)
  })

  it('is backfill when it happened while the device was away, and is not lost', async () => {
    await gateway.halt()
    await device.phone.appState.mute(bob.jid, 'forever')
    await device.phone.appState.pin(bob.jid)
    await gateway.start()
    device = { ...gateway.deviceWith(device.id, device.secret, device.token), phone: device.phone }
    await gateway.connected(device)
    const muted = await told('chat.mute', (data) => data.action_raw?.['muteEndTimestamp'] === -1)
    assert.deepEqual([muted.backfill, muted.data['from_full']], [true, false])
    await until('it is pinned', async () => (await chat())['pinned'] === true)
    const { muted: isMuted, muted_until } = await chat()
    assert.deepEqual([isMuted, muted_until], [true, undefined])
  })

  it('is fetched when WhatsApp says that it no longer knows what the device missed', async () => {
    const linked = () => [...device.phone.account.devices.values()].find(({ id }) => id > 0)!
    const { fault } = gateway.sandbox!
    const soil = () => {
      const name = `${device.phone.account.phone}:${linked().id}@s.whatsapp.net`
      return fault.apply({ device: name, action: { kind: 'app-state-dirty' } })
    }
    await gateway.halt()
    await device.phone.appState.mute(bob.jid, undefined)
    await soil()
    await gateway.start()
    device = { ...gateway.deviceWith(device.id, device.secret, device.token), phone: device.phone }
    await gateway.connected(device)
    const away = await told(
      'chat.mute',
      (data, { backfill }) => data.action_raw?.['muted'] === false && backfill === true,
    )
    assert.equal(away.data['from_full'], false)
    await until('it said that it is clean', () => linked().appStateDirtySince === undefined)
    fault.next(linked(), 'notification', { drop: true })
    await device.phone.appState.pin(bob.jid, false)
    assert.equal((await chat())['pinned'], true)
    await soil()
    await until('it is fetched', async () => (await chat())['pinned'] === false)
    await until('it said so', () => linked().appStateDirtySince === undefined)
  })

  it('is known to a device that links later, flagged as old news', async () => {
    const { appState } = device.phone
    await appState.saveContact(bob.jid, { fullName: 'Robert B' })
    const second = { ...(await gateway.linkDevice(device.phone)), phone: device.phone }
    const first = device
    device = second
    try {
      const saved = await told('contact.update', ({ contact_jid }) => contact_jid === bob.jid)
      assert.deepEqual([saved.backfill, saved.data['from_full'], saved.data['full_name']], [true, true, 'Robert B'])
      await until('the chat is there', async () => (await device.api.call('GET', `/chats/${bob.id}`)).status === 200)
      await until('labels are there', async () => ((await chat())['labels'] as string[]).length > 0)
      await takenIn()
    } finally {
      device = first
    }
    assert.deepEqual(device.phone.violations, [])
  })
})
