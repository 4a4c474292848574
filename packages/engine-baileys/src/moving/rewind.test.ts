import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  createSenderKey,
  deserializeSession,
  generateKeyPair,
  restoreSession,
  serializeSenderKey,
} from '@switchboard/signal'
import { credsWrite } from '../credentials/creds-codec.ts'
import { newCreds } from '../credentials/device-creds.ts'
import { fromStoredJson } from '../credentials/stored-json.ts'
import { createRewind } from './rewind.ts'

describe('createRewind', () => {
  const creds = {
    ...newCreds(),
    me: { id: '49170:7@s.whatsapp.net', lid: '100@lid' },
    account: { details: new Uint8Array([1]) },
    nextPreKeyId: 900,
  }
  const begin = () => {
    const rewind = createRewind()
    const { kind, key, value } = credsWrite(creds)
    return { rewind, creds: rewind({ kind, key, value: value! })! }
  }

  it('gives out no number of a prekey again', () => {
    const kept = fromStoredJson(begin().creds) as Record<string, unknown>
    assert.deepEqual([kept['nextPreKeyId'], kept['firstUnuploadedPreKeyId']], [100_900, 100_900])
    const [before, after] = [fromStoredJson(credsWrite(creds).value!), kept].map(
      (each) => (each as typeof creds).noiseKey,
    )
    assert.deepEqual(after, before)
  })

  it('closes sessions, and keeps them for what still comes', () => {
    const state = {
      ...{ remoteIdentity: new Uint8Array(32), remoteRegistrationId: 1, baseKey: new Uint8Array(32) },
      ...{ rootKey: new Uint8Array(32), ratchet: generateKeyPair(), previousCounter: 0, receiving: [] },
      sending: { key: new Uint8Array(32), counter: 3 },
    }
    const value = restoreSession(state, []).serialize()
    const kept = deserializeSession(begin().rewind({ kind: 'session', key: '200:0@lid', value })!)
    assert.deepEqual([kept.current, kept.archived.length], [undefined, 1])
  })

  it('drops own keys of groups and who holds them, and keeps those of others', () => {
    const { rewind } = begin()
    const value = serializeSenderKey(createSenderKey())
    const kept = (key: string) => rewind({ kind: 'sender-key', key, value }) !== undefined
    assert.deepEqual(
      ['1@g.us|49170:7@s.whatsapp.net', '1@g.us|100:7@lid', '1@g.us|100:0@lid', '1@g.us|200:0@lid'].map(kept),
      [false, false, true, true],
    )
    assert.equal(rewind({ kind: 'sender-key-holders', key: '1@g.us', value: new Uint8Array() }), undefined)
    assert.equal(rewind({ kind: 'pre-key', key: '1', value }), value)
  })
})
