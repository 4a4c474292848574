import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { BaileysEventMap } from 'baileys-stock'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

type Label = BaileysEventMap['labels.edit']

describe('app state that is spoilt', () => {
  const stage = conformanceWorld(36)
  let ana: Linked

  before(async () => {
    ana = await stage.linked('Ana')
    await ana.client.until('creds.update', ({ myAppStateKeyId }) => myAppStateKeyId !== undefined)
  })
  after(() => stage.end())

  it('on its way is not taken by a client, which skips what does not hold and continues', async () => {
    const { client, jid, phone } = ana
    const { world, fault } = await stage.sandbox()
    fault.next(jid, 'iq', { corrupt: true })
    await phone.appState.editLabel('1', { name: 'Spoilt on the way' })
    await world.log.until(({ type, data }) => type === 'fault' && data['tag'] === 'iq')
    await phone.appState.editLabel('2', { name: 'Whole' })
    await client.until('labels.edit', ({ id }) => id === '2')
    assert.ok(!client.events.some(({ name, payload }) => name === 'labels.edit' && (payload as Label).id === '1'))
  })

  it('by a client is a violation, and is not taken by the phone', async () => {
    const { client, jid, phone } = ana
    const friend = await stage.phone('Ben')
    const { world, fault } = await stage.sandbox()
    await fault.apply({ device: jid, direction: 'in', tag: 'iq', action: { kind: 'corrupt' } })
    await client.socket.chatModify({ pin: true }, friend.lid)
    await world.log.until(({ type }) => type === 'phone.violation')
    assert.deepEqual(
      phone.violations.map(({ rule, detail }) => [rule, detail]),
      [['app_state', 'Error: value MAC of a mutation does not match']],
    )
    assert.equal(phone.appState.chat(friend.jid).pinned, false)
  })
})
