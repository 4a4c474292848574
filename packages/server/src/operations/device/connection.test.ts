import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestGateway } from '../../testing/start-test-gateway.ts'
import { until } from '../../testing/until.ts'

interface Login {
  qr_code: string
  qr_text: string
  timeout: number
}

interface Status {
  db_status: string
  client_loaded: boolean
  connected: boolean
  is_connected: boolean
  is_logged_in: boolean
  error: string
  state: string
  reason: string | null
  next_action: { code: string; text: string }
  since: string
  retry_at: string | null
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }

describe('operations on the connection of a device', () => {
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true })
  })
  after(() => gateway.stop())

  describe('device.login', () => {
    it('answers with a picture and its text, and links the phone that scans it', async () => {
      const device = await gateway.createDevice()
      const login = await device.api.post<Login>('/devices/me/login?output=json')
      assert.match(login.qr_code, /^data:image\/png;base64,/)
      assert.ok(login.timeout > 0 && login.timeout <= 60)
      const again = await device.api.post<Login>('/devices/me/login')
      assert.equal(again.qr_text, login.qr_text)
      const phone = await gateway.phone('Ana')
      await phone.scan(login.qr_text)
      await gateway.connected(device)
      const linked = await device.api.call('POST', '/devices/me/login')
      assert.deepEqual([linked.status, linked.body.status, linked.body.data], [200, true, undefined])
    })

    it('shows a page to people, asked by form or query', async () => {
      const device = await gateway.createDevice()
      const byForm = await device.api.with(form).call('POST', '/devices/me/login', 'output=html')
      assert.equal(byForm.status, 200)
      assert.match(byForm.headers.get('content-type') ?? '', /^text\/html/)
      assert.match(byForm.text, /<img src="data:image\/png;base64,/)
      assert.doesNotMatch(byForm.text, /<script/)
      const byQuery = await device.api.call('POST', '/devices/me/login?output=html')
      assert.match(byQuery.text, /Scan with WhatsApp/)
    })

    it('refuses another output and a missing token', async () => {
      const device = await gateway.createDevice()
      await device.api.refuses('invalid_request', 'POST', '/devices/me/login?output=pdf')
      await gateway.api.refuses('unauthorized', 'POST', '/devices/me/login')
    })
  })

  describe('device.loginCode', () => {
    it('answers with a code that links the phone on which it is typed', async () => {
      const device = await gateway.createDevice()
      const phone = await gateway.phone('Ana')
      const { pair_code: code, timeout } = await device.api.post<{ pair_code: string; timeout: number }>(
        '/devices/me/login-code',
        { phone: `+${phone.id}` },
      )
      assert.match(code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/)
      assert.equal(timeout, 160)
      await gateway.sandbox!.world.pairing.untilAwaitingCode(phone.id)
      await phone.enterLinkCode(code.replace('-', ''))
      await gateway.connected(device)
      const linked = await device.api.call('POST', '/devices/me/login-code', { phone: phone.id })
      assert.deepEqual([linked.status, linked.body.data], [200, undefined])
    })

    it('refuses what is no phone number', async () => {
      const device = await gateway.createDevice()
      await device.api.refuses('invalid_phone', 'POST', '/devices/me/login-code', { phone: '0170' })
      await device.api.refuses('invalid_request', 'POST', '/devices/me/login-code', {})
    })
  })

  describe('device.getStatus', () => {
    it('tells the state, why, and what a person can do', async () => {
      const device = await gateway.createDevice()
      const before = await device.api.get<Status>('/devices/me/status')
      assert.deepEqual(
        [before.db_status, before.state, before.connected, before.is_logged_in, before.error, before.next_action.code],
        ['pending', 'idle', false, false, 'not linked', 'login'],
      )
      await gateway.linkDevice(undefined, device)
      const linked = await device.api.get<Status>('/devices/me/status')
      assert.deepEqual(
        [linked.db_status, linked.state, linked.connected, linked.client_loaded, linked.error, linked.retry_at],
        ['active', 'open', true, true, '', null],
      )
      assert.ok(Date.parse(linked.since) <= Date.now())
    })
  })

  describe('device.reconnect', () => {
    it('opens a new connection', async () => {
      const { api, id } = await gateway.linkDevice()
      const since = gateway.services.sessions.status(id).since
      const answer = await api.post<{ state: string; connected: boolean }>('/devices/me/reconnect')
      assert.deepEqual(answer, { state: 'open', connected: true })
      assert.notEqual(gateway.services.sessions.status(id).since, since)
    })

    it('needs a link', async () => {
      const device = await gateway.createDevice()
      await device.api.refuses('device_not_linked', 'POST', '/devices/me/reconnect')
    })
  })

  describe('device.deleteSession', () => {
    it('removes the device from the phone and every secret from here', async () => {
      const { api, phone } = await gateway.linkDevice()
      assert.equal(phone.devices().length, 1)
      await api.delete('/devices/me/session')
      assert.equal(phone.devices().length, 0)
      const status = await api.get<Status>('/devices/me/status')
      assert.deepEqual([status.db_status, status.state, status.next_action.code], ['logged_out', 'logged_out', 'login'])
      await api.refuses('device_not_linked', 'DELETE', '/devices/me/session')
    })
  })

  describe('device.setProxy and device.getProxy', () => {
    it('keep the address, without ever showing its password', async () => {
      const device = await gateway.createDevice()
      const none = await device.api.get('/devices/me/proxy')
      assert.deepEqual(none, { proxy_url: '', active: false })
      await device.api.post('/devices/me/proxy', { proxy_url: 'socks5://user:hidden@proxy.example:1080' })
      const shown = await device.api.call('GET', '/devices/me/proxy')
      assert.match(shown.text, /proxy\.example:1080/)
      assert.doesNotMatch(shown.text, /hidden/)
      await device.api.post('/devices/me/proxy', { proxy_url: '' })
      assert.deepEqual(await device.api.get('/devices/me/proxy'), { proxy_url: '', active: false })
    })

    it('refuses what is no proxy', async () => {
      const device = await gateway.createDevice()
      const nested = 'socks5://socks5://a:b@127.0.0.1:1080'
      for (const proxy_url of ['ftp://proxy.example', 'proxy.example:80', 'http://', 'javascript:alert(1)', nested]) {
        await device.api.refuses('invalid_request', 'POST', '/devices/me/proxy', { proxy_url })
      }
    })

    it('names the proxy when no code to link with can be got through it', async () => {
      const { api } = await gateway.createDevice()
      await api.post('/devices/me/proxy', { proxy_url: 'http://user:hidden@127.0.0.1:9' })
      for (const [path, body] of [
        ['/devices/me/login', {}],
        ['/devices/me/login-code', { phone: '4917012345678' }],
      ] as const) {
        const refused = await api.refuses('whatsapp_error', 'POST', path, body)
        assert.match(refused.text, /"message":"[^"]*The proxy refuses, .* Correct it with POST \/devices\/me\/proxy/)
        assert.match(refused.text, /"reason":"proxy_failed",.*"next_action":"check_proxy"/)
        assert.doesNotMatch(refused.text, /hidden/)
      }
    })

    it('applies at once: a proxy that does not work is a failed connection', async () => {
      const { api, id } = await gateway.linkDevice()
      await api.post('/devices/me/proxy', { proxy_url: 'http://127.0.0.1:9' })
      const { sessions } = gateway.services
      await until(
        'it failed',
        () => 'reason' in sessions.status(id).state && sessions.status(id).state.reason === 'proxy_failed',
      )
      const status = await until('it says so between attempts', async () => {
        const seen = await api.get<Status>('/devices/me/status')
        return seen.reason === 'proxy_failed' && seen
      })
      assert.match(status.error, /^not connected: proxy_failed \(the proxy failed: .*ECONNREFUSED/)
      assert.equal(status.next_action.code, 'check_proxy')
      assert.match(status.next_action.text, /proxy/)
      const queued = await api.call('POST', '/chats/4917012345678/messages', { text: 'later', wait: 0 })
      assert.deepEqual([queued.status, queued.body.data['status']], [202, 'queued'])
    })
  })

  describe('device.setProxy where private networks are closed', () => {
    it('refuses addresses inside, and connects to no name that leads there', async () => {
      const closed = await startTestGateway({
        sandbox: true,
        environment: { SWITCHBOARD_WEBHOOK_ALLOW_PRIVATE: 'false' },
      })
      let connections = 0
      const inside = createServer((socket) => {
        connections++
        socket.destroy()
      }).listen(0, '127.0.0.1')
      await once(inside, 'listening')
      const { port } = inside.address() as AddressInfo
      try {
        const { api } = await closed.createDevice()
        for (const host of ['127.0.0.1', 'localhost', '[::1]', '10.0.0.1', '0x7f000001']) {
          const proxy_url = `http://${host}:${port}`
          await api.refuses('invalid_request', 'POST', '/devices/me/proxy', { proxy_url })
        }
        for (const proxy_url of [`http://localhost.:${port}`, `socks5://localhost.:${port}`]) {
          const { api, id } = await closed.linkDevice()
          await api.post('/devices/me/proxy', { proxy_url })
          await until('it failed', () => closed.services.sessions.status(id).state.name === 'closed')
        }
        assert.equal(connections, 0)
      } finally {
        inside.close()
        await closed.stop()
      }
    })
  })

  describe('device.setPassive and device.setForceActiveReceipts', () => {
    it('take what comes in again after passive mode', async () => {
      const { api, phone } = await gateway.linkDevice()
      await api.post('/devices/me/passive', { passive: true })
      await api.post('/devices/me/passive', { passive: false })
      const bob = await gateway.phone('Bob')
      const sent = await bob.send(phone.jid, { text: 'after passive' })
      await until('it came', async () => (await api.call('GET', `/messages/${sent.id}`)).status === 200)
      await api.refuses('invalid_request', 'POST', '/devices/me/passive', { passive: 'yes' })
    })

    it('report as delivered to an active device while it is not online, also after a reconnect', async () => {
      const { api, phone } = await gateway.linkDevice()
      const bob = await gateway.phone('Bob')
      await api.post('/devices/me/force-active-receipts', { active: true })
      await api.post('/devices/me/reconnect')
      const sent = await bob.send(phone.jid, { text: 'two ticks' })
      await until('the companion reports it', () =>
        bob
          .messages()
          .find(({ id }) => id === sent.id)
          ?.receipts.some(({ type, from }) => type === 'delivery' && from.includes(':')),
      )
    })
  })

  describe('device.checkRegistered', () => {
    it('tells who has an account', async () => {
      const { api } = await gateway.linkDevice()
      const bob = await gateway.phone('Bob')
      const found = await api.get<{ is_registered: boolean; jid: string }>(`/devices/me/contacts/${bob.id}/registered`)
      assert.deepEqual([found.is_registered, found.jid], [true, bob.jid])
      const none = await api.get<{ is_registered: boolean; jid: string }>(
        '/devices/me/contacts/4915100000000/registered',
      )
      assert.deepEqual([none.is_registered, none.jid], [false, ''])
      await api.refuses('invalid_phone', 'GET', '/devices/me/contacts/abc/registered')
    })

    it('needs a connection', async () => {
      const device = await gateway.createDevice()
      await device.api.refuses('device_not_linked', 'GET', '/devices/me/contacts/4917012345678/registered')
    })
  })

  describe('admin.getDevicesStatus and admin.reconnectDevices', () => {
    it('show every device and bring the linked ones back', async () => {
      const linked = await gateway.linkDevice()
      const pending = await gateway.createDevice()
      const { devices, summary } = await gateway.admin.get<{
        devices: { device_id: string; connected: boolean; is_logged_in: boolean; error?: string }[]
        summary: { total: number; online: number; offline: number }
      }>('/admin/devices/status')
      const of = (id: string) => devices.find((each) => each.device_id === id)
      assert.deepEqual([of(linked.id)?.connected, of(linked.id)?.error], [true, undefined])
      assert.deepEqual([of(pending.id)?.connected, of(pending.id)?.is_logged_in], [false, false])
      assert.equal(summary.total, summary.online + summary.offline)

      gateway.sandbox!.disconnect(gateway.services.sessions.account(linked.id)!.jid, 403)
      await until('it is blocked', () => gateway.services.sessions.status(linked.id).state.name === 'blocked')
      gateway.sandbox!.fault.clear()
      const { results } = await gateway.admin.post<{ results: { device_id: string; status: string }[] }>(
        '/admin/devices/reconnect',
      )
      const status = (id: string) => results.find((each) => each.device_id === id)?.status
      assert.deepEqual([status(linked.id), status(pending.id)], ['reconnected', 'skipped'])
      await linked.api.refuses('unauthorized', 'POST', '/admin/devices/reconnect')
    })
  })
})
