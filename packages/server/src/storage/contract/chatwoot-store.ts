import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ChatwootLinkStore, type Link } from '../chatwoot-link-store.ts'
import { ChatwootStore } from '../chatwoot-store.ts'
import { insertSampleDevice } from '../testing/sample-rows.ts'
import type { OpenTestDatabase } from '../testing/with-databases.ts'

const [jid, lid] = ['4917012345678@s.whatsapp.net', '77@lid']
const known = () => new Error('known')

const bridgeTo = (deviceId: string, inboxId = 5) => ({
  ...{ deviceId, url: 'https://chatwoot.example', accountId: 1, inboxId, inboxName: 'WhatsApp' },
  ...{ tokenSealed: new Uint8Array([1]), hookHash: new TextEncoder().encode(`${deviceId} ${inboxId}`), options: '{}' },
})

const linkOf = (change: Partial<Link>): Link => ({
  ...{ messageId: 'M1', chat: jid, fromMe: false, chatwootId: null, part: 0, conversationId: 9 },
  ...{ state: 'posting', tick: 0, postedAt: 1, ...change },
})

/** What the stores of bridges to Chatwoot promise on every database. */
export const chatwootStoreContract = (open: OpenTestDatabase): void => {
  const prepare = async () => {
    const database = await open()
    const { deviceId } = await insertSampleDevice(database)
    const store = new ChatwootStore(database)
    await store.save(bridgeTo(deviceId), 1)
    return { database, deviceId, store, links: new ChatwootLinkStore(database) }
  }

  describe('ChatwootStore', () => {
    it('keeps a bridge, how far it came, and why it stopped', async () => {
      const { database, deviceId, store } = await prepare()
      await database.commit([
        store.progress({ deviceId, inboxId: 5 }, { position: 7, toChatwoot: 2, error: 'away' }, 2),
      ])
      await store.change(deviceId, { paused: 'owner' }, 3)
      const bridge = await store.bridge(deviceId)
      assert.deepEqual(
        [bridge?.position, bridge?.toChatwoot, bridge?.lastError, bridge?.lastErrorAt, bridge?.paused],
        [7, 2, 'away', 2, 'owner'],
      )
      assert.equal((await store.bridgeOfHook(bridge!.hookHash))?.deviceId, deviceId)
      assert.equal(await store.ownerOf(bridgeTo('', 5)), deviceId)
      await store.save(bridgeTo(deviceId), 4)
      assert.deepEqual([(await store.bridge(deviceId))?.paused, (await store.bridge(deviceId))?.position], [null, 7])
      await store.remove(deviceId)
      assert.deepEqual(await store.devices(), [])
    })

    it('lets nobody who works for a former inbox write the progress of another one', async () => {
      const { database, deviceId, store } = await prepare()
      await store.save(bridgeTo(deviceId, 6), 2)
      const late = database.commit([store.progress({ deviceId, inboxId: 5 }, { position: 7 }, 2)])
      await assert.rejects(late, { code: 'chatwoot_not_found' })
    })

    it('makes one chat of two, and their messages come along', async () => {
      const { database, deviceId, store, links } = await prepare()
      const chat = { jid: lid, lid, name: null, contactId: 3, sourceId: 's', conversationId: 9 }
      await store.keepChat(deviceId, chat, [], 1)
      await database.commit([links.add(deviceId, linkOf({ chat: lid }), known)])
      await store.keepChat(deviceId, { ...chat, jid }, [lid], 2)
      assert.deepEqual(await store.chats(deviceId, [lid]), [{ ...chat, jid }])
      assert.equal((await store.chatOf(deviceId, { conversationId: 9, contactId: undefined }))?.jid, jid)
      assert.equal((await store.chatOf(deviceId, { conversationId: 8, contactId: 3 }))?.jid, jid)
      assert.equal(await store.chatOf(deviceId, { conversationId: 8, contactId: undefined }), undefined)
      assert.equal((await links.find(deviceId, 'M1', [jid]))?.conversationId, 9)
    })

    it('notes once what an agent did, and gives it in order until it is done', async () => {
      const { database, deviceId, store } = await prepare()
      const send = (chatwootId: number) => ({ chatwootId, kind: 'message', conversationId: 9, payload: '{}' }) as const
      await database.commit([
        store.addSend(deviceId, send(12), 1, known),
        store.addSend(deviceId, { ...send(11), kind: 'delete' }, 1, known),
        store.addSend(deviceId, send(11), 1, known),
      ])
      await assert.rejects(database.commit([store.addSend(deviceId, send(11), 2, known)]), /known/)
      const told = async () => (await store.waiting(deviceId, 9)).map(({ chatwootId, kind }) => `${chatwootId} ${kind}`)
      assert.deepEqual(await told(), ['11 message', '11 delete', '12 message'])
      await database.commit([store.changeSend(deviceId, send(11), { state: 'done' })])
      assert.deepEqual(await told(), ['11 delete', '12 message'])
      await store.purge(2)
      await assert.rejects(database.commit([store.addSend(deviceId, send(12), 2, known)]), /known/)
      await database.commit([store.addSend(deviceId, send(11), 2, known)])
    })
  })

  describe('ChatwootLinkStore', () => {
    it('links a message once, on either side', async () => {
      const { database, deviceId, links } = await prepare()
      const link = linkOf({ chatwootId: 40, state: 'linked' })
      await database.commit([links.add(deviceId, link, known)])
      await assert.rejects(database.commit([links.add(deviceId, { ...link, chatwootId: 41 }, known)]), /known/)
      await assert.rejects(database.commit([links.add(deviceId, { ...link, messageId: 'M2' }, known)]), /known/)
      await database.commit([links.add(deviceId, { ...link, messageId: 'M2', part: 1 }, known)])
      assert.deepEqual(
        (await links.parts(deviceId, 40)).map(({ messageId }) => messageId),
        ['M1', 'M2'],
      )
    })

    it('tells messages of the same id in two chats apart', async () => {
      const { database, deviceId, links } = await prepare()
      await database.commit([
        links.add(deviceId, linkOf({ chatwootId: 40 }), known),
        links.add(deviceId, linkOf({ chat: 'other@g.us', chatwootId: 41 }), known),
      ])
      assert.equal((await links.find(deviceId, 'M1', ['other@g.us']))?.chatwootId, 41)
      await database.commit([links.remove(deviceId, { messageId: 'M1', chat: jid })])
      assert.equal(await links.find(deviceId, 'M1', [jid]), undefined)
      assert.equal(await links.knows(deviceId, 'M1'), true)
    })
  })
}
