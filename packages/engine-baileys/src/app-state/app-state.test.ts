import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AppStateChange, InboundAppState, InboundItem } from '@switchboard/engine'
import { type ContractDevice, linked, newHost, open, type RecordingHost, reopen } from '@switchboard/engine/contract'
import type { Phone } from '@switchboard/sandbox'
import { decodePatches, newLTHashState, proto } from 'baileys-stock'
import { StockClient } from '../../../sandbox/src/driver/testing/stock-client.ts'
import { type SandboxHarness, sandboxHarness } from '../testing/sandbox-harness.ts'

const collections = ['critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular'] as const

describe('the state that the devices of an account share', () => {
  let harness: SandboxHarness
  before(async () => {
    harness = await sandboxHarness()
  })
  after(async () => {
    await harness.engine.close()
    await harness.close()
  })

  const phoneOf = ({ phone }: ContractDevice): Phone => harness.sandbox.findPhone(phone.number)!
  const isFull = (name: string) => (item: InboundAppState) => item.collection === name && item.full?.isLast === true
  const link = async (name: string): Promise<ContractDevice> => {
    const device = await linked(harness, name)
    for (const each of collections) await device.host.untilItem('app_state', isFull(each))
    return device
  }
  const tells =
    (fits: (change: AppStateChange) => boolean, own = false) =>
    (item: InboundAppState) =>
      item.own === own && item.mutations.some(({ change }) => fits(change))
  const label = (name: string, own = false) => tells((change) => change.type === 'label' && change.name === name, own)
  const changesIn = (items: readonly InboundItem[]) =>
    items.flatMap((item) => (item.kind === 'app_state' && !item.own ? item.mutations.map(({ change }) => change) : []))

  /** Opens everything that the server has as the stock library does, every MAC checked. */
  const stockAccepts = async (device: ContractDevice) => {
    const { account, keys } = phoneOf(device)
    for (const name of collections) {
      const stored = account.appState.get(name)
      if (!stored) continue
      const patches = stored.patches.map((bytes) => proto.SyncdPatch.decode(bytes))
      const warnings: unknown[] = []
      const logger = { warn: (...said: unknown[]) => warnings.push(said), trace() {}, debug() {}, info() {} }
      const key = async () => ({ keyData: keys.appStateKey.data })
      const decoded = await decodePatches(
        ...([name, patches, newLTHashState(), key, {}, undefined, logger as never, true] as const),
      )
      assert.deepEqual([warnings, decoded.state.version], [[], stored.version], name)
    }
  }

  /** An unmodified client took in every patch, and holds the same: what it left out would be missing in its hash. */
  const inStep = async ({ host }: ContractDevice, { state }: StockClient) => {
    const ours = await host.credentials.loadAll('app-state')
    for (const name of collections) {
      const { version, hash } = JSON.parse(Buffer.from(ours.get(name)!).toString())
      if (version === 0) continue
      const deadline = AbortSignal.timeout(30_000)
      for (;;) {
        const theirs = (await state.keys.get('app-state-sync-version', [name]))[name]
        if (theirs?.version === version) {
          assert.equal(Buffer.from(theirs!.hash).toString('base64'), hash, name)
          break
        }
        deadline.throwIfAborted()
        await new Promise((resolve) => setTimeout(resolve, 20))
      }
    }
  }

  it('is written so that phones and the stock library accept every patch', async () => {
    const device = await link('Ana')
    const bob = await harness.phone('Bob')
    const { session, phone } = device
    const stock = new StockClient(harness.sandbox)
    await stock.link(phoneOf(device))
    await stock.until('creds.update', ({ myAppStateKeyId }) => myAppStateKeyId !== undefined)
    const person = { jid: bob.jid, lid: bob.lid }
    const list = session.use('addressList')
    for (const name of ['Bob B', 'Bobby', 'Robert']) {
      await list.save(person, { fullName: name, firstName: name })
      await list.remove(person)
    }
    await list.remove(person)
    await list.save(person, { fullName: 'Bob again', firstName: 'Bob' })
    const settings = session.use('chatSettings')
    const newest = { id: 'M1', fromMe: false, sender: bob.jid, at: 1_790_000_000_000 }
    await settings.archive(bob.jid, true, newest)
    await settings.mute(bob.jid, -1)
    await settings.pin(bob.jid, true)
    await settings.markRead(bob.jid, false, newest)
    await settings.star({ ...newest, chat: bob.jid }, true)
    await settings.deleteForMe({ ...newest, chat: bob.jid }, false)
    await settings.clear(bob.jid, { keepStarred: true, deleteMedia: false }, newest)
    await settings.deleteChat(bob.jid, false, undefined)
    const labels = session.use('labels')
    await labels.save('1', { name: 'One', color: 1 })
    await labels.setOnChat('1', bob.jid, true)
    await labels.setOnMessage('1', bob.jid, 'M1', true)
    await labels.delete('1', { name: 'One', color: 1 })
    await session.use('profile').setPushName('Ana B')
    await stockAccepts(device)
    assert.deepEqual(phoneOf(device).violations, [])
    assert.deepEqual(
      phoneOf(device)
        .appState.contacts()
        .map(({ fullName }) => fullName),
      ['Bob again'],
    )
    for (const name of collections) await phoneOf(device).appState.checkSnapshot(name)
    await stock.until('contacts.upsert', (people) => people.some((each) => each.name === 'Bob again'))
    await stock.until('creds.update', ({ me }) => me?.name === 'Ana B')
    assert.equal(phone.name, 'Ana')
    await inStep(device, stock)
    await stock.close()
    await session.close()
  })

  it('takes changes of several devices at the same moment, and loses none', async () => {
    const one = await link('Bea')
    const host = newHost()
    await open(harness, host)
    await one.phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const two = { host, session: await reopen(harness, host) }
    for (const each of collections) await host.untilItem('app_state', isFull(each))
    const phone = phoneOf(one)
    const names = Array.from({ length: 12 }, (_, index) => String(index + 1))
    await Promise.all(
      names.map((id, index) => {
        const name = `Label ${id}`
        if (index % 3 === 0) return phone.appState.editLabel(id, { name, color: 0 })
        return (index % 3 === 1 ? one : two).session.use('labels').save(id, { name, color: 0 })
      }),
    )
    await one.host.until(() => (labelsOf(one.host).size === names.length ? true : undefined), 'all labels')
    await host.until(() => (labelsOf(host).size === names.length ? true : undefined), 'all labels')
    assert.equal(phone.appState.labels().length, names.length)
    await stockAccepts(one)
    assert.deepEqual(phone.violations, [])
    await one.session.close()
    await two.session.close()
  })

  const labelsOf = (host: RecordingHost): Set<string> =>
    new Set(
      host.items.flatMap((item) =>
        item.kind === 'app_state'
          ? item.mutations.flatMap(({ change }) => (change.type === 'label' ? change.id : []))
          : [],
      ),
    )

  it('is fetched anew when something was spoilt on its way, and nothing is missing', async () => {
    const device = await link('Cleo')
    const phone = phoneOf(device)
    await phone.appState.editLabel('1', { name: 'Before' })
    await device.host.untilItem('app_state', label('Before'))
    harness.sandbox.fault.next(device.jid, 'iq', { corrupt: true })
    await phone.appState.editLabel('2', { name: 'Spoilt' })
    const failure = await device.host.untilItem('app_state_failure')
    assert.equal(failure.collection, 'regular')
    const item = await device.host.untilItem('app_state', (each) => isFull('regular')(each) && label('Spoilt')(each))
    assert.equal(item.full?.recovered, false)
    await device.session.use('labels').save('3', { name: 'After', color: 0 })
    assert.deepEqual(
      phone.appState.labels().map(({ name }) => name),
      ['Before', 'Spoilt', 'After'],
    )
    await device.session.close()
  })

  it('is asked of the phone when what the server has does not hold, without linking again', async () => {
    const device = await link('Dina')
    const phone = phoneOf(device)
    await phone.appState.editLabel('1', { name: 'Whole' })
    await device.host.untilItem('app_state', label('Whole'))
    // What the server keeps of the first patch is spoilt, and the second on its way: no snapshot can hold.
    const { patches } = phone.account.appState.get('regular')!
    patches[0] = patches[0]!.map((byte, place) => (place === 60 ? byte ^ 1 : byte))
    harness.sandbox.fault.next(device.jid, 'iq', { corrupt: true })
    await phone.appState.editLabel('2', { name: 'Also whole' })
    const recovered = await device.host.untilItem('app_state', ({ full }) => full?.recovered === true)
    assert.ok(recovered.mutations.some(({ change }) => change.type === 'label' && change.name === 'Also whole'))
    await device.session.use('labels').save('3', { name: 'Goes on', color: 0 })
    assert.equal(phone.appState.labels().length, 3)
    assert.deepEqual(phone.violations, [])
    await device.session.close()
  })

  it('waits for keys that are missing, asks the phone for them, and goes on', async () => {
    const device = await link('Ella')
    const phone = phoneOf(device)
    await device.session.close()
    const { credentials } = device.host
    const keys = [...(await credentials.loadAll('app-state-sync-key')).keys()]
    await credentials.save(keys.map((key) => ({ kind: 'app-state-sync-key', key, value: undefined })))
    await phone.appState.editLabel('1', { name: 'Sealed with a key that is gone' })
    const again = await reopen(harness, device.host)
    await device.host.untilItem('app_state', label('Sealed with a key that is gone'))
    await again.use('labels').save('2', { name: 'With the key', color: 0 })
    assert.equal(phone.appState.labels().length, 2)
    await again.close()
  })

  it('loses and doubles nothing when what came could not be stored', async () => {
    const device = await link('Fay')
    const phone = phoneOf(device)
    let refusals = 0
    device.host.refuse = (item) => item.kind === 'app_state' && refusals++ === 0
    await phone.appState.editLabel('1', { name: 'Refused once' })
    const closed = await device.host.untilState('closed', device.host.states.length - 1)
    assert.equal(closed.reason, 'connection_lost')
    const again = await reopen(harness, device.host)
    await device.host.untilItem('app_state', label('Refused once'))
    await again.use('labels').save('2', { name: 'On top of it', color: 0 })
    const told = changesIn(device.host.items).filter((change) => change.type === 'label' && change.id === '1')
    assert.equal(told.length, 1)
    assert.equal(phone.appState.labels().length, 2)
    await again.close()
  })

  it('is told when the connection breaks between the change and the answer', async () => {
    const device = await link('Gwen')
    const phone = phoneOf(device)
    const labels = device.session.use('labels')
    harness.sandbox.fault.next(device.jid, 'iq', { drop: true })
    const cut = labels.save('1', { name: 'Nobody knows', color: 0 })
    cut.catch(() => {})
    await phone.until.event('phone.app_state', ({ index }) => (index as string[])[0] === 'label_edit')
    harness.disconnect(device.jid, 0)
    await assert.rejects(cut)
    await device.host.untilState('closed', device.host.states.length - 1)
    const again = await reopen(harness, device.host)
    await again.use('labels').save('2', { name: 'After it', color: 0 })
    await device.host.untilItem('app_state', label('Nobody knows'))
    assert.equal(phone.appState.labels().length, 2)
    await stockAccepts(device)
    await again.close()
  })

  it('reads many pages and large snapshots', async () => {
    const device = await link('Hana')
    const phone = phoneOf(device)
    await device.session.close()
    for (let id = 1; id <= 120; id++) await phone.appState.editLabel(String(id), { name: `L${id}` })
    const again = await reopen(harness, device.host)
    await device.host.untilItem('app_state', label('L120'))
    assert.equal(labelsOf(device.host).size, 120)
    const host = newHost()
    await open(harness, host)
    await device.phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const late = await reopen(harness, host)
    await host.untilItem('app_state', isFull('regular'))
    assert.equal(labelsOf(host).size, 120)
    await late.use('labels').save('121', { name: 'L121', color: 0 })
    assert.equal(phone.appState.labels().length, 121)
    assert.deepEqual(phone.violations, [])
    await late.close()
    await again.close()
  })

  it('passes on what it has no name for, the newest indexes and those of tomorrow', async () => {
    const device = await link('Ivy')
    const { appState } = phoneOf(device)
    const known =
      'device_capabilities_v2 lock_message contact_manager_metadata business_folder_activation coexV2Version label_sublist ctwa_message_received subscriptions_sync_v2 biz_ai_settings_nudge shared_device_allowlist wasa_root_secret'
    const names = [...known.split(' '), 'index_of_tomorrow']
    const value = { timestamp: Date.now(), timeFormatAction: { isTwentyFourHourFormatEnabled: true } }
    for (const name of names)
      await appState.publish({ collection: 'regular_low', index: [name, '1'], version: 1, value })
    const told = () =>
      device.host.items
        .flatMap((item) => (item.kind === 'app_state' ? item.mutations : []))
        .flatMap(({ index, change }) =>
          change.type === 'other' && names.includes(index[0]!) ? [[index[0], change.known] as const] : [],
        )
    await device.host.until(() => told().length === names.length || undefined, 'all of them')
    assert.deepEqual(
      told(),
      names.map((name) => [name, name !== 'index_of_tomorrow']),
    )
    assert.ok(device.host.items.every(({ kind }) => kind !== 'app_state_failure'))
    await device.session.close()
  })

  it('reads what clients wrote to other collections and in other forms', async () => {
    const device = await link('Ina')
    const bob = await harness.phone('Bob')
    const { appState } = phoneOf(device)
    const timestamp = Date.now()
    const range = { messageRange: { lastMessageTimestamp: 1_790_000_000 } }
    const chats: AppStateChange[] = []
    for (const [collection, index] of [
      ['regular', ['deleteChat', bob.lid]],
      ['regular_high', ['deleteChat', bob.jid, '1']],
    ] as const) {
      await appState.publish({ collection, index, version: 6, value: { timestamp, deleteChatAction: range } })
      const item = await device.host.untilItem(
        'app_state',
        (each) => each.collection === collection && tells(({ type }) => type === 'delete_chat')(each),
      )
      chats.push(...item.mutations.map(({ change }) => change))
    }
    const upTo = 1_790_000_000_999
    // Nothing was said in this chat: nobody knows that both are one person.
    assert.deepEqual(chats, [
      { type: 'delete_chat', chat: { jid: bob.lid, lid: bob.lid }, upTo, deleteMedia: false },
      { type: 'delete_chat', chat: { jid: bob.jid }, upTo, deleteMedia: true },
    ])
    await device.session.close()
  })
})
