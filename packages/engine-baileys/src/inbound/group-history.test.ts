import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryCredentials } from '@switchboard/engine/contract'
import { DeviceStore } from '../credentials/device-store.ts'
import type { Message, WebMessageInfo } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { createSharedCaches } from '../shared/shared-caches.ts'
import { AddressBook } from '../signal/address-book.ts'
import { decodePast, encodePast, groupHistoryItem, sharedPastIn } from './group-history.ts'
import type { MessageEnvelope } from './message-envelope.ts'

const group = '120363000000000001@g.us'
const [ana, bob] = ['4917011111111@s.whatsapp.net', '4917022222222@s.whatsapp.net']
const own = { phoneUser: '4917011111111', lidUser: '111' }
const nothing = new MemoryCredentials()
const book = new AddressBook(new DeviceStore(nothing, () => {}), createSharedCaches(100), '1')
const reader = { book, own, ownJid: ana, at: 9 }
const shared = { id: 'X', group, at: 100_000, file: { directPath: '/x', mediaKey: new Uint8Array([1, 2]) } }

const said = (id: string, change: Partial<WebMessageInfo> = {}, message: Message = { conversation: id }) => ({
  key: { remoteJid: group, fromMe: false, id, participant: bob },
  message: codec.encode(message),
  messageTimestamp: 50,
  ...change,
})
const ids = async (...messages: WebMessageInfo[]) => {
  const { conversations } = await groupHistoryItem({ messages }, shared, reader)
  return conversations[0]!.messages.map(({ id, fromMe, sender }) => [id, fromMe, sender.jid])
}

describe('the past of a group that a member shares', () => {
  it('is what others said before, oldest first, also the words of whoever shares it', async () => {
    const byOneself = said('mine', { key: { remoteJid: group, fromMe: true, id: 'mine' }, participant: bob })
    assert.deepEqual(await ids(said('late', { messageTimestamp: 60 }), byOneself), [
      ['mine', false, bob],
      ['late', false, bob],
    ])
  })

  it('takes nothing that would change what is known, or puts words into the own mouth', async () => {
    const key = { remoteJid: group, fromMe: false, id: 'target', participant: bob }
    const found = await ids(
      said('elsewhere', { key: { ...key, id: 'elsewhere', remoteJid: bob } }),
      said('own', { participant: ana }),
      said('own by LID', { participant: '111@lid' }),
      said('nobody', { key: { remoteJid: group, id: 'nobody' } }),
      said('tomorrow', { messageTimestamp: 101 }),
      said('taken back', {}, { protocolMessage: { key, type: 0 } }),
      said('edited', {}, { protocolMessage: { key, type: 14, editedMessage: { conversation: 'other words' } } }),
      said('reaction', {}, { reactionMessage: { key, text: 'x' } }),
      said('gone', { messageStubType: 1 }),
      said('with reaction', { reactions: [{ key: { ...key, id: 'R' }, text: 'x' }] }),
    )
    assert.deepEqual(
      found.map(([id]) => id),
      ['gone', 'with reaction'],
    )
  })

  it('is for those whom it names, by number or LID, and outlives the process until it is fetched', () => {
    const envelope = { id: 'X', chat: group, at: 100_000, fromMe: false } as MessageEnvelope
    const bundle = (...historyReceivers: string[]): Message => ({
      messageHistoryBundle: {
        directPath: '/x',
        mediaKey: new Uint8Array([1, 2]),
        messageHistoryMetadata: { historyReceivers },
      },
    })
    assert.equal(sharedPastIn(bundle(bob, '222@lid'), envelope, own), undefined)
    assert.equal(sharedPastIn(bundle(ana), { ...envelope, fromMe: true }, own), undefined)
    assert.equal(sharedPastIn(bundle(ana), { ...envelope, chat: bob }, own), undefined)
    for (const one of [ana, '111@lid']) assert.deepEqual(sharedPastIn(bundle(bob, one), envelope, own), shared)
    assert.deepEqual(decodePast(encodePast(shared)), shared)
  })
})
