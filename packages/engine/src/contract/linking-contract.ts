import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { EngineHarness } from './harness.ts'
import { linked, newHost, open, reopen, tellsOwnName } from './steps.ts'

/** Linking, and how a connection ends. */
export function linkingContract(harness: () => EngineHarness): void {
  it('links by QR code, asks for a restart and is open after it', async () => {
    const { engine } = harness()
    const phone = await harness().phone('Ana')
    const host = newHost()
    assert.equal(await engine.isLinked(host.credentials), false)
    const first = await open(harness(), host)
    assert.equal(first.state.name, 'connecting')
    const qr = await host.until(({ qrs }) => qrs[0], 'QR code')
    assert.ok(qr.validForMs > 0)
    await phone.scan(qr.text)
    const end = await host.untilState('closed')
    assert.deepEqual([end.reason, end.code], ['restart_required', 515])
    assert.equal(host.accounts[0]?.jid.startsWith(`${phone.number}:`), true)
    assert.equal(await engine.isLinked(host.credentials), true)
    const session = await reopen(harness(), host)
    assert.equal(session.state.name, 'open')
    assert.ok(session.lastHeardAt > 0)
    await session.ping(5_000)
    await session.close()
  })

  it('links by pairing code', async () => {
    const phone = await harness().phone('Cara')
    const host = newHost()
    const session = await open(harness(), host)
    await host.untilState('pairing')
    const code = await session.requestPairingCode(phone.number)
    assert.match(code, /^[1-9A-Z]{8}$/)
    await phone.enterCode(code)
    assert.equal((await host.untilState('closed')).reason, 'restart_required')
    await (await reopen(harness(), host)).close()
  })

  it('learns its push name, and when the phone changes it', async () => {
    const { host, session, phone } = await linked(harness(), 'Nina')
    await host.untilItem('app_state', tellsOwnName('Nina'))
    await host.until(() => session.account?.pushName === 'Nina' || undefined, 'its name')
    await phone.rename('Nina B')
    await host.untilItem('app_state', tellsOwnName('Nina B'))
    await session.close()
  })

  it('hands over the history that the phone sends', async () => {
    const phone = await harness().phone('Hana')
    const friend = await harness().phone('Old Friend')
    await friend.send(phone.jid, 'long ago')
    await phone.shows('long ago')
    const host = newHost()
    await open(harness(), host)
    await phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const session = await reopen(harness(), host)
    const history = await host.untilItem('history', ({ conversations }) => conversations.length > 0)
    const messages = history.conversations.flatMap((each) => each.messages)
    assert.deepEqual(
      messages.map(({ view, chat, fromMe }) => [view.text, chat.jid, fromMe]),
      [['long ago', friend.jid, false]],
    )
    await session.close()
  })

  const ends = [
    [401, 'logged_out', undefined],
    [402, 'banned', undefined],
    [403, 'blocked', undefined],
    [405, 'outdated', undefined],
    [440, 'replaced', undefined],
    [503, 'closed', 'service_unavailable'],
    [515, 'closed', 'restart_required'],
    [0, 'closed', 'connection_lost'],
  ] as const
  for (const [code, name, reason] of ends) {
    it(`ends as ${name} when the server says ${code || 'nothing and closes'}`, async () => {
      const { host, jid, session } = await linked(harness(), 'Ende')
      const before = host.states.length
      harness().disconnect(jid, code)
      let end = await host.untilFinal(before)
      // Some codes are given at the next login only.
      if ((end.name !== name && end.name === 'closed') || (name === 'banned' && !end.expiresAt)) {
        const again = host.states.length
        await open(harness(), host)
        end = await host.untilFinal(again)
      }
      assert.equal(end.name, name)
      if (reason) assert.equal(end.reason, reason)
      if (name === 'banned') assert.ok((end.expiresAt ?? 0) > Date.now())
      await session.close()
    })
  }

  it('is logged out when the phone removes it', async () => {
    const { host, jid, phone } = await linked(harness(), 'Ulla')
    phone.unlink(Number(/:(\d+)@/.exec(jid)?.[1]))
    await host.untilState('logged_out')
  })

  it('removes its link when it logs out', async () => {
    const { host, session } = await linked(harness(), 'Lena')
    await session.logout()
    assert.equal(session.state.name, 'logged_out')
    const before = host.states.length
    await open(harness(), host)
    assert.equal((await host.untilFinal(before)).name, 'logged_out')
  })

  it('is replaced when the same credentials connect again', async () => {
    const { host, session } = await linked(harness(), 'Rosa')
    const second = await reopen(harness(), host)
    await host.untilState('replaced')
    assert.equal(session.state.name, 'replaced')
    assert.equal(second.state.name, 'open')
    await second.close()
  })

  it('ends once, locally, when closed', async () => {
    const { host, session } = await linked(harness(), 'Cleo')
    await session.close()
    await session.close()
    assert.deepEqual(session.state, { name: 'closed', reason: 'local' })
    assert.equal(host.states.filter(({ reason }) => reason === 'local').length, 1)
  })

  it('ends as connect_failed when nobody listens', async () => {
    const host = newHost()
    await open(harness(), host, { endpoints: { ...harness().endpoints, socketUrl: 'ws://127.0.0.1:9/ws/chat' } })
    assert.equal((await host.untilFinal()).reason, 'connect_failed')
  })

  it('refuses a server that another root vouches for', async () => {
    const host = newHost()
    const noiseRoot = new Uint8Array(32).fill(7)
    await open(harness(), host, { endpoints: { ...harness().endpoints, noiseRoot } })
    assert.equal((await host.untilFinal()).reason, 'handshake_failed')
    assert.deepEqual(host.qrs, [])
  })
}
