import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { type BaileysEventMap, type BinaryNode, proto, type WAMessageKey } from 'baileys-stock'
import { StockClient } from '../driver/testing/stock-client.ts'
import { Refused } from '../phone/ask-server.ts'
import type { Phone } from '../phone/phone.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

const hourMs = 60 * 60 * 1000

describe('changes and restrictions of an account, with a stock client', () => {
  const clock = new ManualClock(Date.now())
  const stage = conformanceWorld(91, { clock })
  let ana: Linked
  let ben: Phone

  before(async () => {
    ;[ana, ben] = await stage.two()
    await ana.client.sendText(ben.jid, 'first')
    await ben.until.message(({ text }) => text === 'first')
    await ben.send(ana.phone.jid, { text: 'second' })
    await ana.client.untilText('second')
  })
  after(() => stage.end())

  /** Ana's client is told that its message was refused with that code: in an update, or with the message when both come together. */
  const failed = (id: string | null | undefined, code: string): Promise<unknown> =>
    ana.client.untilAny((name, payload) => {
      if (name === 'messages.update') {
        const updates = payload as BaileysEventMap['messages.update']
        return updates.some(({ key, update }) => key.id === id && update.messageStubParameters?.[0] === code)
      }
      if (name !== 'messages.upsert') return false
      const { messages } = payload as BaileysEventMap['messages.upsert']
      return messages.some(({ key, messageStubParameters }) => key.id === id && messageStubParameters?.[0] === code)
    })

  it('a reinstalled phone has a new identity, and both sides talk on', async () => {
    const sandbox = await stage.sandbox()
    const old = ben.keys.identity.publicKey
    ben = await sandbox.reinstall(ben)
    assert.notDeepEqual(ben.keys.identity.publicKey, old)
    await ana.phone.until.event('phone.identity', ({ from }) => from === ben.jid)
    assert.equal(ben.messages().length, 0)
    await ana.client.sendText(ben.jid, 'is it you?')
    await ben.until.message(({ text }) => text === 'is it you?')
    await ana.phone.send(ben.jid, { text: 'and I ask, too' })
    await ben.until.message(({ text }) => text === 'and I ask, too')
    await ben.send(ana.phone.jid, { text: 'it is me' })
    await ana.client.untilText('it is me')
    await ana.phone.until.message(({ text }) => text === 'it is me')
  })

  it('somebody who takes another number is told of, and stays the same person', async () => {
    const sandbox = await stage.sandbox()
    const old = ben.jid
    const group = await ben.groups.create({ subject: 'Same people', participants: [ana.phone.jid], addressing: 'pn' })
    await ana.phone.groups.of(group.jid).until.change('create')
    sandbox.changeNumber(ben, '15550009999')
    await ana.client.until('messages.upsert', ({ messages }) =>
      messages.some(
        ({ key, messageStubType, messageStubParameters }) =>
          key.remoteJid === group.jid &&
          messageStubType === proto.WebMessageInfo.StubType.GROUP_PARTICIPANT_CHANGE_NUMBER &&
          messageStubParameters?.[0] === old,
      ),
    )
    await ana.phone.groups.of(group.jid).until.change('modify')
    const { participants } = await ana.phone.groups.of(group.jid).info()
    assert.ok(participants.some(({ jid }) => jid === ben.jid))
    assert.equal(sandbox.findPhone('15550009999'), ben)
    await ana.phone.until.event('phone.number', (data) => data['old'] === old && data['new'] === ben.jid)
    await ben.send(ana.phone.jid, { text: 'from my new number' })
    const message = await ana.client.untilText('from my new number')
    const key = message.key as WAMessageKey
    assert.deepEqual([key.remoteJid, key.remoteJidAlt], [ben.lid, ben.jid])
    await ana.client.sendText(ben.lid, 'noted')
    await ben.until.message(({ text }) => text === 'noted')
    assert.deepEqual(await ana.client.socket.onWhatsApp(`+${old.replace(/@.*/, '')}`), [])
  })

  it('a client that moves to hidden ids learns them from its phone', async () => {
    const caro = await stage.phone('Caro')
    await ana.phone.send(caro.jid, { text: 'hello' })
    await ana.phone.shareLidMappings()
    await ana.client.until('messages.upsert', ({ messages }) =>
      messages.some(({ message }) => message?.protocolMessage?.lidMigrationMappingSyncMessage),
    )
    const mapping = ana.client.socket.signalRepository.lidMapping
    await ana.client.sendText(caro.jid, 'known by now')
    await caro.until.message(({ text }) => text === 'known by now')
    assert.equal(await mapping.getLIDForPN(caro.jid), caro.lid)
  })

  it('a restricted account may answer but not write to strangers first, until the lock is over', async () => {
    const { world } = await stage.sandbox()
    const { socket } = ana.client
    const dora = await stage.phone('Dora')
    assert.equal((await socket.fetchAccountReachoutTimelock()).isActive, false)
    world.faults.impose(ana.phone.devices(), { kind: 'reach-out-timelock', seconds: 3600 })
    const locked = await ana.client.until('connection.update', (update) => update.reachoutTimeLock?.isActive === true)
    assert.equal(locked.reachoutTimeLock?.enforcementType, 'WEB_COMPANION_ONLY')
    const fetched = await socket.fetchAccountReachoutTimelock()
    assert.equal(fetched.timeEnforcementEnds?.getTime(), Math.floor((clock.now() + hourMs) / 1000) * 1000)
    const refused = await socket.sendMessage(dora.jid, { text: 'good offer' })
    await failed(refused?.key.id, '463')
    await assert.rejects(ana.phone.calls.offer(dora.jid), (error) => error instanceof Refused && error.code === 463)
    await ana.client.sendText(ben.lid, 'we know each other')
    await ben.until.message(({ text }) => text === 'we know each other')
    clock.advance(hourMs)
    await ana.client.until('connection.update', (update) => update.reachoutTimeLock?.isActive === false)
    await ana.client.sendText(dora.jid, 'now I may')
    await dora.until.message(({ text }) => text === 'now I may')
    assert.ok(!dora.messages().some(({ text }) => text === 'good offer'))
  })

  it('a trusted-contact token opens the way for a restricted account', async () => {
    const { world } = await stage.sandbox()
    const emil = await stage.phone('Emil')
    await emil.settings.giveToken(ana.phone.jid)
    await ana.phone.until.event('phone.token', ({ from }) => from === emil.jid)
    const hasToken = async (): Promise<boolean> =>
      ((await ana.client.state.keys.get('tctoken', [emil.lid]))[emil.lid]?.token.length ?? 0) > 0
    const deadline = AbortSignal.timeout(60_000)
    while (!(await hasToken())) {
      deadline.throwIfAborted()
      await setImmediate()
    }
    const lock = world.faults.impose(ana.phone.devices(), { kind: 'reach-out-timelock', seconds: 3600 })
    await ana.client.sendText(emil.lid, 'you let me')
    await emil.until.message(({ text }) => text === 'you let me')
    world.faults.cancel(lock)
  })

  it('new chats are counted against a cap, which a client can read', async () => {
    const { standing } = ana.phone.account
    standing.newChats = { quota: 1, used: 0, since: clock.now(), until: clock.now() + hourMs }
    const frida = await stage.phone('Frida')
    const gil = await stage.phone('Gil')
    await ana.client.sendText(frida.jid, 'a first one')
    await frida.until.message(({ text }) => text === 'a first one')
    const capped = await ana.client.until('message-capping.update' as keyof BaileysEventMap)
    assert.equal((capped as { capping_status?: string }).capping_status, 'CAPPED')
    const info = (await ana.client.socket.fetchNewChatMessageCap()) as { total_quota: number; used_quota: number }
    assert.deepEqual([info.total_quota, info.used_quota], [1, 1])
    const refused = await ana.client.socket.sendMessage(gil.jid, { text: 'one too many' })
    await failed(refused?.key.id, '463')
    delete standing.newChats
  })

  it('a banned account is kept out for as long as the ban says', async () => {
    const sandbox = await stage.sandbox()
    const device = ana.phone.devices()[0]!
    await sandbox.fault.apply({ device: ana.jid, action: { kind: 'temporary-ban', seconds: 3600, code: 101 } })
    await sandbox.world.log.until(({ type }) => type === 'disconnected' && !device.mailbox.attached)
    ana.client.events.length = 0
    ana.client.open()
    await ana.client.untilClosed(402)
    clock.advance(hourMs)
    await ana.client.connect()
  })

  it('a client that is too old is told so, whether it is linked or wants to be', async () => {
    const { world } = await stage.sandbox()
    world.minimumVersion = [2, 4000, 0]
    await ana.client.close()
    ana.client.events.length = 0
    ana.client.open()
    await ana.client.untilClosed(405)
    const newcomer = new StockClient(await stage.sandbox())
    newcomer.open()
    await newcomer.untilClosed(405)
    await newcomer.close()
    world.minimumVersion = [2, 3000, 0]
    await ana.client.connect()
  })

  it('what waited for a client is announced, handed over and counted', async () => {
    await ana.client.close()
    const device = ana.phone.devices()[0]!
    const { world } = await stage.sandbox()
    await world.log.until(({ type }) => type === 'disconnected' && !device.mailbox.attached)
    for (const text of ['one', 'two', 'three']) await ben.send(ana.phone.jid, { text })
    await ben.settings.setAbout('waiting')
    const before = world.log.cursor
    ana.client.events.length = 0
    let preview: BinaryNode | undefined
    const opened = ana.client.connect()
    ana.client.socket.ws.on('CB:ib,,offline_preview', (node: BinaryNode) => {
      preview = (node.content as BinaryNode[])[0]
    })
    await opened
    await ana.client.until(
      'connection.update',
      ({ receivedPendingNotifications }) => receivedPendingNotifications === true,
    )
    await ana.client.untilText('three')
    const active = await world.log.until(({ type }) => type === 'active', undefined, before)
    assert.ok(Number(active.data['waiting']) >= 4)
    assert.deepEqual(
      [preview?.attrs['count'], preview?.attrs['message'], preview?.attrs['notification']],
      [String(active.data['waiting']), '3', '1'],
    )
    assert.equal(ana.client.messages.filter(({ message }) => message?.conversation === 'two').length, 1)
  })

  it('a client is logged out when its own phone is reinstalled or takes another number', async () => {
    const sandbox = await stage.sandbox()
    const hugo = await stage.linked('Hugo')
    const again = await sandbox.reinstall(hugo.phone)
    await hugo.client.untilClosed(401)
    assert.deepEqual(again.devices(), [])
    const newClient = await stage.link(again)
    await newClient.sendText(ben.lid, 'linked again')
    await ben.until.message(({ text }) => text === 'linked again')
    sandbox.changeNumber(again, '15550008888')
    await newClient.untilClosed(401)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
