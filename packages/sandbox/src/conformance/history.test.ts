import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { inflateSync } from 'node:zlib'
import { type BaileysEventMap, proto } from 'baileys-stock'
import { StockClient } from '../driver/testing/stock-client.ts'
import type { Phone } from '../phone/phone.ts'
import { conformanceWorld } from './testing/conformance-world.ts'

type History = BaileysEventMap['messaging-history.set']
const { HistorySyncType } = proto.HistorySync

describe('history, with a stock client', () => {
  const stage = conformanceWorld(95)
  after(() => stage.end())

  const parts = (client: StockClient, syncType: number): History[] =>
    client.events
      .filter(({ name }) => name === 'messaging-history.set')
      .map(({ payload }) => payload as History)
      .filter((part) => part.syncType === syncType)
  const linkAfter = async (phone: Phone): Promise<StockClient> => {
    const client = await stage.link(phone)
    await phone.until.event('phone.companion_ready', () => true)
    await client.until(
      'messaging-history.set',
      ({ syncType, progress }) => syncType === HistorySyncType.RECENT && progress === 100,
    )
    return client
  }

  it('holds what the phone wrote and read before, with people and in groups', async () => {
    const ana = await stage.phone('Ana')
    const ben = await stage.phone('Ben')
    await ana.send(ben.jid, { text: 'long ago' })
    await ben.send(ana.jid, { text: 'also long ago' })
    await ana.until.message(({ text }) => text === 'also long ago')
    const group = await ben.groups.create({ subject: 'Old friends', participants: [ana.jid] })
    await group.send({ text: 'remember?' })
    await ana.until.message(({ text }) => text === 'remember?')
    const silent = await ben.groups.create({ subject: 'Nobody wrote yet', participants: [ana.jid] })
    await ana.groups.of(silent.jid).until.change('create')
    const client = await linkAfter(ana)
    const [first] = parts(client, HistorySyncType.INITIAL_BOOTSTRAP)
    const chat = first?.chats.find(({ id }) => id === ben.lid)
    assert.equal(chat?.name, 'Ben')
    const texts = first?.messages.map(({ key, message }) => [key.remoteJid, key.fromMe, message?.conversation])
    assert.deepEqual(
      texts?.filter(([jid]) => jid === ben.lid),
      [
        [ben.lid, false, 'also long ago'],
        [ben.lid, true, 'long ago'],
      ],
    )
    const old = first?.messages.find(({ key }) => key.remoteJid === group.jid)
    assert.deepEqual([old?.message?.conversation, old?.key.participant], ['remember?', ben.lid])
    const still = first?.chats.find(({ id }) => id === silent.jid)
    assert.equal(still?.name, 'Nobody wrote yet')
    assert.deepEqual(
      still?.participant?.map(({ userJid, rank }) => [userJid, rank]),
      [
        [ben.lid, proto.GroupParticipant.Rank.SUPERADMIN],
        [ana.lid, proto.GroupParticipant.Rank.REGULAR],
      ],
    )
    const [names] = parts(client, HistorySyncType.PUSH_NAME)
    assert.ok(names?.contacts.some(({ id, notify }) => id === ben.jid && notify === 'Ben'))
  })

  it('of any size comes in parts, small ones inline and large ones from the media host', async () => {
    const caro = await stage.phone('Caro')
    caro.history.seed({ chats: 600, messages: 20, recent: 10, seed: 7 })
    const client = await linkAfter(caro)
    await client.until('messaging-history.set', ({ syncType }) => syncType === HistorySyncType.NON_BLOCKING_DATA)
    const recent = parts(client, HistorySyncType.RECENT)
    assert.deepEqual(
      recent.map(({ chunkOrder, progress }) => [chunkOrder, progress]),
      [
        [1, 33],
        [2, 67],
        [3, 100],
      ],
    )
    const all = [...parts(client, HistorySyncType.INITIAL_BOOTSTRAP), ...recent]
    assert.equal(new Set(all.flatMap(({ chats }) => chats.map(({ id }) => id))).size, 600)
    const ids = all.flatMap(({ messages }) => messages.map(({ key }) => key.id))
    assert.deepEqual([ids.length, new Set(ids).size], [6000, 6000])
    const kinds = client.messages.flatMap(({ message }) => message?.protocolMessage?.historySyncNotification ?? [])
    assert.ok(
      kinds.some(({ directPath }) => directPath),
      'a large part went over the media host',
    )
    assert.ok(
      kinds.some(({ initialHistBootstrapInlinePayload: inline }) => inline?.length),
      'a small one did not',
    )
  })

  it('of long chats comes in more parts, none of which takes long to make up', async () => {
    const dora = await stage.phone('Dora')
    dora.history.seed({ chats: 100, messages: 500, recent: 250, seed: 9 })
    const chunks = [...dora.history.parts(dora.device)].filter(({ syncType }) => syncType === HistorySyncType.RECENT)
    assert.deepEqual(
      chunks.map(({ chunkOrder, progress }) => [chunkOrder, progress]),
      [
        [1, 25],
        [2, 50],
        [3, 75],
        [4, 100],
      ],
    )
  })

  it('is the same whenever it is made up with the same seed', async () => {
    const texts = async (seed: number): Promise<string> => {
      const phone = await stage.phone('Twin')
      phone.history.seed({ chats: 3, messages: 4, seed })
      const client = await linkAfter(phone)
      const [first] = parts(client, HistorySyncType.INITIAL_BOOTSTRAP)
      return JSON.stringify(first?.messages.map(({ key, message }) => [key, message?.conversation]))
    }
    const once = await texts(3)
    assert.equal(await texts(3), once)
    assert.notEqual(await texts(4), once)
  })

  it('that is older comes on demand, until there is no more', async () => {
    const dora = await stage.phone('Dora')
    dora.history.seed({ chats: 2, messages: 30, recent: 5, seed: 9 })
    const client = await linkAfter(dora)
    const [first] = parts(client, HistorySyncType.INITIAL_BOOTSTRAP)
    const [chat] = first!.chats
    const known = first!.messages.filter(({ key }) => key.remoteJid === chat!.id)
    assert.equal(known.length, 5)
    const oldest = known.at(-1)!
    const request = await client.socket.fetchMessageHistory(20, oldest.key, Number(oldest.messageTimestamp) * 1000)
    const older = await client.until(
      'messaging-history.set',
      ({ peerDataRequestSessionId }) => peerDataRequestSessionId === request,
    )
    assert.equal(older.syncType, HistorySyncType.ON_DEMAND)
    assert.equal(older.messages.length, 20)
    assert.ok(Number(older.messages[0]?.messageTimestamp) < Number(oldest.messageTimestamp))
    const next = older.messages.at(-1)!
    const last = await client.socket.fetchMessageHistory(20, next.key, Number(next.messageTimestamp) * 1000)
    const rest = await client.until(
      'messaging-history.set',
      ({ peerDataRequestSessionId }) => peerDataRequestSessionId === last,
    )
    assert.equal(rest.messages.length, 5)
  })

  it('is answered empty for a chat that the phone does not have', async () => {
    const ema = await stage.phone('Ema')
    const client = await linkAfter(ema)
    const key = { remoteJid: '4917000000000@s.whatsapp.net', fromMe: false, id: '3A00' }
    const request = await client.socket.fetchMessageHistory(10, key, Date.now())
    const answer = await client.until(
      'messaging-history.set',
      ({ peerDataRequestSessionId }) => peerDataRequestSessionId === request,
    )
    assert.deepEqual([answer.chats, answer.messages], [[], []])
  })

  it('comes whole to a client that asks for all of it', async () => {
    const fred = await stage.phone('Fred')
    fred.history.seed({ chats: 5, messages: 12, recent: 4, seed: 2 })
    const client = new StockClient(await stage.sandbox(), {
      syncFullHistory: true,
      shouldSyncHistoryMessage: () => true,
    })
    await client.link(fred)
    const full = await client.until('messaging-history.set', ({ syncType }) => syncType === HistorySyncType.FULL)
    assert.equal(full.messages.length, 5 * 8)
    await client.close()
  })

  it('holds the status posts of the last day', async () => {
    const gina = await stage.phone('Gina')
    const ivo = await stage.phone('Ivo')
    await gina.send(ivo.jid, { text: 'hello' })
    await ivo.send(gina.jid, { text: 'hello' })
    await ivo.status.post({ text: 'on the beach' })
    await gina.until.message(({ text }) => text === 'on the beach')
    const client = await linkAfter(gina)
    await client.until('messaging-history.set', ({ syncType }) => syncType === HistorySyncType.INITIAL_STATUS_V3)
    const notice = client.messages
      .flatMap(({ message }) => message?.protocolMessage?.historySyncNotification ?? [])
      .find(({ syncType }) => syncType === HistorySyncType.INITIAL_STATUS_V3)
    const { statusV3Messages } = proto.HistorySync.decode(inflateSync(notice!.initialHistBootstrapInlinePayload!))
    const [post] = statusV3Messages
    assert.deepEqual([post?.key?.remoteJid, post?.key?.participant], ['status@broadcast', ivo.lid])
    assert.match(JSON.stringify(post?.message), /on the beach/)
  })

  it('leave nothing unanswered', () => stage.assertClean())
})
