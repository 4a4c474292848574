import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { CredentialStore, CredentialWrite } from '@switchboard/engine'
import { MemoryCredentials } from '@switchboard/engine/contract'
import {
  createSenderKey,
  encryptMessage,
  generateKeyPair,
  generateSignedPreKey,
  startSession,
} from '@switchboard/signal'
import { newCreds } from '../credentials/device-creds.ts'
import { DeviceStore } from '../credentials/device-store.ts'
import { createSharedCaches } from '../shared/shared-caches.ts'
import { DeviceRatchets } from './device-ratchets.ts'

const address = '55:0@lid'
const sender = `1203630@g.us|${address}`

describe('RatchetSteps', () => {
  it('keeps of a ratchet nothing but its own few hundred bytes, whatever buffers its keys came from', async () => {
    const store = new DeviceStore(new MemoryCredentials(), () => {})
    const caches = createSharedCaches(100)
    const signal = new DeviceRatchets(newCreds(), store, caches, '1')
    const identity = generateKeyPair()
    const { keyId, keyPair, signature } = generateSignedPreKey(identity, 7)
    const signedPreKey = { keyId, publicKey: keyPair.publicKey, signature }
    const record = startSession(signal.local, { registrationId: 7, identityKey: identity.publicKey, signedPreKey })
    await signal.locked([address, sender], async (steps) => {
      steps.setSession(address, record)
      steps.setSenderKey(sender, createSenderKey())
      await steps.commit((writes) => store.save(writes))
    })
    const kept = [caches.sessions.get(`1|${address}`)?.bytes, caches.senderKeys.get(`1|${sender}`)]
    for (const bytes of kept) {
      assert.ok(bytes && bytes.byteLength < 1024)
      assert.equal(bytes.buffer.byteLength, bytes.byteLength)
    }
    const again = await signal.locked([address], (steps) => steps.session(address))
    assert.deepEqual(again?.serialize(), record.serialize())
  })

  it('reads the ratchets of many devices at once, also those begun before the LID was known', async () => {
    const kept = new MemoryCredentials()
    const asked: (readonly string[])[] = []
    const credentials: CredentialStore = {
      loadAll: (kind) => kept.loadAll(kind),
      loadKinds: (kinds) => kept.loadKinds(kinds),
      save: (writes) => kept.save(writes),
      load(kind, keys) {
        if (kind === 'session') asked.push(keys)
        return kept.load(kind, keys)
      },
    }
    const store = new DeviceStore(credentials, () => {})
    const signal = new DeviceRatchets(newCreds(), store, createSharedCaches(100), '1')
    const identity = generateKeyPair()
    const { keyId, keyPair, signature } = generateSignedPreKey(identity, 7)
    const signedPreKey = { keyId, publicKey: keyPair.publicKey, signature }
    const record = startSession(signal.local, { registrationId: 7, identityKey: identity.publicKey, signedPreKey })
    const value = record.serialize()
    const [known, former, unknown] = ['1:0@lid', '2:3@lid', '3:0@lid']
    await kept.save([
      { kind: 'session', key: known, value },
      { kind: 'session', key: '49170:3@s.whatsapp.net', value },
      ...(await signal.book.learn('49170', '2')),
    ])
    await signal.locked([known, former, unknown], async (steps) => {
      await steps.readAhead([known, former, unknown])
      const before = asked.length
      const found = await Promise.all([known, former, unknown].map((each) => steps.session(each)))
      assert.deepEqual(
        found.map((each) => each && Buffer.from(each.serialize())),
        [Buffer.from(value), Buffer.from(value), undefined],
      )
      assert.equal(asked.length, before, 'nothing was asked for again')
      await steps.commit((writes) => store.save(writes))
    })
    assert.deepEqual([...(await kept.loadAll('session')).keys()].sort(), [known, former])
  })

  it('never takes a step twice, however late a look without the lock reads', async () => {
    const kept = new MemoryCredentials()
    const late = Promise.withResolvers<void>()
    let slow = false
    const credentials: CredentialStore = {
      loadAll: (kind) => kept.loadAll(kind),
      loadKinds: (kinds) => kept.loadKinds(kinds),
      save: (writes) => kept.save(writes),
      async load(kind, keys) {
        const waits = slow
        const found = await kept.load(kind, keys)
        if (waits) await late.promise
        return found
      },
    }
    const store = new DeviceStore(credentials, () => {})
    const signal = new DeviceRatchets(newCreds(), store, createSharedCaches(100), '1')
    const identity = generateKeyPair()
    const { keyId, keyPair, signature } = generateSignedPreKey(identity, 7)
    const signedPreKey = { keyId, publicKey: keyPair.publicKey, signature }
    const bundle = { registrationId: 7, identityKey: identity.publicKey, signedPreKey }
    const step = (other: DeviceRatchets) =>
      other.locked([address], async (steps) => {
        const record = (await steps.session(address)) ?? startSession(signal.local, bundle)
        const { record: next, ciphertext } = encryptMessage(record, signal.local, new Uint8Array([1]))
        steps.setSession(address, next)
        await steps.commit((writes) => store.save(writes))
        return Buffer.from(ciphertext).toString('hex')
      })
    await step(signal)
    const fresh = new DeviceRatchets(newCreds(), store, createSharedCaches(100), '2')
    slow = true
    const look = fresh.locked([], (steps) => steps.session(address))
    slow = false
    const sent = [await step(fresh), await step(fresh)]
    late.resolve()
    await look
    sent.push(await step(fresh))
    assert.equal(new Set(sent).size, sent.length)
    const { current } = (await fresh.locked([address], (steps) => steps.session(address)))!
    assert.equal(current!.sending!.counter, 4)
  })

  it('asks once who holds our key of a group, and again when it is not known whether a change was stored', async () => {
    const kept = new MemoryCredentials()
    let asked = 0
    const credentials: CredentialStore = {
      loadAll: (kind) => kept.loadAll(kind),
      loadKinds: (kinds) => kept.loadKinds(kinds),
      save: (writes) => kept.save(writes),
      load(kind, keys) {
        if (kind === 'sender-key-holders') asked++
        return kept.load(kind, keys)
      },
    }
    const store = new DeviceStore(credentials, () => {})
    const signal = new DeviceRatchets(newCreds(), store, createSharedCaches(100), '1')
    const group = '1203630@g.us'
    const hold = (holders: readonly string[], save = (writes: readonly CredentialWrite[]) => store.save(writes)) =>
      signal.locked([sender], async (steps) => {
        steps.setKeyHolders(group, new Set([...(await steps.keyHolders(group, sender)), ...holders]))
        await steps.commit(save)
      })
    const holders = async () => [...(await signal.locked([sender], (steps) => steps.keyHolders(group, sender)))]
    await hold(['1@lid'])
    await hold(['2@lid'])
    assert.deepEqual(await holders(), ['1@lid', '2@lid'])
    assert.equal(asked, 1)
    const refused = async () => Promise.reject(new Error('the disk is full'))
    await assert.rejects(hold(['3@lid'], refused), /disk is full/)
    assert.deepEqual(await holders(), ['1@lid', '2@lid'])
    assert.equal(asked, 2)
    const other = new DeviceRatchets(newCreds(), store, createSharedCaches(100), '1')
    const stored = await other.locked([], (steps) => steps.keyHolders(group, sender))
    assert.deepEqual([...stored], ['1@lid', '2@lid'])
  })
})
