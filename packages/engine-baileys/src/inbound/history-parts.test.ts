import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateSync } from 'node:zlib'
import type { Conversation, HistorySync } from '../generated/messages.ts'
import { codec } from '../proto/codec.ts'
import { type HistoryPart, historyParts } from './history-parts.ts'

const sync = codec('HistorySync')
const jid = '4917011111111@s.whatsapp.net'

async function read(packed: Uint8Array): Promise<HistoryPart[]> {
  const parts: HistoryPart[] = []
  for await (const part of historyParts(packed)) parts.push(part)
  return parts
}
const partsOf = (content: HistorySync) => read(deflateSync(sync.encode(content)))

/** Messages as phones send them, the newest first. */
const messages = (count: number, at: (place: number) => number, fromMe = false): Conversation['messages'] =>
  Array.from({ length: count }, (_, place) => ({
    message: { key: { remoteJid: jid, fromMe, id: `M${place}` }, messageTimestamp: at(place) },
  }))

const idsOf = ({ messages: said = [] }: Conversation) => said.map(({ message }) => message?.key?.id)
const sizesOf = (parts: readonly HistoryPart[]) =>
  parts.map(({ conversations }) => conversations.map(({ messages: said = [] }) => said.length))

describe('historyParts', () => {
  it('gives people before chats, and says with each part of what kind it is', async () => {
    const parts = await partsOf({
      syncType: 3,
      progress: 40,
      conversations: [{ id: jid, name: 'Ana', messages: messages(2, (place) => 10 - place) ?? [] }],
      pushnames: [{ id: jid, pushname: 'Ana' }],
      phoneNumberToLidMappings: [{ pnJid: jid, lidJid: '990000001@lid' }],
    })
    assert.deepEqual(
      parts.map(({ syncType, progress, isLast }) => [syncType, progress, isLast]),
      [
        [3, 40, false],
        [3, 40, true],
      ],
    )
    const [people, chats] = parts
    assert.deepEqual([people?.pushnames?.length, people?.phoneNumberToLidMappings?.length], [1, 1])
    assert.deepEqual([people?.conversations, chats?.conversations.map(({ name }) => name)], [[], ['Ana']])
  })

  it('cuts a long chat between two seconds, and continues where the part before ended', async () => {
    // Three of each second: 99 is within one.
    const conversation = {
      id: jid,
      unreadCount: 130,
      messages: messages(250, (place) => 1000 - Math.ceil(place / 3)) ?? [],
    }
    const parts = await partsOf({ conversations: [conversation] })
    const pieces = parts.flatMap(({ conversations }) => conversations)
    assert.deepEqual(pieces.flatMap(idsOf), idsOf(conversation))
    assert.deepEqual(sizesOf(parts), [[], [100], [102], [48]])
    assert.deepEqual(
      pieces.map(({ id, continued = false, unreadCount }) => [id, continued, unreadCount]),
      [
        [jid, false, 130],
        [jid, true, 30],
        [jid, true, 0],
      ],
    )
    assert.deepEqual(
      parts.map(({ isLast }) => isLast),
      [false, false, false, true],
    )
  })

  it('leaves own messages out when it says how many are unread of those that follow', async () => {
    const own = messages(100, (place) => 500 - place, true) ?? []
    const others = messages(20, (place) => 300 - place) ?? []
    const parts = await partsOf({ conversations: [{ id: jid, unreadCount: 7, messages: [...own, ...others] }] })
    const [, second] = parts.flatMap(({ conversations }) => conversations)
    assert.equal(second?.unreadCount, 7)
  })

  it('puts small chats together, and counts what hangs on a message', async () => {
    const small = { id: jid, messages: messages(30, (place) => 100 - place) ?? [] }
    const reactions = Array.from({ length: 99 }, (_, place) => ({ key: { id: `R${place}` }, text: '👍' }))
    const liked = { id: jid, messages: [{ message: { key: { id: 'L' }, reactions } }] }
    const parts = await partsOf({ conversations: [small, small, small, small, liked, small] })
    assert.deepEqual(sizesOf(parts), [[], [30, 30, 30, 30], [1], [30]])
  })

  it('stays bounded when a whole chat is said to be of one second', async () => {
    const parts = await partsOf({ conversations: [{ id: jid, messages: messages(1000, () => 7) ?? [] }] })
    assert.deepEqual(sizesOf(parts), [[], [400], [400], [200]])
  })

  it('stays bounded with thousands of names and silent chats', async () => {
    const pushnames = Array.from({ length: 1000 }, (_, n) => ({ id: `${n}@s.whatsapp.net`, pushname: `P${n}` }))
    const conversations = Array.from({ length: 1000 }, (_, n) => ({ id: `${n}@s.whatsapp.net` }))
    const parts = await partsOf({ pushnames, conversations })
    assert.ok(parts.every((part) => (part.pushnames ?? []).length <= 200 && part.conversations.length <= 200))
    const names = parts.flatMap((part) => part.pushnames ?? [])
    const chats = parts.flatMap((part) => part.conversations)
    assert.deepEqual([names, chats.map(({ id }) => id)], [pushnames, conversations.map(({ id }) => id)])
  })

  it('gives status posts as messages of their chat', async () => {
    const statusV3Messages = Array.from({ length: 150 }, (_, n) => ({ key: { id: `S${n}`, participant: jid } }))
    const parts = await partsOf({ syncType: 1, statusV3Messages })
    const posts = parts.flatMap(({ conversations }) => conversations)
    assert.deepEqual(
      posts.flatMap(idsOf),
      statusV3Messages.map(({ key }) => key.id),
    )
    assert.ok(posts.every(({ id }) => id === 'status@broadcast'))
    assert.deepEqual(
      parts.map(({ conversations }) => conversations.filter(({ continued }) => !continued).length),
      [0, 1, 0],
    )
  })

  it('gives one empty part of a chunk in which nothing is', async () => {
    const parts = await partsOf({ syncType: 5 })
    assert.deepEqual(
      parts.map(({ syncType, isLast, conversations }) => [syncType, isLast, conversations.length]),
      [[5, true, 0]],
    )
  })

  it('refuses what is no history', async () => {
    const whole = sync.encode({ conversations: [{ id: jid, messages: messages(50, () => 1) ?? [] }] })
    await assert.rejects(read(deflateSync(whole.subarray(0, 100))), RangeError)
    await assert.rejects(read(Buffer.from('not even packed')))
    const packed = deflateSync(whole)
    await assert.rejects(read(packed.subarray(0, packed.length - 10)))
  })
})
