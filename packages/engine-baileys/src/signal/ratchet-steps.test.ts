import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryCredentials } from '@switchboard/engine/contract'
import { createSenderKey, generateKeyPair, generateSignedPreKey, startSession } from '@switchboard/signal'
import { newCreds } from '../credentials/creds-codec.ts'
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
    const kept = [caches.sessions.get(`1|${address}`), caches.senderKeys.get(`1|${sender}`)]
    for (const bytes of kept) {
      assert.ok(bytes && bytes.byteLength < 1024)
      assert.equal(bytes.buffer.byteLength, bytes.byteLength)
    }
    const again = await signal.locked([address], (steps) => steps.session(address))
    assert.deepEqual(again?.serialize(), record.serialize())
  })
})
