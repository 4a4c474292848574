import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { startTestGateway, type TestDevice, type TestGateway } from '../../testing/start-test-gateway.ts'
import { TestClock } from '../../testing/test-clock.ts'
import { until } from '../../testing/until.ts'

interface Passkey {
  state: string
  public_key: { challenge: string; rpId: string; allowCredentials: unknown[]; userVerification: string }
  code: string | null
  expires_at: string
}

interface Progress {
  state: string
  code: string | null
  reason: string | null
}

interface Status {
  state: string
  reason: string | null
  is_logged_in: boolean
  next_action: { code: string }
}

const route = '/devices/me/login/passkey'

describe('linking an account that asks for its passkey', () => {
  const clock = new TestClock()
  let gateway: TestGateway
  before(async () => {
    gateway = await startTestGateway({ sandbox: true, clock })
  })
  after(() => gateway.stop())

  const told = (device: TestDevice, type: string) =>
    until(`${type} is told`, async () => {
      const { events } = await device.api.get<{ events: { data: Record<string, unknown> }[] }>(`/events?types=${type}`)
      return events[0]?.data
    })
  const statusOf = (device: TestDevice) => device.api.get<Status>('/devices/me/status')

  /** A device that a phone with a passkey has scanned. */
  async function asked(name: string, timeoutMs?: number) {
    const device = await gateway.createDevice()
    const phone = await gateway.phone(name)
    phone.passkey.make(timeoutMs === undefined ? {} : { timeoutMs })
    const { qr_text } = await device.api.post<{ qr_text: string }>('/devices/me/login')
    const scan = phone.scan(qr_text)
    scan.catch(() => undefined)
    const event = await told(device, 'connection.passkey_required')
    const passkey = await device.api.get<Passkey>(route)
    return { device, phone, scan, event, passkey }
  }

  it('says what is to be signed, takes the signature, and is linked', async () => {
    const { device, phone, scan, event, passkey } = await asked('Ana')
    assert.deepEqual([passkey.state, passkey.code], ['passkey_required', null])
    assert.deepEqual(event['public_key'], passkey.public_key)
    assert.equal(passkey.public_key.rpId, 'whatsapp.com')
    assert.equal(Buffer.from(passkey.public_key.challenge, 'base64url').length, 32)
    assert.ok(Date.parse(passkey.expires_at) > Date.now())
    const status = await statusOf(device)
    assert.deepEqual(
      [status.state, status.is_logged_in, status.next_action.code],
      ['passkey_required', false, 'sign_passkey'],
    )
    await device.api.refuses('passkey_required', 'POST', '/devices/me/login')
    await device.api.refuses('passkey_required', 'POST', '/devices/me/login-code', { phone: phone.id })
    const credential = { ...phone.passkey.sign(passkey.public_key.challenge), clientExtensionResults: {} }
    const progress = await device.api.post<Progress>(`${route}/response`, { credential })
    assert.deepEqual(progress, { state: 'linked', code: null, reason: null })
    await scan
    await gateway.connected(device)
    await device.api.refuses('passkey_not_pending', 'GET', route)
    await device.api.refuses('passkey_not_pending', 'POST', `${route}/response`, { credential })
  })

  it('refuses a challenge that was encoded twice and spoils nothing', async () => {
    const { device, phone, scan, passkey } = await asked('Teo')
    const { challenge } = passkey.public_key
    const twice = phone.passkey.sign(challenge, 'encoded_twice')
    await device.api.refuses('invalid_request', 'POST', `${route}/response`, { credential: twice })
    await device.api.refuses('invalid_request', 'POST', `${route}/response`, { credential: { type: 'public-key' } })
    assert.equal((await statusOf(device)).state, 'passkey_required')
    await device.api.post(`${route}/response`, { credential: phone.passkey.sign(challenge) })
    await scan
    await gateway.connected(device)
  })

  it('ends when WhatsApp does not take the signature, says why, and begins anew', async () => {
    const { device, phone, passkey } = await asked('Eva')
    const credential = phone.passkey.sign(passkey.public_key.challenge, 'signature')
    await device.api.refuses('passkey_refused', 'POST', `${route}/response`, { credential })
    const event = await told(device, 'connection.passkey_failed')
    assert.equal(event['reason'], 'passkey_refused')
    const status = await statusOf(device)
    assert.deepEqual(
      [status.state, status.reason, status.next_action.code],
      ['passkey_failed', 'passkey_refused', 'login'],
    )
    const again = await device.api.post<{ qr_text: string }>('/devices/me/login')
    assert.match(again.qr_text, /^https:\/\/wa\.me/)
  })

  it('ends when nobody signs in time', async () => {
    const { device } = await asked('Leo', 500)
    assert.equal((await told(device, 'connection.passkey_failed'))['reason'], 'passkey_expired')
    assert.equal((await statusOf(device)).state, 'passkey_failed')
  })

  for (const same of [true, false]) {
    it(`lets a person compare a code when signing took long, and ${same ? 'links' : 'ends'} as they say`, async () => {
      const { device, phone, passkey, scan } = await asked(same ? 'Vera' : 'Mila')
      await device.api.refuses('passkey_not_pending', 'POST', `${route}/confirm`, { same: true })
      clock.set(5 * 60_000 + 1)
      const credential = phone.passkey.sign(passkey.public_key.challenge)
      const signed = await device.api.post<Progress>(`${route}/response`, { credential })
      assert.equal(signed.state, 'passkey_confirm')
      assert.equal(signed.code, (await phone.until.event('phone.passkey_code')).data['code'])
      assert.equal((await told(device, 'connection.passkey_confirm'))['code'], signed.code)
      assert.equal((await device.api.get<Passkey>(route)).code, signed.code)
      assert.equal((await statusOf(device)).next_action.code, 'confirm_passkey')
      const { state, reason } = await device.api.post<Progress>(`${route}/confirm`, { same })
      if (same) {
        assert.equal(state, 'linked')
        await scan
        return gateway.connected(device)
      }
      assert.deepEqual([state, reason], ['passkey_failed', 'passkey_mismatch'])
      await assert.rejects(scan, /went away/)
    })
  }
})
