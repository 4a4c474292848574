import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { NotMovable } from '@switchboard/engine'
import { deserializeSenderKey, deserializeSession, generateKeyPair, type KeyPair } from '@switchboard/signal'
import { readBaileys } from './read-baileys.ts'

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')
const buffer = (bytes: Uint8Array) => ({ type: 'Buffer', data: base64(bytes) })
const stored = ({ publicKey, privateKey }: KeyPair) => ({ public: buffer(publicKey), private: buffer(privateKey) })
const filled = (value: number, length = 32) => new Uint8Array(length).fill(value)

const creds = {
  noiseKey: stored(generateKeyPair()),
  signedIdentityKey: stored(generateKeyPair()),
  signedPreKey: { keyPair: stored(generateKeyPair()), signature: buffer(filled(1, 64)), keyId: 1 },
  registrationId: 77,
  advSecretKey: base64(filled(2)),
  me: { id: '491700000001:7@s.whatsapp.net', lid: '100:7@lid', name: 'Ana' },
  account: {
    details: base64(filled(3, 20)),
    accountSignatureKey: base64(filled(4)),
    accountSignature: buffer(filled(5, 64)),
    deviceSignature: buffer(filled(6, 64)),
  },
  nextPreKeyId: 813,
  platform: 'android',
}

const public33 = (value: number): string => base64(Buffer.concat([Buffer.of(5), filled(value)]))
const ratchet = generateKeyPair()

/** A session in which one message was sent and the third of three was received. */
const session = (closed: number) => ({
  registrationId: 5,
  currentRatchet: {
    ephemeralKeyPair: { pubKey: public33(0), privKey: base64(ratchet.privateKey) },
    lastRemoteEphemeralKey: public33(8),
    previousCounter: -1,
    rootKey: base64(filled(9)),
  },
  indexInfo: {
    baseKey: public33(10),
    baseKeyType: 1,
    closed,
    used: 1000,
    created: 900,
    remoteIdentityKey: public33(11),
  },
  _chains: {
    [public33(8)]: {
      chainKey: { counter: 2, key: base64(filled(12)) },
      chainType: 2,
      messageKeys: { 1: base64(filled(14)), 0: base64(filled(13)) },
    },
    [public33(0)]: { chainKey: { counter: 0, key: base64(filled(15)) }, chainType: 1, messageKeys: {} },
  },
})

/** Text with its buffers as `JSON.stringify` makes them, as the library writes sender keys. */
const senderKey = (seed: unknown) => [
  {
    senderKeyId: 3,
    senderChainKey: { iteration: 4, seed },
    senderSigningKey: { public: Buffer.concat([Buffer.of(5), filled(16)]).toJSON(), private: Buffer.alloc(0).toJSON() },
    senderMessageKeys: [{ iteration: 2, seed: Buffer.from(filled(17)).toJSON() }],
  },
]

const read = (more: Record<string, unknown>) => readBaileys(new Map(Object.entries({ creds, ...more })))
const of = (moved: ReturnType<typeof read>, kind: string) =>
  new Map(moved.secrets.filter((write) => write.kind === kind).map(({ key, value }) => [key, value!]))

describe('readBaileys', () => {
  it('knows who the link belongs to', () => {
    const { account } = read({})
    assert.deepEqual(account, { jid: creds.me.id, lid: creds.me.lid, pushName: 'Ana', platform: 'android' })
  })

  it('counts chains from the next message on, and keeps what was skipped', () => {
    const record = { version: 'v1', _sessions: { a: session(-1), b: session(800) } }
    const kept = deserializeSession(of(read({ 'session-200_1.3': record }), 'session').get('200:3@lid')!)
    const { current, archived } = kept
    assert.equal(archived.length, 1)
    assert.deepEqual([current!.sending!.counter, current!.receiving[0]!.counter, current!.previousCounter], [1, 3, 0])
    const [gap] = current!.receiving[0]!.skipped.gaps
    assert.deepEqual(
      gap!.map(({ counter, secret }) => [counter, secret[0]]),
      [
        [0, 13],
        [1, 14],
      ],
    )
    assert.deepEqual(current!.ratchet.publicKey, ratchet.publicKey)
  })

  it('puts a key that nobody knows where a chain has lost its own', () => {
    const spent = session(-1)
    delete (spent._chains[public33(8)]!.chainKey as { key?: string }).key
    const keys = [1, 2].map(() => {
      const moved = read({ 'session-200_1.3': { _sessions: { a: spent } } })
      return base64(deserializeSession(of(moved, 'session').get('200:3@lid')!).current!.receiving[0]!.key)
    })
    assert.notEqual(keys[0], keys[1])
    assert.notEqual(keys[0], base64(filled(0)))
  })

  it('reads bytes in each form in which the library writes them', () => {
    const forms = [
      Buffer.from(filled(18)).toJSON(),
      buffer(filled(18)),
      Object.fromEntries(filled(18).entries()),
      base64(filled(18)),
    ]
    for (const form of forms) {
      const text = Buffer.from(JSON.stringify(senderKey(form)))
      for (const value of [buffer(text), text.toJSON()]) {
        const kept = of(read({ 'sender-key-1203-5@g.us--200_1--0': value }), 'sender-key').get('1203-5@g.us|200:0@lid')!
        const [state] = deserializeSenderKey(kept).states
        assert.deepEqual([state!.id, state!.counter, state!.key[0], state!.signingKey[0]], [3, 4, 18, 16])
      }
    }
  })

  it('counts what it cannot read, and takes the rest', () => {
    const moved = read({
      'session-200_1.3': { _sessions: { a: session(-1) } },
      'session-200_1.4': undefined,
      'session-200_1.5': { _sessions: { a: { ...session(-1), currentRatchet: 'x' } } },
      'session-pigeon': { _sessions: {} },
      'sender-key-1203@g.us--200_1--0': { type: 'Buffer', data: 'bm8gSlNPTg==' },
      'pre-key-9': { private: buffer(filled(1, 31)), public: buffer(filled(1)) },
      'lid-mapping-49170': '<script>',
      'lid-mapping-200_reverse': '49170',
      'app-state-sync-key-AAAA': {},
      'device-list-49170': ['0'],
      'sender-key-memory-1203@g.us': { 'a@s.whatsapp.net': true },
    })
    assert.equal(moved.taken.sessions, 1)
    assert.deepEqual([...moved.leftOut].sort(), [
      '1 LIDs could not be read.',
      '1 app-state keys could not be read.',
      '1 prekeys could not be read.',
      '1 sender keys could not be read.',
      '3 sessions could not be read.',
    ])
  })

  it('refuses what was never linked, without repeating what is in it', () => {
    const refuses = (changed: object) =>
      assert.throws(
        () => readBaileys(new Map([['creds', { ...creds, ...changed }]])),
        (error: Error) => error instanceof NotMovable && !error.message.includes(creds.advSecretKey),
      )
    refuses({ me: undefined })
    refuses({ account: null })
    refuses({ me: { id: '491700000001@s.whatsapp.net' } })
    refuses({ noiseKey: { private: buffer(filled(1, 31)) } })
    refuses({ signedPreKey: 'x' })
    refuses({ registrationId: -1 })
    assert.throws(() => readBaileys(new Map()), NotMovable)
    assert.throws(() => readBaileys(new Map([['creds', 'text']])), NotMovable)
  })
})
