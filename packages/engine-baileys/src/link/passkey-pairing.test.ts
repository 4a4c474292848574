import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { systemClock } from '@switchboard/engine'
import { newHost, open, reopen } from '@switchboard/engine/contract'
import { createBaileysEngine } from '../create-baileys-engine.ts'
import { type SandboxHarness, sandboxHarness } from '../testing/sandbox-harness.ts'

describe('a passkey without proof of who showed the code', () => {
  let ahead = 0
  let harness: SandboxHarness

  before(async () => {
    const clock = { ...systemClock, now: () => systemClock.now() + ahead }
    harness = await sandboxHarness(createBaileysEngine({ clock }))
  })
  after(async () => {
    await harness.engine.close()
    await harness.close()
  })

  /** A person took so long to sign that the proof no longer counts: phone and gateway show a code. */
  async function compared(name: string) {
    ahead = 0
    const phone = await harness.phone(name)
    phone.passkey.require()
    const host = newHost()
    const session = await open(harness, host)
    const scan = phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    scan.catch(() => undefined)
    const request = await host.until(({ passkeys }) => passkeys[0], 'passkey')
    ahead = 5 * 60_000 + 1
    await session.answerPasskey(phone.passkey.sign(request))
    const code = await host.until(({ passkeyCodes }) => passkeyCodes[0], 'code to compare')
    return { host, session, scan, code, shown: await phone.passkey.shownCode() }
  }

  it('links when a person saw the same code on the phone', async () => {
    const { host, session, scan, code, shown } = await compared('Vera')
    assert.match(code, /^[1-9A-Z]{4}-[1-9A-Z]{4}$/)
    assert.equal(code, shown)
    assert.equal(session.state.name, 'passkey_confirm')
    await session.confirmPasskey(true)
    await scan
    assert.equal((await host.untilState('closed')).reason, 'restart_required')
    await (await reopen(harness, host)).close()
  })

  it('links nothing when the codes differ', async () => {
    const { host, session, scan } = await compared('Mila')
    await session.confirmPasskey(false)
    const end = await host.untilFinal()
    assert.deepEqual([end.name, end.reason], ['passkey_failed', 'passkey_mismatch'])
    await assert.rejects(scan, /went away/)
    assert.equal(await harness.engine.isLinked(host.credentials), false)
  })
})
