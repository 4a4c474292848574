import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { type InboundItem, SendError, systemClock } from '@switchboard/engine'
import { type ContractDevice, linked, newHost, open, reopen, sendText } from '@switchboard/engine/contract'
import type { Phone } from '@switchboard/sandbox'
import { fromStoredJson } from '../credentials/stored-json.ts'
import type { PrivacyToken } from '../shared/shared-caches.ts'
import { type SandboxHarness, sandboxHarness, storyEngine } from '../testing/sandbox-harness.ts'

const weekMs = 7 * 24 * 60 * 60_000

describe('tokens of privacy', () => {
  let harness: SandboxHarness
  let aheadMs = 0
  before(async () => {
    const clock = { ...systemClock, now: () => Date.now() + aheadMs }
    harness = await sandboxHarness(storyEngine({ clock }))
  })
  after(async () => {
    assert.deepEqual(harness.violations(), [])
    await harness.engine.close()
    await harness.close()
  })

  const phoneOf = (device: ContractDevice): Phone => harness.sandbox.findPhone(device.phone.number)!
  const log = () => harness.sandbox.world.log
  const happened = (type: string, fits: (data: Readonly<Record<string, unknown>>) => boolean) =>
    log().until((event) => event.type === type && fits(event.data))
  const shownAt = (by: string) =>
    log()
      .since()
      .filter(({ type, data }) => type === 'token.shown' && data['by'] === by && data['valid'] === true)
      .map(({ data }) => data['place'])
  const send = async (device: ContractDevice, to: string, text: string) =>
    (await sendText(harness, device, to, text)).ack
  const lock = (device: ContractDevice, kind: 'strict-tokens' | 'reach-out-timelock') => {
    const devices = [harness.sandbox.device(device.jid)]
    const { faults } = harness.sandbox.world
    return faults.impose(devices, kind === 'strict-tokens' ? { kind } : { kind, seconds: 600 })
  }
  const until = async (holds: () => Promise<boolean | undefined>) => {
    while (!(await holds())) await setTimeout(10)
  }
  const isRefused = (error: unknown) => error instanceof SendError && error.code === 463
  /** A token from somebody is there when the notification was taken. */
  const given = async (from: Phone, to: ContractDevice) => {
    await from.settings.giveToken(to.phone.jid)
    await harness.nothingWaits(to.jid)
  }

  it('are shown in messages, and where people are looked at, watched and added to groups', async () => {
    const ida = await linked(harness, 'Ida')
    const bob = await harness.sandbox.phone({ name: 'Bob' })
    await given(bob, ida)
    lock(ida, 'reach-out-timelock')
    await send(ida, bob.jid, 'with your token')
    await bob.until.message(({ text }) => text === 'with your token')
    await happened('message.routed', ({ to, number }) => to === bob.lid && number === bob.account.phone)
    const { session } = ida
    await session.use('presence').subscribe(bob.jid)
    await session.use('people').picture(bob.jid, { preview: false })
    await session.use('people').info([bob.jid])
    const who = { jid: bob.jid, lid: bob.lid }
    const groups = session.use('groups')
    const { group } = await groups.create({ name: 'Two', members: [who] })
    await groups.change(group.jid, 'remove', [who])
    await groups.change(group.jid, 'add', [who])
    const { phone } = phoneOf(ida).account
    assert.deepEqual(shownAt(phone), ['message', 'presence', 'picture', 'about', 'group', 'group'])
    await session.close()
  })

  it('end after four weeks', async () => {
    const ida = await linked(harness, 'Iris')
    const bob = await harness.sandbox.phone({ name: 'Ben' })
    await given(bob, ida)
    lock(ida, 'reach-out-timelock')
    aheadMs = 4 * weekMs
    await assert.rejects(send(ida, bob.jid, 'too late'), isRefused)
    aheadMs = 2 * weekMs
    await send(ida, bob.jid, 'in time')
    aheadMs = 0
    await ida.session.close()
  })

  it('are removed when they have ended, theirs and ours each by its own time', async () => {
    const ida = await linked(harness, 'Ines')
    const [old, young, next] = (await Promise.all(
      ['Otto', 'Yan', 'Nora'].map((name) => harness.sandbox.phone({ name })),
    )) as [Phone, Phone, Phone]
    const kept = async (of: Phone) => (await ida.host.credentials.load('tctoken', [of.lid])).get(of.lid)
    const writes = async (to: Phone) => {
      await send(ida, to.jid, 'hello')
      await until(async () => Buffer.from((await kept(to)) ?? []).includes('senderTimestamp'))
    }
    await given(old, ida)
    await writes(old)
    await given(young, ida)
    aheadMs = 2 * weekMs
    await writes(young)
    aheadMs = 4 * weekMs
    await writes(next)
    await until(async () => !(await kept(old)))
    const left = fromStoredJson((await kept(young))!) as PrivacyToken
    assert.deepEqual([left.token.length, left.timestamp, typeof left.senderTimestamp], [0, undefined, 'number'])
    aheadMs = 0
    await ida.session.close()
  })

  it('come with the history of the phone, the salt for strangers too', async () => {
    const phone = await harness.phone('Olga')
    const [owner, bob] = [harness.sandbox.findPhone(phone.number)!, await harness.sandbox.phone({ name: 'Bert' })]
    await bob.settings.giveToken(owner.jid)
    await bob.send(owner.jid, { text: 'before' })
    await owner.until.message(({ text }) => text === 'before')
    delete owner.account.person.wroteTo[bob.account.lid]
    await owner.appState.renewContactSalt()
    const host = newHost()
    await open(harness, host)
    await phone.scan((await host.until(({ qrs }) => qrs[0], 'QR code')).text)
    await host.untilState('closed')
    const session = await reopen(harness, host)
    const device = { host, session, jid: session.account!.jid, phone }
    const isPast = (item: InboundItem) => item.kind === 'history' && item.conversations.length > 0
    await host.until(({ items }) => items.find(isPast), 'history')
    delete bob.account.person.wroteTo[owner.account.lid]
    lock(device, 'reach-out-timelock')
    await send(device, bob.jid, 'you know me')
    await bob.until.message(({ text }) => text === 'you know me')
    assert.deepEqual(shownAt(owner.account.phone), ['message'])
    await session.close()
  })

  it('are derived from the salt of the account for people who gave none', async () => {
    const ida = await linked(harness, 'Inga')
    const strangers = await Promise.all(['Tom', 'Tim', 'Tea'].map((name) => harness.sandbox.phone({ name })))
    const [tom, tim, tea] = strangers as [Phone, Phone, Phone]
    lock(ida, 'strict-tokens')
    const { appState, account } = phoneOf(ida)
    const told = (count: number) =>
      ida.host.until(({ items }) => {
        const records = items.flatMap((item) => (item.kind === 'app_state' ? item.mutations : []))
        return records.filter(({ index }) => index[0] === 'nct_salt_sync').length >= count || undefined
      }, 'the salt')
    await assert.rejects(send(ida, tom.jid, 'without a salt'), isRefused)
    await appState.renewContactSalt()
    await told(1)
    await send(ida, tom.jid, 'with a salt')
    await tom.until.message(({ text }) => text === 'with a salt')
    await happened('token.derived', (data) => data['by'] === account.phone && data['valid'] === true)
    await appState.renewContactSalt()
    await told(2)
    await send(ida, tim.jid, 'with the new salt')
    await appState.renewContactSalt(false)
    await told(3)
    await assert.rejects(send(ida, tea.jid, 'without a salt again'), isRefused)
    await ida.session.close()
  })

  it('are given to whom we write, and again when they have a new phone', async () => {
    const ida = await linked(harness, 'Ilse')
    const bob = await harness.sandbox.phone({ name: 'Bill' })
    await send(ida, bob.jid, 'hello')
    const isOurs = (data: Readonly<Record<string, unknown>>) =>
      data['from'] === phoneOf(ida).account.phone && data['to'] === bob.account.phone
    const first = await happened('token.given', isOurs)
    const { lid } = bob
    const heir = await harness.sandbox.reinstall(bob)
    const again = await log().until(({ type, data }) => type === 'token.given' && isOurs(data), undefined, first.cursor)
    assert.equal(again.data['t'], first.data['t'])
    assert.equal(heir.lid, lid)
    await ida.session.close()
  })
})
