import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { InboundMessage } from '@switchboard/engine'
import { events } from '../generated/events.ts'
import { contractNames } from './contract-names.ts'
import { knownEventNames } from './event-names.ts'
import type { EventSource } from './event-source.ts'
import { planEvents } from './plan-events.ts'

const device = { account: { jid: '4917012345678:5@s.whatsapp.net', lid: '99:5@lid', pushName: 'Shop' } }
const ada = { jid: '4917087654321@s.whatsapp.net', lid: '77@lid' }
const at = 1767225600999

const message = (change: Partial<InboundMessage>): InboundMessage => ({
  kind: 'message',
  id: 'M1',
  at,
  offline: false,
  chat: ada,
  sender: ada,
  fromMe: false,
  message: new Uint8Array(),
  view: { type: 'text', text: 'Hello', quoted: { id: 'Q1' } },
  ...change,
})

const names = (source: EventSource) => planEvents(device, source).map(({ type }) => type)

const advanced = (state: 'delivered' | 'read' | 'played'): EventSource => ({
  kind: 'message_advanced',
  messageId: 'A',
  chat: ada,
  sender: ada,
  own: false,
  state,
  at,
  offline: false,
})

describe('planEvents', () => {
  it('tells what a message says, in the names of the contract', () => {
    const [event] = planEvents(device, message({ pushName: 'Ada', offline: true }))
    assert.equal(event?.type, 'message.received')
    assert.equal(event?.backfill, true)
    assert.deepEqual(JSON.parse(JSON.stringify(event?.payload)), {
      message_id: 'M1',
      from: ada.jid,
      chat: ada.jid,
      timestamp: 1767225600,
      is_from_me: false,
      type: 'text',
      text: 'Hello',
      push_name: 'Ada',
      from_lid: '77@lid',
      chat_lid: '77@lid',
      is_group: false,
      quoted_message_id: 'Q1',
    })
  })

  it('tells who had sent a deleted message, and who deleted it', () => {
    const eve = { jid: '4917099999999@s.whatsapp.net', lid: '88@lid' }
    const about = { messageId: 'M0', chat: ada, sender: ada, fromMe: false, at, offline: false }
    const [event, ...others] = planEvents(device, { ...about, kind: 'message_deleted', from: eve })
    assert.deepEqual(others, [])
    assert.deepEqual(JSON.parse(JSON.stringify(event)), {
      type: 'message.deleted',
      backfill: false,
      payload: {
        ...{ message_id: 'M0', from: eve.jid, from_lid: eve.lid, chat: ada.jid, chat_lid: ada.lid },
        ...{ timestamp: 1767225600, deleted_by: ada.jid, deleted_by_lid: ada.lid, is_from_me: false },
      },
    })
  })

  it('raises an event of its own for each state that a message comes to', () => {
    assert.deepEqual(names(advanced('delivered')), ['message.delivered'])
    assert.deepEqual(names(advanced('read')), ['message.read'])
    assert.deepEqual(names(advanced('played')), ['message.played'])
  })

  it('raises media.received right after message.received', () => {
    assert.deepEqual(names(message({ view: { type: 'image' } })), ['message.received', 'media.received'])
  })

  it('keeps restarts and closes of our own to itself, and tells of lost connections', () => {
    const closed = (reason: 'restart_required' | 'local' | 'connection_lost') =>
      names({ kind: 'state_changed', state: { name: 'closed', reason }, wasOpen: true })
    assert.deepEqual(closed('restart_required'), [])
    assert.deepEqual(closed('local'), [])
    assert.deepEqual(closed('connection_lost'), ['connection.disconnected'])
  })

  it('tells a refused connection twice, as the contract does', () => {
    const planned = planEvents(device, {
      kind: 'state_changed',
      state: { name: 'blocked', code: 411, detail: 'bad user agent' },
      wasOpen: false,
    })
    const told = planned.map(({ type, payload }) => [type, payload['reason']])
    assert.deepEqual(told, [
      ['connection.disconnected', 'connect_failure: 411: bad user agent'],
      ['connection.connect_failure', '411: bad user agent'],
    ])
  })

  it('says that history is complete after its last chunk, not before', () => {
    const base = {
      kind: 'history',
      at,
      offline: false,
      syncType: 'RECENT',
      conversations: [],
      pushNames: [],
      addresses: [],
    } as const
    const complete = { conversations: 1, messages: 2 }
    assert.deepEqual(names({ ...base, progress: 100, complete }), ['history.sync', 'history.sync_complete'])
    assert.deepEqual(names({ ...base, progress: 99, complete }), ['history.sync'])
    assert.deepEqual(names({ ...base, progress: 100 }), [], 'more parts of this chunk follow')
  })

  it('gives the end of a temporary ban as an instant', () => {
    const [event] = planEvents(device, {
      kind: 'state_changed',
      state: { name: 'banned', code: 402, expiresAt: 1767225600000 },
      wasOpen: false,
    })
    assert.equal(event?.payload['expires'], '2026-01-01T00:00:00.000Z')
  })

  it('tells the own number before and after linking', () => {
    const open: EventSource = { kind: 'state_changed', state: { name: 'open' }, wasOpen: false }
    assert.equal(planEvents(device, open)[0]?.payload['phone_number'], '4917012345678')
    assert.equal(planEvents({ account: undefined }, { kind: 'qr_shown', codes: ['2@x'] })[0]?.payload['jid'], '')
  })
})

describe('the registry of events', () => {
  it('holds only examples that their own schema accepts, and each name once', () => {
    for (const event of events) event.schema.strict().parse(event.example)
    assert.equal(new Set(events.map(({ name }) => name)).size, events.length)
  })

  it('knows every name of the contract and those that are ours', () => {
    assert.equal(contractNames.length, 87)
    assert.ok(contractNames.every((name) => knownEventNames.has(name)))
    assert.ok(knownEventNames.has('webhook.disabled'))
    assert.ok(!knownEventNames.has('message.unheard_of'))
  })

  it('lets no event follow one that is not there, or itself', () => {
    for (const event of events) {
      const after = 'after' in event ? event.after : undefined
      if (after !== undefined)
        assert.ok(
          events.some(({ name }) => name === after && name !== event.name),
          event.name,
        )
    }
  })

  it('plans payloads that match their schema', () => {
    const sources: EventSource[] = [message({}), advanced('read'), { kind: 'paired', account: device.account }]
    for (const source of sources) {
      for (const { type, payload } of planEvents(device, source)) {
        events
          .find(({ name }) => name === type)
          ?.schema.strict()
          .parse(payload)
      }
    }
  })
})
