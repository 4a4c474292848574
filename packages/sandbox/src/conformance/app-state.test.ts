import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { type BaileysEventMap, type LTHashState, proto } from 'baileys-stock'
import type { StockClient } from '../driver/testing/stock-client.ts'
import type { Phone } from '../phone/phone.ts'
import { SyncdSnapshotRecovery } from '../wire/proto/index.ts'
import { conformanceWorld, type Linked } from './testing/conformance-world.ts'

type Chat = BaileysEventMap['chats.update'][number]

const day = 24 * 60 * 60 * 1000

describe('app state, with a stock client', () => {
  const stage = conformanceWorld(31)
  let ana: Linked
  let ben: Phone

  before(async () => {
    ;[ana, ben] = await stage.two()
  })
  after(() => stage.end())

  /** The library folds a change into the history, or into the news of a chat, when both come together. */
  const shows = (client: StockClient, id: string, predicate: (chat: Chat) => boolean) =>
    client.untilAny((name, payload) => {
      const chats: Chat[] =
        name === 'chats.update' || name === 'chats.upsert'
          ? (payload as Chat[])
          : name === 'messaging-history.set'
            ? (payload as { chats: Chat[] }).chats
            : []
      return chats.some((chat) => chat.id === id && predicate(chat))
    })

  /** The client's version of a collection, once it has taken in all that the phone has written. */
  const inStep = async (
    client: StockClient,
    collection: 'regular' | 'regular_high' | 'regular_low' | 'critical_block',
  ) => {
    const read = async (): Promise<LTHashState | undefined> =>
      (await client.state.keys.get('app-state-sync-version', [collection]))[collection]
    const wanted = ana.phone.appState.versionOf(collection)
    const deadline = AbortSignal.timeout(60_000)
    while ((await read())?.version !== wanted) {
      deadline.throwIfAborted()
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    return (await read())!
  }

  it('carries mute, pin, archive and unread from the phone to its client', async () => {
    const { appState } = ana.phone
    const end = Date.now() + day
    await appState.mute(ben.jid, end)
    await shows(ana.client, ben.lid, (chat) => chat.muteEndTime === end)
    await appState.mute(ben.jid, undefined)
    await shows(ana.client, ben.lid, (chat) => chat.muteEndTime === null)
    await appState.pin(ben.jid)
    await shows(ana.client, ben.lid, (chat) => typeof chat.pinned === 'number')
    await appState.archive(ben.jid)
    await shows(ana.client, ben.lid, (chat) => chat.archived === true)
    await shows(ana.client, ben.lid, (chat) => chat.pinned === null)
    await appState.markRead(ben.jid, false)
    await shows(ana.client, ben.lid, (chat) => chat.unreadCount === -1)
    const { archived, pinned, markedUnread, mutedUntil } = appState.chat(ben.jid)
    assert.deepEqual([archived, pinned, markedUnread, mutedUntil], [true, false, true, undefined])
  })

  it('carries mute, pin, archive and unread from the client to its phone', async () => {
    const { client, phone } = ana
    const caro = await stage.phone('Caro')
    const end = Date.now() + day
    const lastMessages = [{ key: { remoteJid: caro.jid, id: 'X', fromMe: true }, messageTimestamp: 1_790_000_000 }]
    await client.socket.chatModify({ mute: end }, caro.jid)
    await client.socket.chatModify({ pin: true }, caro.lid)
    await client.socket.chatModify({ archive: true, lastMessages }, caro.jid)
    await client.socket.chatModify({ markRead: false, lastMessages }, caro.jid)
    await phone.until.event('phone.app_state', ({ index }) => (index as string[])[0] === 'markChatAsRead')
    const { mutedUntil, pinned, archived, markedUnread } = phone.appState.chat(caro.jid)
    assert.deepEqual([mutedUntil, pinned, archived, markedUnread], [end, true, true, true])
  })

  it('carries stars and deletions for oneself both ways', async () => {
    const { client, phone } = ana
    const sent = await ben.send(phone.jid, { text: 'a pearl' })
    await client.untilText('a pearl')
    await phone.until.message(({ id }) => id === sent.id)
    await phone.appState.star(ben.jid, sent.id)
    await client.until('messages.update', (updates) =>
      updates.some(({ key, update }) => key.id === sent.id && !key.fromMe && update.starred === true),
    )
    await client.socket.star(ben.lid, [{ id: sent.id, fromMe: false }], false)
    await phone.until.event(
      'phone.app_state',
      ({ index, by }) => (index as string[])[0] === 'star' && by === 'companion',
    )
    assert.equal(phone.appState.message(ben.jid, sent.id).starred, false)
    const second = await ben.send(phone.jid, { text: 'a stone' })
    await client.untilText('a stone')
    await phone.until.message(({ id }) => id === second.id)
    const key = { remoteJid: ben.lid, id: sent.id, fromMe: false }
    await client.socket.chatModify({ deleteForMe: { deleteMedia: false, key, timestamp: 1_790_000_000 } }, ben.lid)
    await phone.until.event('phone.app_state', ({ index }) => (index as string[])[0] === 'deleteMessageForMe')
    assert.deepEqual(
      phone.messages(ben.jid).map(({ text }) => text),
      ['a stone'],
    )
    await phone.appState.deleteForMe(ben.jid, second.id)
    await client.until('messages.delete', (gone) => 'keys' in gone && gone.keys.some(({ id }) => id === second.id))
    assert.deepEqual(phone.messages(ben.jid), [])
  })

  it('clears and deletes chats both ways', async () => {
    const { client, phone } = ana
    const dora = await stage.phone('Dora')
    const sent = await dora.send(phone.jid, { text: 'to be cleared' })
    await phone.until.message(({ id }) => id === sent.id)
    await client.untilText('to be cleared')
    const lastMessages = [{ key: { remoteJid: dora.lid, id: sent.id, fromMe: false }, messageTimestamp: 1_790_000_000 }]
    await client.socket.chatModify({ clear: true, lastMessages }, dora.lid)
    await phone.until.event('phone.app_state', ({ index }) => (index as string[])[0] === 'clearChat')
    assert.deepEqual(phone.messages(dora.jid), [])
    await phone.appState.clear(dora.jid, { keepStarred: true })
    await phone.appState.delete(dora.jid)
    await client.until('chats.delete', (ids) => ids.includes(dora.lid))
    await client.socket.chatModify({ delete: true, lastMessages }, dora.lid)
    await phone.until.event(
      'phone.app_state',
      ({ index, by }) => (index as string[])[0] === 'deleteChat' && by !== 'phone',
    )
    assert.ok((await inStep(client, 'regular_high')).version >= 4)
  })

  it('carries labels of chats and messages both ways', async () => {
    const { client, phone } = ana
    await phone.appState.editLabel('1', { name: 'Customers', color: 3 })
    await client.until('labels.edit', ({ id, name, color }) => id === '1' && name === 'Customers' && color === 3)
    await phone.appState.labelChat('1', ben.jid)
    await client.until(
      'labels.association',
      ({ type, association }) => type === 'add' && association.chatId === ben.lid,
    )
    await phone.appState.labelMessage('1', ben.jid, 'M1')
    await client.until(
      'labels.association',
      ({ association }) => 'messageId' in association && association.messageId === 'M1',
    )
    await client.socket.addLabel('', { id: '2', name: 'Friends', color: 5 })
    await client.socket.addChatLabel(ben.jid, '2')
    await client.socket.removeChatLabel(ben.lid, '1')
    await client.socket.addMessageLabel(ben.lid, 'M2', '2')
    await phone.until.event('phone.app_state', ({ index }) => (index as string[])[3] === 'M2')
    assert.deepEqual(
      phone.appState.labels().map(({ name }) => name),
      ['Customers', 'Friends'],
    )
    assert.deepEqual(phone.appState.chat(ben.jid).labels, ['2'])
    assert.deepEqual(phone.appState.message(ben.jid, 'M2').labels, ['2'])
  })

  it('carries contacts both ways, and takes them away', async () => {
    const { client, phone } = ana
    await phone.appState.saveContact(ben.jid, { fullName: 'Benjamin B' })
    const [seen] = await client.until('contacts.upsert', (contacts) =>
      contacts.some(({ id, name }) => id === ben.jid && name === 'Benjamin B'),
    )
    assert.deepEqual([seen?.lid, seen?.phoneNumber], [ben.lid, ben.jid])
    const eva = await stage.phone('Eva')
    await client.socket.addOrEditContact(eva.jid, { fullName: 'Eva E', firstName: 'Eva', lidJid: eva.lid })
    await phone.until.event('phone.app_state', ({ index }) => (index as string[])[1] === eva.jid)
    assert.deepEqual(
      phone.appState.contacts().map(({ fullName }) => fullName),
      ['Benjamin B', 'Eva E'],
    )
    await client.socket.removeContact(eva.jid)
    await phone.until.event('phone.app_state', ({ operation }) => operation === 'remove')
    await phone.appState.removeContact(ben.jid)
    assert.deepEqual(phone.appState.contacts(), [])
  })

  it('carries settings: push name, locale, unarchiving, time format, link previews', async () => {
    const { client, phone } = ana
    await phone.rename('Ana Banana')
    await client.until('creds.update', ({ me }) => me?.name === 'Ana Banana')
    await client.socket.updateProfileName('Ana B')
    await phone.until.event(
      'phone.app_state',
      ({ index, by }) => `${index}` === 'setting_pushName' && by === 'companion',
    )
    assert.equal(phone.account.pushName, 'Ana B')
    await phone.appState.setLocale('pt_BR')
    await client.until('settings.update', ({ setting, value }) => setting === 'locale' && value === 'pt_BR')
    await phone.appState.setUnarchiveChats(true)
    await client.until('creds.update', ({ accountSettings }) => accountSettings?.unarchiveChats === true)
    await phone.appState.setTimeFormat(true)
    await client.until('settings.update', ({ setting }) => setting === 'timeFormat')
    await phone.appState.setLinkPreviews(false)
    await client.until('settings.update', ({ setting }) => setting === 'disableLinkPreviews')
    await client.socket.updateDisableLinkPreviewsPrivacy(false)
    await phone.until.event(
      'phone.app_state',
      ({ index, by }) => `${index}` === 'setting_disableLinkPreviews' && by === 'companion',
    )
    const { locale, unarchiveChats, twentyFourHours, linkPreviewsDisabled } = phone.appState.settings()
    assert.deepEqual([locale, unarchiveChats, twentyFourHours, linkPreviewsDisabled], ['pt_BR', true, true, false])
  })

  it('mutes somebody’s status, which the client takes in although it has no event for it', async () => {
    await ana.phone.appState.muteStatus(ben.jid)
    assert.equal(ana.phone.appState.isStatusMuted(ben.lid), true)
    await inStep(ana.client, 'regular_high')
    await ana.phone.appState.muteStatus(ben.jid, false)
    assert.equal(ana.phone.appState.isStatusMuted(ben.jid), false)
    await inStep(ana.client, 'regular_high')
  })

  it('reaches every device of the account', async () => {
    const second = await stage.link(ana.phone)
    // While its first sync runs, the library lets the word of a further change pass by.
    await inStep(second, 'regular_low')
    // A chat that no earlier change is about: when its history comes late, the library holds back what the first sync says of a chat, and with
    // it every later change of the same chat.
    const zoe = await stage.phone('Zoe')
    await ana.client.socket.chatModify({ pin: true }, zoe.lid)
    await shows(second, zoe.lid, (chat) => typeof chat.pinned === 'number')
    await second.socket.chatModify({ pin: false }, zoe.lid)
    await shows(ana.client, zoe.lid, (chat) => chat.pinned === null)
  })

  it('settles what phone and client write at the same moment', async () => {
    const { client, phone } = ana
    const people = await Promise.all(['F', 'G', 'H', 'I'].map((name) => stage.phone(name)))
    await Promise.all(
      people.flatMap((one) => [
        phone.appState.labelChat('1', one.jid),
        client.socket.addChatLabel(one.lid, '2').catch(() => client.socket.addChatLabel(one.lid, '2')),
      ]),
    )
    for (const { jid } of people) {
      await phone.until.event('phone.app_state', ({ index }) => (index as string[])[1] === '1')
      await client.until('labels.association', ({ association }) => association.labelId === '1')
      assert.ok(phone.appState.chat(jid).labels.includes('1'))
    }
    await inStep(client, 'regular')
  })

  it('gives a client that links late one snapshot of a long history, with every MAC right', async () => {
    const { phone } = ana
    for (let index = 0; index < 55; index++) {
      await phone.appState.editLabel(String(100 + (index % 20)), { name: `Label ${index}` })
    }
    const { version, records } = await phone.appState.checkSnapshot('regular')
    assert.ok(version > 50 && records >= 20 && records < version)
    const late = await stage.link(phone)
    await late.until('labels.edit', ({ id, name }) => id === '119' && name === 'Label 39')
    await late.until('labels.edit', ({ id, name }) => id === '114' && name === 'Label 54')
    const { world } = await stage.sandbox()
    await world.log.until(({ type, data }) => type === 'app-state.snapshot' && data['collection'] === 'regular')
    const state = await inStep(late, 'regular')
    assert.equal(Object.keys(state.indexValueMap).length, records)
  })

  it('is told in the open to a client that lost track of it', async () => {
    const { client, phone } = ana
    await client.socket.sendPeerDataOperationMessage({
      peerDataOperationRequestType: proto.Message.PeerDataOperationRequestType.COMPANION_SYNCD_SNAPSHOT_FATAL_RECOVERY,
      syncdCollectionFatalRecoveryRequest: { collectionName: 'regular', timestamp: 1_790_000_000 },
    })
    const answerIn = (upsert: BaileysEventMap['messages.upsert']) =>
      upsert.messages
        .map(({ message }) => message?.protocolMessage?.peerDataOperationRequestResponseMessage)
        .flatMap((response) => response?.peerDataOperationResult?.[0]?.syncdSnapshotFatalRecoveryResponse ?? [])[0]
    const upsert = await client.until('messages.upsert', (one) => answerIn(one) !== undefined)
    const plain = gunzipSync(answerIn(upsert)!.collectionSnapshot!)
    const recovery = SyncdSnapshotRecovery.decode(plain)
    assert.equal(Number(recovery.version?.version), phone.appState.versionOf('regular'))
    const state = await inStep(client, 'regular')
    assert.deepEqual(Buffer.from(recovery.collectionLthash!), state.hash)
    assert.equal(recovery.mutationRecords?.length, Object.keys(state.indexValueMap).length)
  })

  it('leaves nothing unanswered', () => stage.assertClean())
})
