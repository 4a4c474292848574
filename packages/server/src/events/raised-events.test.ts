import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { type Phone, Sandbox } from '@switchboard/sandbox'
import { startTestGateway, type TestDevice, type TestGateway } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'

type Data = Readonly<Record<string, unknown>>

describe('events of what phones do', () => {
  let gateway: TestGateway
  let sandbox: Sandbox
  let device: TestDevice
  let ana: Phone
  let bob: Phone

  before(async () => {
    sandbox = await Sandbox.start({ seed: 71 })
    gateway = await startTestGateway({ sandbox, environment: { WHATSAPP_APPSTATE_WEBHOOK_ENABLED: 'true' } })
    ana = await sandbox.phone({ name: 'Ana' })
    ana.history.seed({ chats: 1, messages: 3, recent: 3, seed: 4 })
    bob = await sandbox.phone({ name: 'Bob' })
    device = await gateway.linkDevice(ana)
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const told = (type: string, fits: (data: Data) => boolean = () => true): Promise<Data> =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: { data: Data }[] }>(`/events?limit=500&types=${type}`)
      return events.map(({ data }) => data).find(fits)
    })
  const jid = () => gateway.services.sessions.account(device.id)!.jid

  it('tell that the history of the phone has come, and what waited while the device was away', async () => {
    await told('history.sync')
    await told('history.sync_complete')
    await gateway.halt()
    await bob.send(ana.jid, { text: 'while you were away' })
    await gateway.start()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await told('offline.sync_preview', ({ messages }) => messages === 1)
    await told('offline.sync_completed')
    await gateway.connected(device)
  })

  it('tell who is typing, or recording', async () => {
    await device.api.post('/presence/status', { status: 'available' })
    const data = await until('it is told', async () => {
      await bob.typing(ana.jid, 'recording')
      const { events } = await device.api.get<{ events: { data: Data }[] }>('/events?types=chat.presence')
      return events[0]?.data
    })
    assert.ok(JSON.stringify(data).includes(bob.jid))
    assert.deepEqual([data['state'], data['media']], ['composing', 'audio'])
  })

  it('tell of files as they come', async () => {
    const { id } = await bob.send(ana.jid, { document: { data: Buffer.from('a plan'), file_name: 'plan.txt' } })
    const data = await told('media.received', ({ message_id }) => message_id === id)
    assert.equal(data['chat'], bob.jid)
  })

  it('tell what could not be read', async () => {
    sandbox.fault.next(jid(), 'message', { corrupt: true })
    const { id } = await bob.send(ana.jid, { text: 'spoilt on its way' })
    await told('message.undecryptable', ({ message_id }) => message_id === id)
    // It is asked for again, and comes.
    await told('message.received', ({ message_id }) => message_id === id)
  })

  it('tell of calls for which the device did not ring, and that the other side rings', async () => {
    const call = await bob.calls.offer(ana.jid)
    await told('call.offer', ({ call_id }) => call_id === call.id)
    // In WhatsApp this goes from who is called to who calls; a linked device calls nobody.
    await bob.calls.signal(call.id, 'preaccept')
    await told('call.pre_accept', ({ call_id }) => call_id === call.id)
    await bob.calls.terminate(call.id)
    await gateway.halt()
    const { id } = await bob.calls.offer(ana.jid)
    await gateway.start()
    device = gateway.deviceWith(device.id, device.secret, device.token)
    await told('call.offer_notice', ({ call_id }) => call_id === id)
    await gateway.connected(device)
    await bob.calls.terminate(id)
  })

  it('tell that a collection of shared settings could not be taken in, and take it in then', async () => {
    await ana.appState.editLabel('1', { name: 'Before' })
    const isLabel =
      (id: string) =>
      ({ label_id }: Data) =>
        label_id === id
    await told('label.edit', isLabel('1'))
    sandbox.fault.next(jid(), 'iq', { corrupt: true })
    await ana.appState.editLabel('2', { name: 'Spoilt' })
    const failed = await told('appstate.sync_error')
    assert.deepEqual([failed['name'], failed['full_sync']], ['regular', false])
    await told('label.edit', isLabel('2'))
  })

  it('tell the customer of a webhook that it is tested, and that it was switched off', async () => {
    const gone = createServer((_request, response) => response.writeHead(410).end()).listen(0, '127.0.0.1')
    await until('it listens', () => gone.listening)
    const url = `http://127.0.0.1:${(gone.address() as AddressInfo).port}/hook`
    const { webhook_id: id } = await device.api.post<{ webhook_id: number }>('/webhooks', { url })
    await device.api.post(`/webhooks/${id}/test`)
    await told('test.ping', ({ webhook_id }) => webhook_id === id)
    const off = await told('webhook.disabled', ({ webhook_id }) => webhook_id === id)
    assert.deepEqual([off['url'], off['reason']], [url, 'gone'])
    gone.close()
  })

  it('tell that a person has a new phone, or a new number', async () => {
    await bob.send(ana.jid, { text: 'from the old phone' })
    bob = await sandbox.reinstall(bob)
    await bob.send(ana.jid, { text: 'from the new phone' })
    const { jid: who } = await told('identity.change').then((data) => ({ jid: data['target'] ?? data['from'] }))
    assert.equal(who, bob.jid)
    const before = bob.jid
    sandbox.changeNumber(bob, '4915199887766')
    const changed = await told('contact.number_changed')
    assert.ok(JSON.stringify(changed).includes(before) && JSON.stringify(changed).includes('4915199887766'))
  })
})

describe('events of connections', () => {
  let gateway: TestGateway
  let sandbox: Sandbox

  before(async () => {
    sandbox = await Sandbox.start({ seed: 72 })
    gateway = await startTestGateway({ sandbox })
  })
  after(async () => {
    await gateway.stop()
    await sandbox.stop()
  })

  const told = (device: TestDevice, type: string): Promise<Data> =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: { data: Data }[] }>(`/events?limit=500&types=${type}`)
      return events[0]?.data
    })
  const linked = async () => {
    const device = await gateway.linkDevice(await sandbox.phone({ name: 'Owner' }))
    return { device, jid: gateway.services.sessions.account(device.id)!.jid }
  }

  it('tell the code, the link and the connection, and how that ends and begins again', async () => {
    const { device, jid } = await linked()
    for (const type of ['connection.qr', 'connection.pair_success', 'connection.connected']) await told(device, type)
    sandbox.disconnect(jid, 500)
    assert.equal((await told(device, 'connection.stream_error'))['code'], '500')
    for (const type of ['connection.disconnected', 'connection.reconnecting']) await told(device, type)
  })

  it('tell why WhatsApp lets an account in no longer', async () => {
    for (const [code, type] of [
      [401, 'connection.logged_out'],
      [402, 'connection.temporary_ban'],
      [403, 'connection.connect_failure'],
      [405, 'connection.client_outdated'],
    ] as const) {
      const { device, jid } = await linked()
      sandbox.disconnect(jid, code)
      await told(device, type)
    }
  })

  it('tell that another client took the link over', async () => {
    const { device, jid } = await linked()
    sandbox.disconnect(jid, 440)
    await told(device, 'connection.stream_replaced')
  })

  it('tell that a code was scanned by a phone that links nobody, and that a link could not be completed', async () => {
    for (const [flaw, type] of [
      ['old_phone', 'connection.qr_scanned_without_multidevice'],
      ['hmac', 'connection.pair_error'],
    ] as const) {
      const device = await gateway.createDevice()
      const phone = await sandbox.phone({ name: 'Scanner' })
      const { qr_text: code } = await device.api.post<{ qr_text: string }>('/devices/me/login?output=json')
      await phone.scan(code, flaw).catch(() => {})
      await told(device, type)
    }
  })
})
