import assert from 'node:assert/strict'
import { it } from 'node:test'
import { EngineError } from '../errors.ts'
import type { PasskeyRequest } from '../passkey.ts'
import type { Session } from '../session.ts'
import type { ContractPhone, EngineHarness } from './harness.ts'
import type { RecordingHost } from './recording-host.ts'
import { newHost, open, reopen } from './steps.ts'

interface Asked {
  readonly phone: ContractPhone
  readonly host: RecordingHost
  readonly session: Session
  readonly request: PasskeyRequest
  /** What becomes of the scan, on the phone's side. */
  readonly scan: Promise<unknown>
}

const firstQr = (host: RecordingHost) => host.until(({ qrs }) => qrs[0], 'QR code')

/** A device that a phone has scanned, of an account with a passkey. */
async function asked(
  harness: EngineHarness,
  name: string,
  scan = (phone: ContractPhone, qr: string) => phone.scan(qr),
  timeoutMs?: number,
): Promise<Asked> {
  const phone = await harness.phone(name)
  phone.passkey.require(timeoutMs)
  const host = newHost()
  const session = await open(harness, host)
  const scanned = scan(phone, (await firstQr(host)).text)
  scanned.catch(() => undefined)
  const request = await host.until(({ passkeys }) => passkeys[0], 'passkey')
  return { phone, host, session, request, scan: scanned }
}

const isRefusal = (code: EngineError['code']) => (error: unknown) => error instanceof EngineError && error.code === code

/** Linking an account that asks for its passkey. */
export function passkeyContract(harness: () => EngineHarness): void {
  it('links with a passkey after a QR code, and without a code to compare', async () => {
    const { phone, host, session, request, scan } = await asked(harness(), 'Paz')
    assert.equal(request.options.rpId, 'whatsapp.com')
    assert.equal(request.options.challenge.length, 32)
    assert.ok(request.expiresAt > Date.now())
    assert.equal((await host.untilState('passkey_required')).expiresAt, request.expiresAt)
    await session.answerPasskey(phone.passkey.sign(request))
    await scan
    assert.equal((await host.untilState('closed')).reason, 'restart_required')
    assert.deepEqual(
      host.states.map(({ name }) => name),
      ['pairing', 'passkey_required', 'passkey_confirm', 'closed'],
    )
    assert.deepEqual(host.passkeyCodes, [])
    await (await reopen(harness(), host)).close()
  })

  it('links with a passkey after a pairing code', async () => {
    const phone = await harness().phone('Pilar')
    phone.passkey.require()
    const host = newHost()
    const session = await open(harness(), host)
    await host.untilState('pairing')
    const entered = phone.enterCode(await session.requestPairingCode(phone.number))
    const request = await host.until(({ passkeys }) => passkeys[0], 'passkey')
    await session.answerPasskey(phone.passkey.sign(request))
    await entered
    assert.equal((await host.untilState('closed')).reason, 'restart_required')
    await (await reopen(harness(), host)).close()
  })

  it('stores another secret than the one in the code before it asks for the passkey', async () => {
    const { host, session } = await asked(harness(), 'Ines')
    const inCode = (await firstQr(host)).text.split(',')[3]!
    const stored = [...(await host.credentials.loadAll('creds')).values()].map((value) => Buffer.from(value).toString())
    assert.equal(stored.length, 1)
    assert.match(stored[0]!, /"advSecretKey":"[^"]{44}"/)
    assert.equal(stored[0]!.includes(inCode), false)
    assert.equal(await harness().engine.isLinked(host.credentials), false)
    await session.close()
  })

  it('refuses a challenge that was encoded twice, and takes the right one after it', async () => {
    const { phone, session, request, scan, host } = await asked(harness(), 'Teo')
    const wrong = phone.passkey.sign(request, 'encoded_twice')
    await assert.rejects(session.answerPasskey(wrong), isRefusal('invalid_argument'))
    assert.equal(session.state.name, 'passkey_required')
    await session.answerPasskey(phone.passkey.sign(request))
    await scan
    await host.untilState('closed')
  })

  it('ends as passkey_failed when WhatsApp does not take the signature', async () => {
    const { phone, host, session, request, scan } = await asked(harness(), 'Rosa P')
    await assert.rejects(session.answerPasskey(phone.passkey.sign(request, 'signature')), isRefusal('refused'))
    const end = await host.untilFinal()
    assert.deepEqual([end.name, end.reason, end.code], ['passkey_failed', 'passkey_refused', 401])
    await assert.rejects(scan, /the signature does not hold/)
    assert.equal(await harness().engine.isLinked(host.credentials), false)
  })

  it('ends as passkey_failed when the phone does not take the proof of who showed the code', async () => {
    const another = (phone: ContractPhone, qr: string) => phone.passkey.scanAnother(qr)
    const { phone, host, session, request, scan } = await asked(harness(), 'Otto', another)
    await session.answerPasskey(phone.passkey.sign(request))
    await assert.rejects(scan, /proof of who showed the code/)
    const end = await host.untilFinal()
    assert.deepEqual([end.name, end.reason], ['passkey_failed', 'passkey_refused'])
  })

  it('ends as passkey_failed when nobody signs in time', async () => {
    const { host, session, phone, request } = await asked(harness(), 'Lento', undefined, 300)
    const end = await host.untilFinal()
    assert.deepEqual([end.name, end.reason], ['passkey_failed', 'passkey_expired'])
    await assert.rejects(session.answerPasskey(phone.passkey.sign(request)), isRefusal('not_connected'))
  })

  it('takes no answer and no confirmation while nothing is asked', async () => {
    const { phone, session, request, host } = await asked(harness(), 'Nadia')
    await assert.rejects(session.confirmPasskey(true), isRefusal('not_connected'))
    const other = newHost()
    const waiting = await open(harness(), other)
    await other.untilState('pairing')
    await assert.rejects(waiting.answerPasskey(phone.passkey.sign(request)), isRefusal('not_connected'))
    await waiting.close()
    await session.close()
    assert.equal((await host.untilFinal()).reason, 'local')
  })
}
