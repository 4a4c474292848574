import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Data = Record<string, unknown> & { readonly action_raw?: Record<string, unknown> | null }

const day = 86_400

describe('what a device changes for all devices of the account', () => {
  let gateway: TestGateway
  let device: TestDevice
  /** Another device of the same account. */
  let other: TestDevice
  let phone: Phone
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    phone = (device as TestDevice & { phone: Phone }).phone
    other = await gateway.linkDevice(phone)
    bob = await gateway.phone('Bob')
  })
  after(async () => {
    assert.deepEqual(phone.violations, [])
    await gateway.stop()
  })

  const told = (type: string, fits: (data: Data) => boolean) =>
    until(`${type} is told to the other device`, async () => {
      const { events } = await other.api.get<{ events: { data: Data }[] }>(`/events?types=${type}&limit=200`)
      return events.find(({ data }) => fits(data))?.data
    })
  const must = async (method: 'DELETE' | 'PATCH', path: string, body?: unknown) => {
    const answer = await device.api.call(method, path, body)
    assert.equal(answer.status, 200, `${method} ${path} answered ${answer.text}`)
  }
  const chat = (of = device) => of.api.get<Data>(`/chats/${bob.id}`)
  const said = async (text: string) => {
    const { id } = await bob.send(phone.jid, { text })
    for (const { api } of [device, other]) {
      await until('it is stored', async () => (await api.call('GET', `/messages/${id}`)).status === 200)
    }
    await phone.until.message((message) => message.id === id)
    return id
  }

  it('mutes, pins and archives chats, as the phone and other devices show it', async () => {
    await said('hello')
    const { api } = device
    const before = Date.now()
    await api.post(`/chats/${bob.id}/mute`, { muted: true, duration: 8 * 3600 })
    const end = await until('it is muted', () => phone.appState.chat(bob.jid).mutedUntil)
    assert.ok(end >= before + 28_800_000 && end <= Date.now() + 28_800_000, String(end - before))
    await told('chat.mute', (data) => data.action_raw?.['muteEndTimestamp'] === end)
    assert.deepEqual([(await chat())['muted'], (await chat())['muted_until']], [true, new Date(end).toISOString()])
    await api.post(`/chats/${bob.id}/mute`, { muted: true })
    await until('it is for ever', () => phone.appState.chat(bob.jid).mutedUntil === -1)
    await api.post(`/chats/${bob.id}/mute`, { muted: false })
    await until('it rings again', () => phone.appState.chat(bob.jid).mutedUntil === undefined)
    assert.equal((await chat())['muted'], false)
    await api.post(`/chats/${bob.id}/pin`, { pin: true })
    await until('it is pinned', () => phone.appState.chat(bob.jid).pinned)
    await until('the other device shows it', async () => (await chat(other))['pinned'])
    await api.post(`/chats/${bob.id}/archive`, { archive: true })
    await until('it is archived', () => {
      const { archived, pinned } = phone.appState.chat(bob.jid)
      return archived && !pinned
    })
    await until('the other device shows it', async () => (await chat(other))['archived'])
    assert.deepEqual([(await chat())['archived'], (await chat())['pinned']], [true, false])
    await api.post(`/chats/${bob.id}/archive`, { archive: false })
    await until('it is back', () => !phone.appState.chat(bob.jid).archived)
    await api.post('/app-state', {
      ...{ name: 'regular_low', action: 'pin', data: { chat_jid: bob.id, pinned: true } },
    })
    await until('it is pinned', () => phone.appState.chat(bob.jid).pinned)
  })

  it('stars messages and takes them away, in groups too', async () => {
    const id = await said('a pearl')
    const group = await bob.groups.create({ subject: 'Team', participants: [phone.jid] })
    const { id: inGroup } = await bob.send(group.jid, { text: 'of all' })
    for (const { api } of [device, other]) {
      await until('it is stored', async () => (await api.call('GET', `/messages/${inGroup}`)).status === 200)
    }
    await phone.until.message((message) => message.id === inGroup)
    for (const [chatJid, messageId] of [
      [bob.jid, id],
      [group.jid, inGroup],
    ] as const) {
      await device.api.post(`/messages/${messageId}/star`, { chat_jid: chatJid, star: true })
      await until('the phone shows it', () => phone.appState.message(chatJid, messageId).starred)
      const star = await told('chat.star', ({ message_id }) => message_id === messageId)
      assert.equal(star['sender'], chatJid === group.jid ? bob.jid : undefined)
      assert.equal((await device.api.get<Data>(`/messages/${messageId}`))['starred'], true)
      await device.api.post(`/messages/${messageId}/star`, { star: false })
      await until('the phone shows it', () => !phone.appState.message(chatJid, messageId).starred)
      await device.api.post(`/messages/${messageId}/delete-for-me`, {})
      await until('it is gone on the phone', () => phone.appState.message(chatJid, messageId).deletedForMe)
      await until('it is gone', async () => (await other.api.call('GET', `/messages/${messageId}`)).status === 404)
      await device.api.refuses('message_not_found', 'GET', `/messages/${messageId}`)
    }
    assert.ok(bob.messages().some((message) => message.id === id))
  })

  /** The message up to which a change of a chat reaches, as the other device reads it; other clients act on nothing newer. */
  const newestIn = ({ action_raw: raw }: Data) => {
    const range = raw?.['messageRange'] as
      | { lastMessageTimestamp: number; messages: { key: { id: string }; timestamp: number }[] }
      | undefined
    const newest = range?.messages[0]
    assert.equal(newest?.timestamp, range?.lastMessageTimestamp)
    return newest?.key.id
  }

  it('clears and deletes chats', async () => {
    const [kept, gone] = [await said('keep me'), await said('not me')]
    await device.api.post(`/messages/${kept}/star`, { star: true })
    await device.api.post(`/chats/${bob.id}/clear`, { keep_starred: true })
    const cleared = await told('chat.clear', ({ delete_media }) => delete_media === false)
    assert.equal(newestIn(cleared), gone)
    for (const { api } of [device, other]) {
      const { messages } = await api.get<{ messages: { message_id: string }[] }>(`/chats/${bob.id}/messages`)
      assert.deepEqual(
        messages.map(({ message_id }) => message_id),
        [kept],
      )
    }
    assert.deepEqual(
      phone.messages(bob.jid).map(({ id }) => id),
      [kept],
    )
    assert.ok(bob.messages().some(({ id }) => id === gone))
    await must('DELETE', `/chats/${bob.id}`, { delete_media: true })
    assert.equal(newestIn(await told('chat.delete', ({ delete_media }) => delete_media === true)), kept)
    for (const { api } of [device, other]) await api.refuses('chat_not_found', 'GET', `/chats/${bob.id}`)
    await until('the phone shows nothing', () => phone.messages(bob.jid).length === 0)
  })

  it('makes labels, and puts them on chats and messages', async () => {
    const id = await said('label me')
    const { api } = device
    const [one, two] = await Promise.all([
      api.post<{ label_id: string }>('/labels', { name: 'Customers', color: 3 }),
      api.post<{ label_id: string }>('/labels', { name: 'Friends' }),
    ])
    assert.notEqual(one.label_id, two.label_id)
    await api.post(`/chats/${bob.id}/labels/${one.label_id}`)
    await api.post(`/messages/${id}/labels/${one.label_id}`)
    await must('PATCH', `/labels/${one.label_id}`, { name: 'Buyers' })
    await until('the phone shows it', () => {
      const { labels } = phone.appState.chat(bob.jid)
      const named = phone.appState.labels().find((label) => label.id === one.label_id)
      return labels.includes(one.label_id) && named?.name === 'Buyers' && named.color === 3
    })
    assert.deepEqual(phone.appState.message(bob.jid, id).labels, [one.label_id])
    await told('label.edit', (data) => data.action_raw?.['name'] === 'Buyers')
    assert.equal((await told('label.chat', () => true))['chat'], bob.jid)
    await told('label.message', ({ message_id }) => message_id === id)
    const shown = async (of: TestDevice) => ({
      labels: (await of.api.get<{ labels: Data[] }>('/labels')).labels.map(({ name }) => name),
      chats: (await of.api.get<{ chats: Data[] }>(`/labels/${one.label_id}/chats`)).chats,
      messages: (await of.api.get<{ messages: Data[] }>(`/labels/${one.label_id}/messages`)).messages.length,
      ofChat: (await chat(of))['labels'],
    })
    const all = {
      labels: ['Buyers', 'Friends'],
      chats: [{ chat_jid: bob.jid, chat_lid: bob.lid }],
      messages: 1,
      ofChat: [one.label_id],
    }
    assert.deepEqual([await shown(device), await shown(other)], [all, all])
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    other = gateway.deviceWith(other.id, other.secret, other.token)
    await Promise.all([gateway.connected(device), gateway.connected(other)])
    assert.deepEqual([await shown(device), await shown(other)], [all, all])
    await must('DELETE', `/chats/${bob.id}/labels/${one.label_id}`)
    await must('DELETE', `/messages/${id}/labels/${one.label_id}`)
    await until('it is off', () => phone.appState.chat(bob.jid).labels.length === 0)
    await must('DELETE', `/labels/${two.label_id}`)
    await until('it is deleted', () => phone.appState.labels().length === 1)
    await device.api.refuses('label_not_found', 'POST', `/chats/${bob.id}/labels/${two.label_id}`)
    const { label_id: next } = await device.api.post<{ label_id: string }>('/labels', { name: 'New' })
    assert.ok(![one.label_id, two.label_id].includes(next))
  })

  it('lists the messages of a label page by page', async () => {
    const { api } = device
    const { label_id: label } = await api.post<{ label_id: string }>('/labels', { name: 'Long' })
    const ids: string[] = []
    for (const text of ['one', 'two', 'three']) ids.push(await said(text))
    for (const id of ids) await api.post(`/messages/${id}/labels/${label}`)
    const found: string[] = []
    for (let cursor: string | undefined = ''; cursor !== undefined; ) {
      const path: string = `/labels/${label}/messages?limit=2${cursor && `&cursor=${cursor}`}`
      const page: { messages: { message_id: string }[]; next_cursor?: string } = await api.get(path)
      found.push(...page.messages.map(({ message_id }) => message_id))
      cursor = page.next_cursor
    }
    assert.deepEqual(found.toSorted(), ids.toSorted())
    await api.refuses('invalid_request', 'GET', `/labels/${label}/messages?cursor=nonsense`)
    await must('DELETE', `/labels/${label}`)
  })

  it('saves and removes people, again and again', async () => {
    const { api } = device
    for (const name of ['Robert B', 'Bobby B', 'Bob B']) {
      await api.post(`/users/${bob.id}/contact`, { full_name: name })
      await until('the phone has it', () => phone.appState.contacts().some(({ fullName }) => fullName === name))
      assert.equal((await chat())['name'], name)
      await told('contact.update', ({ full_name, contact_lid }) => full_name === name && contact_lid === bob.lid)
      await must('DELETE', `/users/${bob.id}/contact`)
      await until('the phone has it no longer', () => phone.appState.contacts().length === 0)
      await api.refuses('contact_not_found', 'DELETE', `/users/${bob.id}/contact`)
    }
    assert.equal((await chat())['name'], 'Bob')
    await phone.appState.checkSnapshot('critical_unblock_low')
  })

  it('takes another name', async () => {
    await must('PATCH', '/users/me/name', { name: 'Shop of Ana' })
    await until('the phone has it', () => phone.account.pushName === 'Shop of Ana')
    const setting = await told('pushname.setting', ({ push_name }) => push_name === 'Shop of Ana')
    assert.deepEqual([setting['from_full'], setting.action_raw], [false, { name: 'Shop of Ana' }])
  })

  it('sets after how long messages disappear, of chats and groups', async () => {
    for (const [timer, seconds] of [
      ['7 days', 7 * day],
      ['OFF', 0],
      [7_776_000, 90 * day],
    ] as const) {
      await must('PATCH', `/chats/${bob.id}/disappearing-timer`, { timer })
      await bob.until.event('phone.timer', (data) => data['seconds'] === seconds)
      assert.equal((await chat())['timer_seconds'], seconds)
      const { message_id: id } = await device.api.post<{ message_id: string }>(`/chats/${bob.id}/messages`, {
        text: 'soon gone?',
      })
      const seen = await bob.until.message((message) => message.id === id)
      assert.equal(seen.expiresAfter, seconds === 0 ? undefined : seconds)
    }
    const group = await phone.groups.create({ subject: 'Soon gone', participants: [bob.jid] })
    await must('PATCH', `/chats/${group.jid}/disappearing-timer`, { timer: '1 week' })
    const { message_id: inGroup } = await device.api.post<{ message_id: string }>(`/chats/${group.jid}/messages`, {
      text: 'of all, soon gone',
    })
    assert.equal((await bob.until.message(({ id }) => id === inGroup)).expiresAfter, 7 * day)
    await device.api.refuses('invalid_request', 'PATCH', `/chats/${bob.id}/disappearing-timer`, { timer: '5d' })
  })

  it('succeeds when several devices change the same at once', async () => {
    const wanted = Array.from({ length: 6 }, (_, index) => `Label ${index}`)
    await Promise.all(
      wanted.map((_name, index) =>
        (index % 2 === 0 ? device : other).api.post(`/chats/${bob.id}/pin`, { pin: index % 4 < 2 }),
      ),
    )
    await Promise.all([
      device.api.post(`/chats/${bob.id}/archive`, { archive: true }),
      other.api.post(`/chats/${bob.id}/mark-read`, { read: false }),
      phone.appState.setUnarchiveChats(true),
    ])
    await until('all is there', () => {
      const { archived, markedUnread } = phone.appState.chat(bob.jid)
      return archived && markedUnread
    })
    for (const name of ['regular_low', 'regular_high', 'regular', 'critical_block', 'critical_unblock_low']) {
      await phone.appState.checkSnapshot(name)
      const read = await device.api.get<Data>(`/app-state/${name}`)
      assert.equal(read['version'], phone.appState.versionOf(name))
    }
  })

  it('tells WhatsApp what was fetched, and takes a collection in again', async () => {
    const clean = await device.api.post<Data>('/app-state/mark-clean', { clean_type: 'groups' })
    assert.equal(clean['clean_type'], 'groups')
    const again = await device.api.get<Data>('/app-state/regular?full_sync=true')
    assert.deepEqual([again['name'], again['full_sync']], ['regular', true])
    const { labels } = await device.api.get<{ labels: Data[] }>('/labels')
    assert.deepEqual(
      labels.map(({ name }) => name),
      ['Buyers', 'New'],
    )
    await device.api.refuses('invalid_request', 'GET', '/app-state/other')
  })
})
