import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { claim } from '../storage/fence.ts'
import { readSessionRow } from '../storage/session-store.ts'
import { until } from '../testing/until.ts'
import { Core } from './testing/core.ts'

const seqOf = async (core: Core, deviceId: string) => (await core.events(deviceId)).at(-1)?.seq ?? 0
/** What the log says about the connection after a place in it. */
const typesAfter = async (core: Core, deviceId: string, seq: number) =>
  (await core.events(deviceId))
    .filter((event) => event.seq > seq && event.type.startsWith('connection.'))
    .map(({ type }) => type)
const credentialsOf = async (core: Core, deviceId: string) =>
  core.parts.database.query.selectFrom('credential').select('key').where('device_id', '=', deviceId).execute()

describe('sessions', () => {
  let core: Core
  before(async () => {
    core = await Core.start()
  })
  after(async () => {
    await core.close()
  })

  it('links by QR code: the events tell the story, the row says active', async () => {
    const deviceId = await core.device()
    assert.throws(() => core.sessions.require(deviceId), { code: 'device_not_linked' })
    const ana = await core.sandbox.phone({ name: 'Ana' })
    const login = await core.sessions.login(deviceId)
    assert.equal(login.kind, 'qr')
    assert.equal(core.sessions.status(deviceId).state.name, 'pairing')
    assert.deepEqual(await core.sessions.login(deviceId), login, 'asking again shows the same code')
    if (login.kind === 'qr') await ana.scan(login.qr.text)
    await core.event(deviceId, 'connection.connected')
    assert.deepEqual(await typesAfter(core, deviceId, 0), [
      'connection.qr',
      'connection.pair_success',
      'connection.connected',
    ])
    const row = await readSessionRow(core.parts.database, deviceId)
    assert.deepEqual([row.status, row.state, row.jid?.split(':')[0]], ['active', 'open', ana.id])
    assert.deepEqual(await core.sessions.login(deviceId), { kind: 'already_linked' })
    assert.equal(core.sessions.status(deviceId).nextAction.code, 'none')
  })

  it('links by a code typed on the phone', async () => {
    const deviceId = await core.device()
    const ana = await core.sandbox.phone({ name: 'Ana' })
    const login = await core.sessions.loginCode(deviceId, ana.id)
    assert.ok(login.kind === 'code' && /^[0-9A-Z]{8}$/.test(login.code.replace('-', '')))
    await core.sandbox.world.pairing.untilAwaitingCode(ana.id)
    await ana.enterLinkCode(login.code)
    await core.event(deviceId, 'connection.connected')
  })

  it('begins anew for a code when a picture was shown for long: there must be time to type it', async () => {
    const deviceId = await core.device()
    const ana = await core.sandbox.phone({ name: 'Ana' })
    const shown = await core.sessions.login(deviceId)
    core.clock.pass(120_000)
    const login = await core.sessions.loginCode(deviceId, ana.id)
    assert.ok(login.kind === 'code' && login.validForMs > 150_000)
    assert.notDeepEqual(await core.sessions.login(deviceId), shown)
    const again = await core.sessions.loginCode(deviceId, ana.id)
    assert.ok(again.kind === 'code')
    await core.sandbox.world.pairing.untilAwaitingCode(ana.id)
    await ana.enterLinkCode(again.code)
    await core.event(deviceId, 'connection.connected')
  })

  it('comes back by itself after WhatsApp ended the stream with 503', async () => {
    const { deviceId } = await core.linked()
    const seq = await seqOf(core, deviceId)
    core.sandbox.disconnect(core.jid(deviceId), 503)
    await core.event(deviceId, 'connection.connected', { after: seq })
    const types = await typesAfter(core, deviceId, seq)
    assert.ok(types.includes('connection.disconnected'), types.join())
    assert.ok(types.includes('connection.reconnecting'), types.join())
    assert.equal((await readSessionRow(core.parts.database, deviceId)).status, 'active')
  })

  it('takes 515 for a restart: connected again, and nothing was lost or told', async () => {
    const { deviceId } = await core.linked()
    const seq = await seqOf(core, deviceId)
    core.sandbox.disconnect(core.jid(deviceId), 515)
    await core.event(deviceId, 'connection.connected', { after: seq })
    assert.deepEqual(await typesAfter(core, deviceId, seq), ['connection.connected'])
  })

  it('deletes every secret when the phone removes the device, and can be linked again', async () => {
    const { deviceId, phone } = await core.linked()
    const seq = await seqOf(core, deviceId)
    phone.unlink(Number(core.jid(deviceId).match(/:(\d+)@/)?.[1]))
    await core.event(deviceId, 'connection.logged_out', { after: seq })
    await until('the session says so', () => core.sessions.status(deviceId).state.name === 'logged_out')
    assert.deepEqual(await credentialsOf(core, deviceId), [])
    assert.equal((await readSessionRow(core.parts.database, deviceId)).status, 'logged_out')
    assert.equal(core.sessions.status(deviceId).nextAction.code, 'login')
    const again = await core.sessions.login(deviceId)
    assert.equal(again.kind, 'qr')
    if (again.kind === 'qr') await phone.scan(again.qr.text)
    await core.event(deviceId, 'connection.connected', { after: seq })
  })

  it('logs out on request: the phone lists the device no longer, the secrets are gone', async () => {
    const { deviceId, phone } = await core.linked()
    const seq = await seqOf(core, deviceId)
    assert.equal(phone.devices().length, 1)
    await core.sessions.logout(deviceId)
    assert.deepEqual(phone.devices(), [])
    assert.deepEqual(await credentialsOf(core, deviceId), [])
    assert.deepEqual(await typesAfter(core, deviceId, seq), ['connection.logged_out'])
    await assert.rejects(core.sessions.logout(deviceId), { code: 'device_not_linked' })
    await assert.rejects(core.sessions.reconnect(deviceId), { code: 'device_not_linked' })
  })

  it('waits for the end of a temporary ban', async () => {
    const { deviceId } = await core.linked()
    const seq = await seqOf(core, deviceId)
    core.sandbox.disconnect(core.jid(deviceId), 402)
    const { payload } = await core.event(deviceId, 'connection.temporary_ban', {
      after: seq,
      where: ({ expires }) => expires !== undefined,
    })
    assert.match(String(payload['reason']), /^temporarily banned \(101\): /)
    await until(
      'the end of the ban is known',
      () => (core.sessions.status(deviceId).retryAt ?? 0) > Date.now() + 3_000_000,
    )
    const { retryAt, nextAction } = core.sessions.status(deviceId)
    assert.equal(nextAction.code, 'wait')
    assert.equal(payload['expires'], new Date(retryAt ?? 0).toISOString())
    assert.equal(Number((await readSessionRow(core.parts.database, deviceId)).banned_until), retryAt)
  })

  for (const [code, state] of [
    [403, 'blocked'],
    [405, 'outdated'],
  ] as const) {
    it(`names ${code} as ${state}, with what a person can do`, async () => {
      const { deviceId } = await core.linked()
      core.sandbox.disconnect(core.jid(deviceId), code)
      await until(`the state is ${state}`, () => core.sessions.status(deviceId).state.name === state)
      const { retryAt, nextAction } = core.sessions.status(deviceId)
      assert.equal(nextAction.code, state === 'blocked' ? 'contact_support' : 'wait')
      assert.equal(retryAt === undefined, state === 'blocked')
      assert.throws(() => core.sessions.require(deviceId), { code: 'device_not_connected' })
    })
  }

  it('backs off when replaced, and comes back when a person says so', async () => {
    const { deviceId } = await core.linked()
    const seq = await seqOf(core, deviceId)
    core.sandbox.disconnect(core.jid(deviceId), 440)
    await core.event(deviceId, 'connection.stream_replaced', { after: seq })
    await until('it is replaced', () => core.sessions.status(deviceId).state.name === 'replaced')
    assert.ok((core.sessions.status(deviceId).retryAt ?? 0) > Date.now())
    const status = await core.sessions.reconnect(deviceId)
    assert.equal(status.connected, true)
  })

  it('stops when replaced by a process that claimed the device', async () => {
    const { deviceId } = await core.linked()
    await claim(core.parts.database, deviceId, 'another-process')
    const seq = await seqOf(core, deviceId)
    core.sandbox.disconnect(core.jid(deviceId), 440)
    await until('it let go', () => {
      const { state, retryAt } = core.sessions.status(deviceId)
      return 'reason' in state && state.reason === 'ownership_lost' && retryAt === undefined
    })
    assert.equal((await readSessionRow(core.parts.database, deviceId)).owner, 'another-process')
    assert.deepEqual(await typesAfter(core, deviceId, seq), [])
  })

  it('never goes around a proxy that does not work', async () => {
    const { deviceId } = await core.linked()
    await core.sessions.changeSettings(deviceId, { proxyUrl: 'http://user:secret@127.0.0.1:9' })
    await until('the attempt failed', () => core.sessions.status(deviceId).state.name === 'closed')
    assert.throws(() => core.sessions.require(deviceId), { code: 'device_not_connected' })
    const stored = await core.parts.database.query
      .selectFrom('device')
      .select('proxy_url_sealed')
      .where('id', '=', deviceId)
      .executeTakeFirstOrThrow()
    assert.ok(!Buffer.from(stored.proxy_url_sealed ?? []).includes('secret'))
    assert.equal((await core.sessions.settings(deviceId)).proxyUrl, 'http://user:secret@127.0.0.1:9')
    await core.sessions.changeSettings(deviceId, { proxyUrl: null })
    await core.sessions.reconnect(deviceId)
    assert.equal(core.sessions.status(deviceId).connected, true)
  })

  it('forgets a device that is removed', async () => {
    const { deviceId, phone } = await core.linked()
    await core.sessions.remove(deviceId)
    assert.deepEqual(phone.devices(), [])
    assert.deepEqual(await credentialsOf(core, deviceId), [])
    assert.equal(core.sessions.status(deviceId).loaded, false)
  })
})

describe('sessions under an impatient watchdog', () => {
  let core: Core
  before(async () => {
    core = await Core.start({ watchdog: { tickMs: 50, silenceMs: 150, pingMs: 150 } })
  })
  after(() => core.close())

  it('gives a connection up that is open but silent', async () => {
    const { deviceId } = await core.linked()
    const seq = await seqOf(core, deviceId)
    // Nor does it help a dead connection that somebody sets the clock back.
    core.clock.set(-3_600_000)
    core.sandbox.fault.next(core.jid(deviceId), 'iq', { silence: true })
    await core.event(deviceId, 'connection.keepalive_timeout', { after: seq })
    await core.event(deviceId, 'connection.connected', { after: seq })
    await core.event(deviceId, 'connection.keepalive_restored', { after: seq })
  })
})

describe('sessions over a restart', () => {
  it('bring linked devices up again, and leave the others alone', async () => {
    const core = await Core.start()
    try {
      const { deviceId } = await core.linked()
      const other = await core.device()
      const seq = await seqOf(core, deviceId)
      await core.shutDown()
      await core.boot()
      await core.event(deviceId, 'connection.connected', { after: seq })
      assert.equal(core.sessions.status(other).loaded, false)
      assert.deepEqual(await typesAfter(core, deviceId, seq), ['connection.connected'])
    } finally {
      await core.close()
    }
  })

  it('still know of a ban, and connect when it is over', async () => {
    const core = await Core.start()
    try {
      const { deviceId } = await core.linked()
      core.sandbox.disconnect(core.jid(deviceId), 402)
      await until('the ban is known', () => (core.sessions.status(deviceId).retryAt ?? 0) > Date.now() + 3_000_000)
      const { state, retryAt } = core.sessions.status(deviceId)
      const seq = await seqOf(core, deviceId)
      await core.shutDown()
      await core.boot()
      await until('it is loaded', () => core.sessions.status(deviceId).retryAt !== undefined)
      const after = core.sessions.status(deviceId)
      assert.deepEqual([after.state.name, after.retryAt, after.nextAction.code], ['banned', retryAt, 'wait'])
      assert.deepEqual('detail' in after.state && after.state.detail, 'detail' in state && state.detail)
      await core.shutDown()
      core.clock.pass(3_700_000)
      await core.boot()
      await core.event(deviceId, 'connection.connected', { after: seq })
      assert.deepEqual(await typesAfter(core, deviceId, seq), ['connection.connected'])
    } finally {
      await core.close()
    }
  })
})
