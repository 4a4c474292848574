import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { IntentStore } from '../storage/intent-store.ts'
import { MessageStore } from '../storage/message-store.ts'
import { sampleMessage, unlimited } from '../storage/testing/sample-rows.ts'
import { until } from '../testing/until.ts'
import { Core } from './testing/core.ts'

describe('a device that is linked again', () => {
  let core: Core
  before(async () => {
    core = await Core.start()
  })
  after(async () => {
    await core.close()
  })

  const link = async (deviceId: string, name: string) => {
    const phone = await core.sandbox.phone({ name })
    const seq = (await core.events(deviceId)).at(-1)?.seq ?? 0
    const login = await core.sessions.login(deviceId)
    assert.equal(login.kind, 'qr')
    if (login.kind === 'qr') await phone.scan(login.qr.text)
    await core.event(deviceId, 'connection.connected', { after: seq })
    return phone
  }

  const credentials = async (deviceId: string, kind: string) => {
    const { query } = core.parts.database
    const of = query.selectFrom('credential').select('key').where('device_id', '=', deviceId)
    return (await of.where('kind', '=', kind).execute()).map(({ key }) => key)
  }

  const send = (deviceId: string, chat: string, text: string) =>
    core.messages.send({ deviceId, chat, content: { type: 'text', text }, waitMs: 5_000 })

  it('to another account has none of the former ratchets, and talks', async () => {
    const deviceId = await core.device()
    const [ana, bob] = [await link(deviceId, 'Ana'), await core.sandbox.phone({ name: 'Bob' })]
    await send(deviceId, bob.jid, 'from Ana')
    await bob.until.message(({ text }) => text === 'from Ana')
    const former = await credentials(deviceId, 'session')
    assert.ok(former.length > 0)
    ana.unlink(Number(core.jid(deviceId).match(/:(\d+)@/)?.[1]))
    await until('it is logged out', () => core.sessions.status(deviceId).state.name === 'logged_out')
    assert.deepEqual(await credentials(deviceId, 'session'), [])
    const cara = await link(deviceId, 'Cara')
    await send(deviceId, bob.jid, 'from Cara')
    const shown = await bob.until.message(({ text }) => text === 'from Cara')
    assert.equal(shown.fromMe, false)
    await bob.send(cara.jid, { text: 'hello Cara' })
    await core.event(deviceId, 'message.received', { where: ({ text }) => text === 'hello Cara' })
  })

  /** A device whose link is gone, and a send that is left as a crash would leave it between the end of the link and the end of its sends. */
  const unlinkedWithSend = async () => {
    const deviceId = await core.device()
    const [ana, bob] = [await link(deviceId, 'Ana'), await core.sandbox.phone({ name: 'Bob' })]
    ana.unlink(Number(core.jid(deviceId).match(/:(\d+)@/)?.[1]))
    await until('it is logged out', () => core.sessions.status(deviceId).state.name === 'logged_out')
    const now = Date.now()
    const left = { device_id: deviceId, message_id: '3EB0LEFT', chat: bob.jid, options: '{}', not_before: now }
    const body = core.parts.engine.compose({ type: 'text', text: 'meant to come from Ana' }, { chat: bob.jid, now })
    const intent = {
      ...left,
      ...unlimited,
      body,
      state: 'queued',
      created_at: now,
      prepared_at: null,
      media_id: null,
    } as const
    const sent = { from_me: 1, state: 'queued', source: 'sent', sent_at: now } as const
    const row = sampleMessage(deviceId, { id: intent.message_id, chat: bob.jid, sender: ana.jid, body, ...sent })
    const { database } = core.parts
    const exists = () => new Error('exists')
    await database.commit([
      new MessageStore(database).insert(row, now, exists),
      new IntentStore(database).insert(intent),
    ])
    return { deviceId, bob }
  }

  it('is told at the next start of what a crash left of its former link', async () => {
    const { deviceId } = await unlinkedWithSend()
    await core.shutDown()
    await core.boot()
    const { payload } = await core.event(deviceId, 'message.failed', {
      where: ({ message_id: id }) => id === '3EB0LEFT',
    })
    assert.equal(payload['reason'], 'logged_out')
    assert.deepEqual(await new IntentStore(core.parts.database).ofDevice(deviceId), [])
  })

  it('sends nothing that was queued under the former link', async () => {
    const { deviceId, bob } = await unlinkedWithSend()
    await link(deviceId, 'Cara')
    await core.event(deviceId, 'message.failed', { where: ({ message_id: id }) => id === '3EB0LEFT' })
    await send(deviceId, bob.jid, 'from Cara')
    await bob.until.message(({ text }) => text === 'from Cara')
    assert.deepEqual(
      bob.messages().map(({ text }) => text),
      ['from Cara'],
    )
  })
})
