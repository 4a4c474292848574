import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AccountEvidence, LoggedEvent } from './evidence.ts'
import { judge } from './judge.ts'

const received = (seq: number, text: string): LoggedEvent => ({
  ...{ id: `evt_${seq}`, seq, type: 'message.received' },
  data: { is_from_me: false, type: 'text', text },
})
const sent = (seq: number, id: string): LoggedEvent => ({
  ...{ id: `evt_${seq}`, seq, type: 'message.sent' },
  data: { message_id: id },
})

/** Two authors said two texts each, and the device sent one. */
const honest: AccountEvidence = {
  name: 'ana',
  said: ['a1', 'a2', 'b1', 'b2'].map((text) => ({ text, author: text[0]! })),
  accepted: [{ text: 'x', author: 'ana', messageId: 'M1' }],
  log: [received(1, 'b1'), received(2, 'a1'), received(3, 'a2'), sent(4, 'M1'), received(5, 'b2')],
  shown: ['a1', 'b1', 'b2', 'a2'],
  violations: [],
  told: [1, 2, 1, 3, 4, 5, 4].map((seq) => ({ id: `evt_${seq}`, seq })),
  untold: ['connection.qr'],
}

const faultsOf = (change: Partial<AccountEvidence>) =>
  judge({ accounts: [honest, { ...honest, ...change }] }).map(({ crime, what }) => `${crime}: ${what}`)

const without = (seq: number) =>
  honest.log.filter((event) => event.seq !== seq).map((event, n) => ({ ...event, seq: n + 1 }))
const toldOf = (log: readonly LoggedEvent[]) => log.map(({ id, seq }) => ({ id, seq }))

describe('the judge of a run', () => {
  it('finds nothing wrong with what is right, and lets webhooks come twice', () => {
    assert.deepEqual(faultsOf({}), [])
  })

  it('notices what was lost', () => {
    const log = without(2)
    assert.deepEqual(faultsOf({ log, told: toldOf(log) }), ['lost: "a1" is not in the log'])
    assert.deepEqual(faultsOf({ shown: ['a1', 'b1', 'b2'] }), ['lost: "a2" is not in the phone'])
    const unsent = without(4)
    assert.deepEqual(faultsOf({ log: unsent, told: toldOf(unsent) }), [
      'lost: "x" was accepted, and is not told as sent',
    ])
    assert.deepEqual(faultsOf({ told: honest.told.filter(({ seq }) => seq !== 3) }), [
      'lost: the webhook did not get seq 3, message.received',
    ])
    const gap = honest.log.map((event) => (event.seq === 5 ? { ...event, seq: 6 } : event))
    assert.deepEqual(faultsOf({ log: gap }), ['lost: the log has seq 6 where 5 belongs'])
    const pairing = { id: 'evt_6', seq: 6, type: 'connection.qr', data: {} }
    assert.deepEqual(faultsOf({ log: [...honest.log, pairing] }), [], 'of which nobody is told')
  })

  it('notices what was doubled', () => {
    const log = [...honest.log, received(6, 'a1')]
    assert.deepEqual(faultsOf({ log, told: toldOf(log) }), ['doubled: "a1" is in the log twice'])
    assert.deepEqual(faultsOf({ shown: [...honest.shown, 'b2'] }), ['doubled: "b2" is in the phone twice'])
    const again = [...honest.log, sent(6, 'M1')]
    assert.deepEqual(faultsOf({ log: again, told: toldOf(again) }), ['doubled: message M1 is told as sent twice'])
    const both = [...honest.accepted, { text: 'y', author: 'ana', messageId: 'M1' }]
    assert.deepEqual(faultsOf({ accepted: both }), ['doubled: two sends were answered with message M1'])
    assert.deepEqual(faultsOf({ log: [honest.log[0]!, ...honest.log] }).slice(0, 2), [
      'doubled: the log has seq 1 where 2 belongs',
      'doubled: event evt_1 is in the log twice',
    ])
  })

  it('notices a wrong order, of texts and of webhooks', () => {
    assert.deepEqual(faultsOf({ shown: ['a2', 'b1', 'b2', 'a1'] }), [
      'order: "a2" of a is before what was said earlier, in the phone',
    ])
    const texts = ['b1', 'a2', 'a1']
    const log = honest.log.map((event, n) => (n < 3 ? received(n + 1, texts[n]!) : event))
    assert.deepEqual(faultsOf({ log }), ['order: "a2" of a is before what was said earlier, in the log'])
    const told = [1, 3, 2, 4, 5].map((seq) => ({ id: `evt_${seq}`, seq }))
    assert.deepEqual(faultsOf({ told }), ['order: the webhook got seq 2 after 3'])
  })

  it('notices what could not be read, and what nobody said', () => {
    const log = [...honest.log, { id: 'evt_6', seq: 6, type: 'message.undecryptable', data: {} }]
    assert.deepEqual(faultsOf({ log, told: toldOf(log) }), ['undecryptable: seq 6: {}'])
    assert.deepEqual(faultsOf({ violations: ['bad mac'] }), ['undecryptable: the phone saw "bad mac"'])
    assert.deepEqual(faultsOf({ shown: [...honest.shown, 'z'] }), ['invented: nobody said "z", which is in the phone'])
    assert.deepEqual(faultsOf({ told: [...honest.told, { id: 'evt_9', seq: 9 }] }), [
      'invented: the webhook got evt_9, which is not in the log',
    ])
  })
})
