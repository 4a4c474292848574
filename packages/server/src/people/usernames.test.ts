import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

interface Told {
  readonly events: readonly { readonly backfill?: boolean; readonly data: Data }[]
}

describe('user names', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
  })
  after(async () => {
    assert.deepEqual(gateway.sandbox?.unhandled, [])
    await gateway.stop()
  })

  const named = async (name: string, username: string, key?: string) => {
    const phone = await gateway.phone(name)
    await phone.settings.setUsername(username, key)
    return phone
  }
  const say = async (from: Phone, text: string) => {
    const { id } = await from.send(device.phone.id, { text })
    await until('it came', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    return id
  }

  it('lead to a person, with the key that some need', async () => {
    const ada = await named('Ada', 'Ada.Lovelace')
    const found = await device.api.get<Data>('/usernames/ada.lovelace')
    assert.deepEqual([found['lid'], found['username'], found['is_business']], [ada.lid, 'ada.lovelace', false])
    const guarded = await named('Gus', 'gus_guarded', '4711')
    await device.api.refuses('username_key_needed', 'GET', '/usernames/@gus_guarded')
    await device.api.refuses('username_key_needed', 'GET', '/usernames/gus_guarded?key=1111')
    assert.equal((await device.api.get<Data>('/usernames/gus_guarded?key=4711'))['lid'], guarded.lid)
    await device.api.refuses('username_not_found', 'GET', '/usernames/nobody.at.all')
    await device.api.refuses('invalid_request', 'GET', '/usernames/123')
  })

  it('are addresses to write to, of people who are not known yet', async () => {
    const eve = await named('Eve', 'eve_42', '1234')
    const sent = await device.api.post<Data>('/chats/@eve_42:1234/messages', { text: 'by name' })
    assert.equal(sent['status'], 'sent')
    const { text, sender } = await eve.until.message(({ id }) => id === sent['message_id'])
    assert.deepEqual([text, sender.startsWith(device.phone.account.phone)], ['by name', true])
    assert.deepEqual(eve.violations, [])
    const { messages } = await device.api.get<{ messages: Data[] }>('/chats/@eve_42/messages')
    assert.deepEqual(
      messages.map(({ message_id }) => message_id),
      [sent['message_id']],
    )
    const quoted = { text: 'again', reply_to_message_id: sent['message_id'] }
    const again = await device.api.post<Data>('/chats/@EVE_42:1234/messages', quoted)
    await eve.until.message(({ id, quotedId }) => id === again['message_id'] && quotedId === sent['message_id'])
    await device.api.refuses('invalid_jid', 'POST', '/chats/@eve_42/messages', { text: 'without the key' })
    await device.api.refuses('invalid_jid', 'POST', '/chats/@nobody.at.all/messages', { text: 'to nobody' })
    await device.api.refuses('invalid_jid', 'GET', '/chats/@nobody.at.all/messages')
    await device.api.refuses('invalid_jid', 'POST', '/chats/@x/messages', { text: 'no name' })
    const shown = await device.api.get<Data>('/users/@eve_42:1234')
    assert.deepEqual([shown['lid'], shown['username']], [eve.lid, 'eve_42'])
  })

  it('are shown where people are, and follow what they change', async () => {
    const bob = await named('Bob', 'bob.b')
    const first = await say(bob, 'hello')
    const message = async (id: string) => device.api.get<Data>(`/messages/${id}`)
    const identity = async () => (await device.api.get<Data[]>(`/identities?people=${bob.id}`))[0]!
    assert.equal((await message(first))['from_username'], 'bob.b')
    assert.equal((await identity())['username'], 'bob.b')
    const received = await device.api.get<Told>('/events?types=message.received&limit=100')
    assert.equal(received.events.find(({ data }) => data['message_id'] === first)?.data['from_username'], 'bob.b')
    const changes = async () => (await device.api.get<Told>('/events?types=contact.username_changed&limit=100')).events
    await bob.settings.setUsername('bob.builder')
    const told = await until('it is told', async () => (await changes())[0])
    assert.deepEqual(
      [told.data['target'], told.data['target_lid'], told.data['username']],
      [bob.jid, bob.lid, 'bob.builder'],
    )
    assert.equal((await message(first))['from_username'], 'bob.builder')
    await gateway.halt()
    await bob.settings.setUsername(undefined)
    await gateway.start()
    device = { ...gateway.deviceWith(device.id, device.secret, device.token), phone: device.phone }
    const gone = await until('it is told', async () => (await changes()).find(({ data }) => data['username'] === ''))
    assert.equal(gone.backfill, true)
    assert.equal((await identity())['username'], undefined)
  })

  it('are addresses in bodies and queries too', async () => {
    const [kim, lea] = [await named('Kim', 'kim.k'), await named('Lea', 'lea_l', '2468')]
    const { api } = device
    const wish = { name: 'By name', participants: ['@kim.k', '@lea_l:2468'] }
    const { jid: team } = await api.post<{ jid: string }>('/groups', wish)
    for (const phone of [kim, lea]) await phone.groups.of(team).until.change('create')
    const sent = await api.post<Data>(`/chats/${team}/messages`, { text: 'you two', mentions: ['@kim.k'] })
    const { mentions } = await lea.until.message(({ id }) => id === sent['message_id'])
    assert.deepEqual(mentions, [kim.lid])
    await api.call('DELETE', `/groups/${team}/participants`, { participants: ['@lea_l:2468'] })
    await lea.groups.of(team).until.change('remove')
    const forwarded = { to_chat_jid: '@kim.k' }
    const { message_id: forward } = await api.post<Data>(`/messages/${sent['message_id']}/forward`, forwarded)
    await kim.until.message(({ id }) => id === forward)
    await api.post('/presence/subscribe', { jid: '@kim.k' })
    const people = await api.get<Data[]>('/identities?people=@kim.k,@nobody.at.all')
    assert.deepEqual(
      people.map(({ jid, username }) => [jid, username]),
      [[kim.jid, 'kim.k']],
    )
    const status = await api.post<Data>('/status', { text: 'for one', recipients: ['@kim.k'] })
    assert.equal(status['recipients'], 1)
    const nobody = { name: 'Nobody', participants: ['@nobody.at.all'] }
    await api.refuses('invalid_jid', 'POST', '/groups', nobody)
    await api.refuses('invalid_jid', 'POST', '/presence/subscribe', { jid: '@lea_l' })
  })

  it('of the account itself are shown, and a change of them is stored and told', async () => {
    const owner = await named('Mia', 'mia.m')
    const mine = await gateway.linkDevice(owner)
    let { api } = mine
    const shown = async () => (await api.get<Data>('/devices/me'))['username']
    const changes = async () =>
      (await api.get<Told>('/events?types=account.username_changed')).events.map(({ data }) => data['username'])
    await until('it is shown', async () => (await shown()) === 'mia.m')
    await owner.settings.setUsername('mia.again')
    await until('the change is shown', async () => (await shown()) === 'mia.again')
    assert.deepEqual(await changes(), ['mia.m', 'mia.again'])
    await gateway.halt()
    await owner.settings.setUsername(undefined)
    await gateway.start()
    device = { ...gateway.deviceWith(device.id, device.secret, device.token), phone: device.phone }
    api = gateway.deviceWith(mine.id, mine.secret, mine.token).api
    await until('that it is gone is shown', async () => (await shown()) === null)
    assert.deepEqual(await changes(), ['mia.m', 'mia.again', ''])
    assert.equal((await device.api.get<Data>('/devices/me'))['username'], null)
  })

  it('lead to nobody who was erased, also when they were looked up just before', async () => {
    const [una, heir] = [await named('Una', 'una.u'), await gateway.phone('Heir')]
    await say(una, 'hello')
    const found = async () => (await device.api.get<Data>('/usernames/una.u'))['lid']
    assert.equal(await found(), una.lid)
    const { erasure_id: erasure } = await device.api.post<Data>('/erasures', { kind: 'contact', address: una.jid })
    await until('she is erased', async () => {
      return (await device.api.get<Data>(`/erasures/${String(erasure)}`))['state'] === 'done'
    })
    await una.settings.setUsername(undefined)
    await heir.settings.setUsername('una.u')
    await until('it is connected again', async () => {
      return (await device.api.get<Data>('/devices/me/status'))['connected'] === true
    })
    assert.equal(await found(), heir.lid)
  })

  it('come with what the account writes on another device', async () => {
    const zoe = await named('Zoe', 'zoe.z')
    await device.phone.send(zoe.id, { text: 'from the phone' })
    const people = () => device.api.get<Data[]>(`/identities?people=${zoe.id}`)
    await until('it is known', async () => (await people())[0]?.['username'] === 'zoe.z')
    assert.deepEqual(zoe.violations, [])
  })

  it('come with the address book of the phone, and give way to what WhatsApp says', async () => {
    const [fay, gil] = [await named('Fay', 'fay.f'), await gateway.phone('Gil')]
    const { appState } = device.phone
    await appState.saveContact(fay.jid, { fullName: 'Fay F' })
    const contact = async (who: Phone, fullName: string) => {
      const found = (await device.api.get<{ contacts: Data[] }>('/users/me/contacts?limit=100')).contacts
      return found.find(({ jid, full_name }) => jid === who.jid && full_name === fullName)
    }
    const saved = (who: Phone, fullName: string) => until('it is saved', () => contact(who, fullName))
    assert.equal((await saved(fay, 'Fay F'))['username'], 'fay.f')
    await fay.settings.setUsername(undefined)
    await gil.settings.setUsername('fay.f')
    await say(gil, 'it is mine now')
    assert.equal((await saved(fay, 'Fay F'))['username'], '')
    await fay.settings.setUsername('fay.again')
    await appState.saveContact(fay.jid, { fullName: 'Fay Again' })
    assert.equal((await saved(fay, 'Fay Again'))['username'], 'fay.again')
    await device.api.post('/chats/@fay.f/messages', { text: 'to Gil' })
    await gil.until.message(({ text }) => text === 'to Gil')
  })

  it('come with what the phone knew before it was linked', async () => {
    const [owner, ivy] = [await gateway.phone('Owner'), await named('Ivy', 'ivy_i')]
    await ivy.send(owner.id, { text: 'before' })
    await owner.until.message(({ text }) => text === 'before')
    const { api } = await gateway.linkDevice(owner)
    const chat = await until('the chat is there', async () => {
      const { chats } = await api.get<{ chats: Data[] }>('/chats')
      return chats.find(({ chat_lid }) => chat_lid === ivy.lid)
    })
    assert.equal(chat['chat_jid'], ivy.jid)
    const { contacts } = await api.get<{ contacts: Data[] }>('/users/me/contacts')
    assert.deepEqual(
      contacts.map(({ jid, username }) => [jid, username]),
      [[ivy.jid, 'ivy_i']],
    )
  })

  it('lead to whoever has them now, when they went to somebody else', async () => {
    const [one, two] = [await named('One', 'the.shop'), await gateway.phone('Two')]
    await say(one, 'it is me')
    await one.settings.setUsername(undefined)
    await two.settings.setUsername('the.shop')
    const sent = await device.api.post<Data>('/chats/@the.shop/messages', { text: 'to the new owner' })
    await two.until.message(({ id }) => id === sent['message_id'])
    assert.ok(one.messages().every(({ id }) => id !== sent['message_id']))
    const group = await one.groups.create({ subject: 'With names', participants: [two.id, device.phone.id] })
    await two.groups.of(group.jid).until.change('create')
    const { id } = await two.send(group.jid, { text: 'in the group' })
    await until('it came', async () => (await device.api.call('GET', `/messages/${id}`)).status === 200)
    assert.equal((await device.api.get<Data>(`/messages/${id}`))['from_username'], 'the.shop')
  })
})
