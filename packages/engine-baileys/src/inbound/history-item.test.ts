import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { MemoryCredentials } from '@switchboard/engine/contract'
import { DeviceStore } from '../credentials/device-store.ts'
import { Message as codec } from '../proto/message.ts'
import { createSharedCaches } from '../shared/shared-caches.ts'
import { AddressBook } from '../signal/address-book.ts'
import { historyItem } from './history-item.ts'

const [ana, bob] = ['4917011111111', '4917022222222']
const [anaJid, bobJid] = [`${ana}@s.whatsapp.net`, `${bob}@s.whatsapp.net`]

const nothing = new MemoryCredentials()

const read = (conversations: Parameters<typeof historyItem>[0]['conversations']) => {
  const book = new AddressBook(new DeviceStore(nothing, () => {}), createSharedCaches(100), '1')
  const reader = { book, own: { phoneUser: ana, lidUser: undefined }, ownJid: anaJid, at: 1 }
  return historyItem({ syncType: 0, conversations, isLast: true }, reader)
}

const said = (id: string, seconds: number) => ({
  key: { remoteJid: bobJid, fromMe: false, id },
  message: codec.encode({ conversation: id }),
  messageTimestamp: seconds,
})

describe('historyItem', () => {
  it('tells what a person saw of a chat, oldest first', async () => {
    const messages = [{ message: said('second', 7) }, { message: said('first', 7) }]
    const { conversations } = await read([
      {
        id: bobJid,
        name: 'Bob',
        unreadCount: 2,
        markedAsUnread: true,
        ephemeralExpiration: 86_400,
        ephemeralSettingTimestamp: 5,
        messages,
      },
    ])
    const [chat] = conversations
    assert.deepEqual([chat?.name, chat?.unread, chat?.markedUnread], ['Bob', 2, true])
    assert.deepEqual(chat?.timer, { seconds: 86_400, setAt: 5_000 })
    assert.deepEqual(
      chat?.messages.map(({ view }) => view.text),
      ['first', 'second'],
    )
  })

  it('gives the votes that hang on a poll, opened, and keeps the secret that later votes are sealed with', async () => {
    const asked = { pollCreationMessageV3: { name: 'Lunch?', options: [{ optionName: 'Pizza' }] } }
    const messageSecret = new Uint8Array(32).fill(7)
    const vote = { selectedOptions: [new Uint8Array(32).fill(9)] }
    const pollUpdates = [
      { pollUpdateMessageKey: { remoteJid: bobJid, fromMe: true, id: 'V1' }, vote, senderTimestampMs: 9_500 },
    ]
    const poll = { ...said('P', 7), message: codec.encode(asked), messageSecret, pollUpdates }
    const { conversations } = await read([{ id: bobJid, messages: [{ message: poll }] }])
    const [told, mine] = conversations[0]!.messages
    assert.deepEqual(codec.decode(told!.message).messageContextInfo?.messageSecret, messageSecret)
    const { id, sender, at, view } = mine!
    assert.deepEqual([id, sender.jid, at, view.type, view.target?.id], ['V1', anaJid, 9_000, 'poll_vote', 'P'])
    assert.deepEqual(view.chosen, ['09'.repeat(32)])
  })

  it('gives the reactions that hang on a message, as if they had come by themselves', async () => {
    const reactions = [
      { key: { remoteJid: bobJid, fromMe: true, id: 'R1' }, text: '👍', senderTimestampMs: 9_000 },
      { key: { remoteJid: bobJid, fromMe: false, id: 'R2' }, text: '❤️' },
    ]
    const { conversations } = await read([{ id: bobJid, messages: [{ message: { ...said('A', 7), reactions } }] }])
    const [, mine, theirs] = conversations[0]!.messages
    const shown = [mine, theirs].map((item) => [item?.id, item?.sender.jid, item?.fromMe, item?.at, item?.view.emoji])
    assert.deepEqual(shown, [
      ['R1', anaJid, true, 9_000, '👍'],
      ['R2', bobJid, false, 7_000, '❤️'],
    ])
    assert.deepEqual(
      [mine?.view.target?.id, mine?.view.target?.fromMe, theirs?.view.target?.fromMe],
      ['A', false, true],
    )
  })

  it('says of a message that was taken back that it was there, and nothing else', async () => {
    const { message: _, ...gone } = said('A', 7)
    const messages = [{ message: { ...gone, messageStubType: 1 } }, { message: { ...gone, messageStubType: 2 } }]
    const { conversations } = await read([{ id: bobJid, messages }])
    assert.deepEqual(
      conversations[0]?.messages.map(({ id, deleted, message }) => [id, deleted, message.length]),
      [['A', true, 0]],
    )
  })
})
