import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createSenderKey,
  deserializeSenderKey,
  deserializeSession,
  generateKeyPair,
  NOTHING_SKIPPED,
  type SessionState,
} from '@switchboard/signal'
import { newCreds } from '../credentials/device-creds.ts'
import { fromStoredJson } from '../credentials/stored-json.ts'
import type { ForeignLink } from './foreign-link.ts'
import { movedDevice } from './moved-device.ts'

const session = (baseKey: number): SessionState => ({
  remoteIdentity: new Uint8Array(32).fill(1),
  remoteRegistrationId: 9,
  baseKey: new Uint8Array(32).fill(baseKey),
  rootKey: new Uint8Array(32).fill(2),
  ratchet: generateKeyPair(),
  sending: { key: new Uint8Array(32).fill(3), counter: 4 },
  previousCounter: 0,
  receiving: [],
})

const link = (more: Partial<ForeignLink>): ForeignLink => ({
  creds: {
    ...newCreds(),
    me: { id: '491700000001:7@s.whatsapp.net', lid: '100:7@lid', name: 'Ana' },
    account: { accountSignatureKey: new Uint8Array(32).fill(5) },
  },
  preKeys: [],
  pairs: [{ phone: '491700000002', lid: '200' }],
  sessions: [],
  senderKeys: [],
  appStateKeys: [],
  tokens: [],
  unreadable: {},
  ...more,
})

const stored = (moved: ReturnType<typeof movedDevice>, kind: string) =>
  new Map(moved.secrets.filter((write) => write.kind === kind).map(({ key, value }) => [key, value!]))

describe('movedDevice', () => {
  it('keeps of two sessions with a device the one that was used last, and the other for late messages', () => {
    const [byPhone, byLid] = [session(11), session(12)]
    const of = (usedAt: { phone: number; lid: number }) => {
      const sessions = [
        { address: '491700000002:3@s.whatsapp.net', current: byPhone, archived: [], usedAt: usedAt.phone },
        { address: '200:3@lid', current: byLid, archived: [], usedAt: usedAt.lid },
      ]
      const kept = stored(movedDevice(link({ sessions })), 'session')
      assert.deepEqual([...kept.keys()], ['200:3@lid'])
      const record = deserializeSession(kept.get('200:3@lid')!)
      return [record.current!.baseKey[0], record.archived.length]
    }
    assert.deepEqual(of({ phone: 5, lid: 4 }), [11, 1])
    assert.deepEqual(of({ phone: 4, lid: 5 }), [12, 1])
    assert.deepEqual(of({ phone: 0, lid: 0 }), [12, 1], 'where no times are known, the LID counts')
  })

  it('keeps sessions under a number of which no LID is known', () => {
    const sessions = [{ address: '49170:0@s.whatsapp.net', current: session(1), archived: [], usedAt: 0 }]
    const moved = movedDevice(link({ sessions }))
    assert.deepEqual([...stored(moved, 'session').keys()], ['49170:0@s.whatsapp.net'])
    assert.deepEqual([moved.taken.sessions, moved.taken.sessionsByLid], [1, 0])
  })

  it('takes the sender keys of others, and none of the own device', () => {
    const states = () => createSenderKey().states.map((state) => ({ ...state, skipped: NOTHING_SKIPPED }))
    const senderKeys = [
      { group: '1@g.us', sender: '491700000002:0@s.whatsapp.net', states: states() },
      { group: '1@g.us', sender: '200:0@lid', states: states() },
      { group: '1@g.us', sender: '491700000001:7@s.whatsapp.net', states: states() },
      { group: '1@g.us', sender: '100:7@lid', states: states() },
    ]
    const kept = stored(movedDevice(link({ senderKeys })), 'sender-key')
    assert.deepEqual([...kept.keys()], ['1@g.us|200:0@lid'])
    assert.equal(deserializeSenderKey(kept.get('1@g.us|200:0@lid')!).states.length, 2)
  })

  it('keeps the newest token of a person, under the LID', () => {
    const token = (jid: string, timestamp: string) => ({ jid, entry: { token: new Uint8Array([1]), timestamp } })
    const tokens = [token('200@lid', '20'), token('491700000002@s.whatsapp.net', '30')]
    const kept = stored(movedDevice(link({ tokens })), 'tctoken')
    assert.deepEqual([...kept.keys()], ['200@lid'])
    assert.equal((fromStoredJson(kept.get('200@lid')!) as { timestamp: string }).timestamp, '30')
  })

  it('gives out no prekey number a second time, and writes with the newest key of the app state', () => {
    const preKeys = [{ id: 40, pair: generateKeyPair() }]
    const id = (epoch: number) => Buffer.from([0, 0, 0, 0, 0, epoch])
    const appStateKeys = [9, 12, 10].map((epoch) => ({ id: id(epoch), data: new Uint8Array(32).fill(epoch) }))
    const moved = movedDevice(link({ preKeys, appStateKeys }))
    const creds = fromStoredJson(stored(moved, 'creds').get('creds')!) as Record<string, unknown>
    assert.deepEqual(
      [creds['nextPreKeyId'], creds['firstUnuploadedPreKeyId'], creds['myAppStateKeyId']],
      [41, 41, id(12).toString('base64')],
    )
  })
})
