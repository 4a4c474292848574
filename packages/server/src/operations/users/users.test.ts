import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Told {
  event_type: string
  data: Record<string, unknown>
}

describe('operations on people and the own account', () => {
  let gateway: TestGateway
  let device: TestDevice & { phone: Phone }
  let bob: Phone
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
    device = await gateway.linkDevice()
    bob = await gateway.phone('Bob')
    await bob.send(device.phone.id, { text: 'hello' })
    await told('message.received', () => true)
  })
  after(() => gateway.stop())

  const told = async (type: string, fits: (data: Record<string, unknown>) => boolean) =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: Told[] }>(`/events?types=${type}&limit=1000`)
      return events.find(({ data }) => fits(data))?.data
    })

  it('tell what a person shows, and nothing that is hidden', async () => {
    await bob.settings.setAbout('At the lake')
    const info = async () => device.api.get<Record<string, unknown>>(`/users/${bob.id}`)
    assert.deepEqual(
      [(await info())['jid'], (await info())['lid'], (await info())['status'], (await info())['name']],
      [bob.jid, bob.lid, 'At the lake', 'Bob'],
    )
    assert.deepEqual((await info())['devices'], [bob.jid])
    const about = await told('user.about', (data) => data['status'] === 'At the lake')
    assert.deepEqual([about['target'], about['target_lid']], [bob.jid, bob.lid])
    assert.deepEqual([(await info())['status_emoji'], (await info())['status_ends_at']], ['', undefined])
    await bob.settings.setAbout('On the lake', { emoji: '⛵', seconds: 3600 })
    const brief = await info()
    const [from, to] = [brief['status_set_at'], brief['status_ends_at']].map((each) => Date.parse(String(each)))
    assert.deepEqual([brief['status'], brief['status_emoji'], to! - from!], ['On the lake', '⛵', 3_600_000])
    await device.api.post('/users/me/status', { status: 'At lunch', emoji: '🍜', seconds: 1800 })
    const shown = { text: 'At lunch', emoji: '🍜', seconds: 1800 }
    assert.deepEqual(await bob.people.textStatus(device.phone.id), shown)
    await device.api.refuses('invalid_request', 'POST', '/users/me/status', { status: '', emoji: 'lunch' })
    await bob.settings.setPrivacy('status', 'none')
    assert.equal((await info())['status'], '')
    await device.api.refuses('not_on_whatsapp', 'GET', '/users/4915199999999')
    assert.deepEqual(await device.api.get<string[]>(`/users/${bob.lid}/devices`), [bob.jid])
  })

  it('say where a picture is, that it is the same, and that there is none', async () => {
    const picture = (query = '') => device.api.get<Record<string, string>>(`/users/${bob.id}/profile-picture${query}`)
    assert.deepEqual([(await picture())['state'], (await picture())['url']], ['none', ''])
    const id = await bob.settings.setPicture(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1]))
    const found = await picture()
    assert.deepEqual([found['state'], found['id'], found['type']], ['found', id, 'image'])
    assert.match(found['url'] ?? '', /^https:/)
    assert.equal((await picture(`?known_id=${id}`))['state'], 'unchanged')
    assert.equal((await picture('?preview=true'))['type'], 'preview')
    const change = await told('picture.update', (data) => data['picture_id'] === id)
    assert.deepEqual([change['target'], change['removed']], [bob.jid, false])
  })

  it('block and unblock, by number and by LID', async () => {
    const blocked = async () => (await device.api.get<{ blocked: string[] }>('/users/me/blocklist')).blocked
    await device.api.post(`/users/${bob.id}/block`)
    assert.deepEqual(await blocked(), [bob.jid])
    await device.api.delete(`/users/${bob.lid}/block`)
    assert.deepEqual(await blocked(), [])
    await device.api.refuses('not_on_whatsapp', 'POST', '/users/4915199999999/block')
    await device.phone.settings.block(bob.id)
    const change = await told('blocklist.change', () => true)
    assert.equal((change['changes'] as { target: string; action: string }[])[0]?.action, 'block')
    await device.phone.settings.unblock(bob.id)
  })

  it('read and change privacy by its documented names', async () => {
    const changed = await device.api.patch<Record<string, string>>('/users/me/privacy', {
      setting: 'last_seen',
      value: 'contacts',
    })
    assert.equal(changed['last_seen'], 'contacts')
    await device.api.patch('/users/me/privacy', { setting: 'group_add', value: 'contacts' })
    const settings = await device.api.get<Record<string, string>>('/users/me/privacy')
    assert.deepEqual([settings['last_seen'], settings['groups'], settings['calls']], ['contacts', 'contacts', 'all'])
    await device.api.refuses('invalid_request', 'PATCH', '/users/me/privacy', { setting: 'online', value: 'none' })
    await device.phone.settings.setPrivacy('readreceipts', 'none')
    const event = await told('privacy.settings', (data) => (data['changed'] as string[]).includes('read_receipts'))
    assert.equal((event['settings'] as Record<string, string>)['read_receipts'], 'none')
    const [audience] = await device.api.get<{ type: string; is_default: boolean }[]>('/users/me/status-privacy')
    assert.deepEqual([audience?.type, audience?.is_default], ['contacts', true])
  })

  it('change what the account shows', async () => {
    await device.api.post('/users/me/status', { status: 'Open 9 to 5' })
    await device.api.patch('/users/me/disappearing-timer', { timer: '1 week' })
    await device.api.refuses('invalid_request', 'PATCH', '/users/me/disappearing-timer', { timer: 5 })
    const carol = await gateway.linkDevice()
    const seen = await carol.api.get<Record<string, unknown>>(`/users/${device.phone.id}`)
    assert.deepEqual([seen['status'], seen['disappearing_timer']], ['Open 9 to 5', 604_800])
  })

  it('give out a contact link, and tell who is behind one', async () => {
    const link = async () => (await device.api.get<{ link: string }>('/users/me/contact-qr')).link
    const first = await link()
    assert.equal(await link(), first)
    const renewed = (await device.api.post<{ link: string }>('/users/me/contact-qr')).link
    assert.notEqual(renewed, first)
    const codeOf = (text: string) => text.slice(text.lastIndexOf('/') + 1)
    const found = await device.api.get<Record<string, string>>(`/users/contact-qr/${codeOf(renewed)}`)
    assert.deepEqual([found['jid'], found['type']], [device.phone.jid, 'contact'])
    await device.api.refuses('code_not_found', 'GET', `/users/contact-qr/${codeOf(first)}`)
  })

  it('list the people whose names are known, by pages and by what they are called', async () => {
    for (const name of ['Ada', 'Åsa', 'Zoe']) {
      const phone = await gateway.phone(name)
      await phone.send(device.phone.id, { text: 'hi' })
      await told('message.received', (data) => data['from'] === phone.jid)
    }
    interface Page {
      contacts: { jid: string; lid?: string; push_name: string }[]
      next_cursor?: string
    }
    const names: string[] = []
    let cursor = ''
    do {
      const page = await device.api.get<Page>(`/users/me/contacts?limit=2${cursor && `&cursor=${cursor}`}`)
      names.push(...page.contacts.map((each) => each.push_name))
      cursor = page.next_cursor ?? ''
    } while (cursor)
    assert.deepEqual(new Set(names), new Set(['Bob', 'Ada', 'Åsa', 'Zoe']))
    const found = await device.api.get<Page>('/users/me/contacts?search=zO')
    assert.deepEqual(
      found.contacts.map((each) => each.push_name),
      ['Zoe'],
    )
  })

  it('ask about many numbers at once, and tell both addresses of those who are known', async () => {
    const phones = [`+${bob.id}`, '4915199999999', device.phone.id]
    const asked = await device.api.post<{ phone: string; is_registered: boolean; jid?: string; lid?: string }[]>(
      '/users/me/contacts/sync',
      { phones },
    )
    assert.deepEqual(
      asked.map(({ phone, is_registered, jid }) => [phone, is_registered, jid]),
      [
        [bob.id, true, bob.jid],
        ['4915199999999', false, undefined],
        [device.phone.id, true, device.phone.jid],
      ],
    )
    const both = await device.api.get<{ jid: string; lid?: string }[]>(`/identities?people=${bob.id},${bob.lid}`)
    assert.deepEqual(both, [
      { jid: bob.jid, lid: bob.lid },
      { jid: bob.jid, lid: bob.lid },
    ])
  })

  it('hear of a person who comes online, also after the connection was lost', async () => {
    await device.api.post('/presence/status', { status: 'available' })
    await device.api.post('/presence/subscribe', { jid: bob.id })
    await bob.presence('available')
    await told('presence.update', (data) => data['from'] === bob.jid)
    const { sessions } = gateway.services
    const before = (await device.api.get<{ events: Told[] }>('/events?types=presence.update&limit=1000')).events.length
    gateway.sandbox!.disconnect(sessions.account(device.id)!.jid, 503)
    await until('it is connected again', () => !sessions.status(device.id).connected)
    await until('it is connected again', () => sessions.status(device.id).connected)
    await device.api.post('/presence/status', { status: 'available' })
    await until('its presence is told again', async () => {
      await bob.presence('unavailable')
      await bob.presence('available')
      const { events } = await device.api.get<{ events: Told[] }>('/events?types=presence.update&limit=1000')
      return events.length > before
    })
    await device.api.delete('/presence/subscribe', { jid: bob.id })
    const { query } = gateway.services.database
    const left = await query.selectFrom('presence_subscription').selectAll().execute()
    assert.deepEqual(left, [])
  })
})
