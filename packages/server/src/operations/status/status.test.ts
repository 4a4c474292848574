import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { ContactStore } from '../../storage/contact-store.ts'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Posted {
  readonly status_id: string
  readonly message_id: string
  readonly status: string
  readonly recipients: number
}

interface Shown {
  readonly status_id: string
  readonly from: string
  readonly from_lid?: string
  readonly is_from_me: boolean
  readonly text: string | null
  readonly style?: { readonly background_color?: string; readonly font?: number }
  readonly viewers: readonly { readonly jid: string }[]
}

describe('Status', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone
  let cid: Phone

  before(async () => {
    sandbox = await Sandbox.start({ seed: 12 })
    gateway = await startTestGateway({ sandbox })
    ana = await sandbox.phone({ name: 'Ana' })
    bob = await sandbox.phone({ name: 'Bob' })
    cid = await sandbox.phone({ name: 'Cid' })
    device = await gateway.linkDevice(ana)
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const post = (body: Record<string, unknown>) => device.api.post<Posted>('/status', body)
  const shownBy = (phone: Phone, id: string) => phone.status.list(ana.id).find((entry) => entry.id === id)
  const seenBy = (phone: Phone, id: string) => until('the phone shows it', () => shownBy(phone, id))
  const listed = async () => (await device.api.get<{ statuses: Shown[] }>('/status')).statuses
  const events = async (type: string) => {
    const { events: all } = await device.api.get<{ events: { event_type: string; data: Record<string, unknown> }[] }>(
      `/events?limit=500&types=${type}`,
    )
    return all.map(({ data }) => data)
  }

  it('is posted to the people that are named and to the own phone, with its colours and font', async () => {
    const posted = await post({ text: 'hi', background_color: '#315575', font: 3, recipients: [bob.id, `+${bob.id}`] })
    assert.deepEqual([posted.status, posted.recipients, posted.status_id], ['sent', 1, posted.message_id])
    const { message, text } = await seenBy(bob, posted.status_id)
    const { backgroundArgb, font } = message.extendedTextMessage!
    assert.deepEqual([text, backgroundArgb, font], ['hi', 0xff_31_55_75, 3])
    assert.equal((await seenBy(ana, posted.status_id)).text, 'hi')
    assert.equal(shownBy(cid, posted.status_id), undefined)
    const [newest] = await listed()
    assert.deepEqual([newest?.status_id, newest?.text, newest?.is_from_me], [posted.status_id, 'hi', true])
    assert.deepEqual(newest?.style, { background_color: '#ff315575', font: 3 })
  })

  it('takes a colour as a number and as text', async () => {
    for (const background_color of [4_280_669_030, '#25d366', '25D366', '#ff25d366', 0x25_d3_66]) {
      const { status_id } = await post({ text: 'green', background_color, recipients: [bob.id] })
      const { message } = await seenBy(bob, status_id)
      assert.equal(message.extendedTextMessage?.backgroundArgb, 4_280_669_030)
    }
    for (const background_color of ['green', '#25d36', -1, 2 ** 32, 1.5]) {
      await device.api.refuses('invalid_request', 'POST', '/status', {
        text: 'x',
        background_color,
        recipients: [bob.id],
      })
    }
  })

  it('goes by the privacy setting of the account to its contacts, to all but some, or to a list', async () => {
    const { database } = gateway.services
    const contacts = new ContactStore(database)
    assert.equal((await post({ text: 'to nobody' })).recipients, 0)
    await database.commit([bob, cid].map(({ jid }) => contacts.name(device.id, jid, 'full_name', 'Saved', Date.now())))
    const toAll = await post({ text: 'to contacts' })
    assert.equal(toAll.recipients, 2)
    await Promise.all([seenBy(bob, toAll.status_id), seenBy(cid, toAll.status_id)])
    await ana.settings.setStatusPrivacy('blacklist', [bob.jid])
    const without = await post({ text: 'not to Bob' })
    await seenBy(cid, without.status_id)
    await ana.settings.setStatusPrivacy('whitelist', [bob.jid])
    const only = await post({ text: 'only to Bob' })
    await seenBy(bob, only.status_id)
    assert.deepEqual([without.recipients, only.recipients], [1, 1])
    assert.equal(shownBy(bob, without.status_id), undefined)
    assert.equal(shownBy(cid, only.status_id), undefined)
  })

  it('is sent once under one key, also after a restart', async () => {
    const keyed = device.api.with({ 'idempotency-key': 'status-once' })
    const first = await keyed.post<Posted>('/status', { text: 'once', recipients: [bob.id] })
    await gateway.restart()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await gateway.connected(device)
    const again = device.api.with({ 'idempotency-key': 'status-once' })
    const second = await again.post<Posted>('/status', { text: 'once', recipients: [bob.id] })
    assert.deepEqual([second.status_id, second.recipients], [first.status_id, 1])
    await seenBy(bob, first.status_id)
    assert.equal(bob.status.list(ana.id).filter(({ text }) => text === 'once').length, 1)
  })

  it('says who looked, and is taken back from those who got it', async () => {
    const { status_id: id } = await post({ text: 'look', recipients: [bob.id, cid.id] })
    await Promise.all([seenBy(bob, id), seenBy(cid, id)])
    await bob.status.view(ana.id, [id])
    const viewers = await until('somebody looked', async () => {
      const found = (await listed()).find(({ status_id }) => status_id === id)
      return found?.viewers.length ? found.viewers : undefined
    })
    assert.deepEqual(
      viewers.map(({ jid }) => jid),
      [bob.jid],
    )
    assert.ok((await events('status.viewed')).some(({ message_id }) => message_id === id))
    await device.api.delete(`/status/${id}`)
    await until('it is gone', () => !shownBy(bob, id) && !shownBy(cid, id) && !shownBy(ana, id))
    assert.ok(!(await listed()).some(({ status_id }) => status_id === id))
    assert.equal((await events('status.deleted')).filter(({ message_id }) => message_id === id).length, 1)
    await device.api.refuses('message_not_found', 'DELETE', '/status/3EB0000000000000000000')
  })

  it('of others is listed, by person too, and its author learns that it was seen only when that is asked for', async () => {
    await bob.send(ana.id, { text: 'we know each other' })
    const { id } = await bob.status.post({ text: 'from Bob' })
    const theirs = await until('it is listed', async () => (await listed()).find(({ status_id }) => status_id === id))
    assert.deepEqual([theirs.from, theirs.from_lid, theirs.text], [bob.jid, bob.lid, 'from Bob'])
    for (const who of [bob.id, bob.lid]) {
      const { statuses } = await device.api.get<{ statuses: Shown[] }>(`/status/${who}`)
      assert.deepEqual(
        statuses.map(({ status_id }) => status_id),
        [id],
      )
    }
    const own = await device.api.get<{ statuses: Shown[] }>(`/status/${ana.id}`)
    assert.ok(own.statuses.length > 0 && own.statuses.every(({ is_from_me }) => is_from_me))
    assert.deepEqual(bob.status.viewers(id), [])
    await device.api.post(`/status/${id}/viewed`)
    await until('Bob sees who looked', () => bob.status.viewers(id).length > 0)
    await device.api.refuses('message_not_found', 'POST', '/status/3EB0000000000000000000/viewed')
    await bob.status.revoke(id)
    await until('it is not listed any more', async () => !(await listed()).some(({ status_id }) => status_id === id))
  })

  it('reaches a device that could not read it at first', async () => {
    const other = await gateway.linkDevice(cid)
    const jid = gateway.services.sessions.account(other.id)!.jid
    sandbox.fault.next(jid, 'message', { corrupt: true, direction: 'out' })
    const { status_id: id } = await post({ text: 'again', recipients: [cid.id] })
    const read = await until('it is read', async () => {
      const { statuses } = await other.api.get<{ statuses: Shown[] }>('/status')
      return statuses.find(({ status_id }) => status_id === id)
    })
    assert.deepEqual([read.text, read.is_from_me], ['again', false])
    assert.ok(
      sandbox.world.log.since().some(({ type }) => type === 'fault'),
      'it could not be read at first',
    )
  })
})
