import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryCredentials } from '@switchboard/engine/contract'
import type { BinaryNode } from '@switchboard/link'
import {
  createSenderKey,
  distributionMessage,
  encryptMessage,
  generateKeyPair,
  groupEncrypt,
  type SenderKeyRecord,
  startSession,
} from '@switchboard/signal'
import { proto } from 'baileys-stock'
import { newCreds } from '../credentials/device-creds.ts'
import { DeviceStore } from '../credentials/device-store.ts'
import { padMessage } from '../proto/padding.ts'
import type { SessionContext } from '../session/session-context.ts'
import { createSharedCaches } from '../shared/shared-caches.ts'
import { DeviceRatchets, senderKeyName } from '../signal/device-ratchets.ts'
import { decryptStanza } from './decrypt-stanza.ts'

const group = '1203630@g.us'
const author = '55:0@lid'

/** A device that receives, and a member who writes to the group. */
function makeGroup() {
  const credentials = new MemoryCredentials()
  /** Bytes of sender keys that were stored, write by write. */
  const stored: number[] = []
  const store = new DeviceStore(
    credentials,
    () => {},
    (writes) => {
      for (const { kind, value } of writes) if (kind === 'sender-key') stored.push(value?.length ?? 0)
      return credentials.save(writes)
    },
  )
  const creds = newCreds()
  const device = () => new DeviceRatchets(creds, store, createSharedCaches(100), '1')
  const { signedPreKey, signedIdentityKey, registrationId } = creds
  const { keyId, signature, keyPair } = signedPreKey
  const bundle = {
    registrationId,
    identityKey: signedIdentityKey.public,
    signedPreKey: { keyId, publicKey: keyPair.public, signature },
  }
  const identity = generateKeyPair()
  const local = { identity, registrationId: 7 }
  let session = startSession(local, bundle)
  return {
    stored,
    /** Decrypts as a device that begins with what is stored. */
    async read(node: BinaryNode) {
      const signal = device()
      const context = { creds, store, signal } as unknown as SessionContext
      return signal.locked([author, senderKeyName(group, author)], async (steps) => {
        const result = await decryptStanza(node, { context, steps, author, group })
        await steps.commit((writes) => store.save(writes))
        return result
      })
    },
    distribute(key: SenderKeyRecord): BinaryNode {
      const distribution = { groupId: group, axolotlSenderKeyDistributionMessage: distributionMessage(key) }
      const message = proto.Message.encode({ senderKeyDistributionMessage: distribution }).finish()
      const step = encryptMessage(session, local, padMessage(message))
      session = step.record
      return { tag: 'enc', attrs: { v: '2', type: step.type }, content: step.ciphertext }
    },
  }
}

function write(key: SenderKeyRecord, text: string) {
  const step = groupEncrypt(key, padMessage(proto.Message.encode({ conversation: text }).finish()))
  const node: BinaryNode = { tag: 'enc', attrs: { v: '2', type: 'skmsg' }, content: step.ciphertext }
  return { key: step.record, node }
}

const stanza = (...content: BinaryNode[]): BinaryNode => ({ tag: 'message', attrs: { id: '1', from: group }, content })

describe('decrypting a group message', () => {
  it('takes the sender key that comes along and keeps it for the next', async () => {
    const { read, distribute } = makeGroup()
    const own = createSenderKey()
    const first = write(own, 'first')
    const one = await read(stanza(distribute(own), first.node))
    assert.equal(one.outcome === 'content' && one.message.conversation, 'first')
    const two = await read(stanza(write(first.key, 'second').node))
    assert.equal(two.outcome === 'content' && two.message.conversation, 'second')
  })

  it('recognises what it read before', async () => {
    const { read, distribute } = makeGroup()
    const own = createSenderKey()
    const { node } = write(own, 'once')
    const both = stanza(distribute(own), node)
    await read(both)
    assert.equal((await read(both)).outcome, 'duplicate')
  })

  it('fails without the key, and for a message that its sender did not sign', async () => {
    const { read, distribute } = makeGroup()
    const own = createSenderKey()
    const { node } = write(own, 'who?')
    const unknown = await read(stanza(node))
    assert.equal(unknown.outcome === 'failed' && unknown.reason, 'no_sender_key')
    const forged = Uint8Array.from(node.content as Uint8Array)
    forged[forged.length - 1]! ^= 1
    const result = await read(stanza(distribute(own), { ...node, content: forged }))
    assert.equal(result.outcome === 'failed' && result.reason, 'bad_signature')
  })

  it('stores no more for a sender who steps over a message each time than for the first few of them', async () => {
    const { read, distribute, stored } = makeGroup()
    let key = createSenderKey()
    await read(stanza(distribute(key)))
    stored.length = 0
    // The stock library's clients use 0, 2, 4 and so on.
    for (let count = 0; count < 300; count++) {
      const said = write(key, `said ${count}`)
      const result = await read(stanza(said.node))
      assert.equal(result.outcome, 'content')
      key = write(said.key, 'never sent').key
    }
    assert.equal(stored.length, 300)
    assert.ok(Math.max(...stored) <= 2 * stored[9]!, `${stored[9]} bytes for the 10th, ${stored.at(-1)} for the last`)
  })

  it('says nothing when only a key came', async () => {
    const { read, distribute } = makeGroup()
    assert.equal((await read(stanza(distribute(createSenderKey())))).outcome, 'nothing')
  })
})
