import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DeviceApi } from './steps/api.ts'
import { withDevice } from './steps/with-device.ts'

const chats = 90
/** More than one part of a chat holds. */
const messages = 120
/** How many chats are there when it is killed. */
const kills = [5, 45]

interface Chat {
  readonly chat_jid: string
  readonly name: string | null
  readonly unread_count: number
}
interface Message {
  readonly message_id: string
  readonly text: string
  readonly timestamp: number
}

describe(`a gateway killed ${kills.length} times while it takes a long history in`, () => {
  it('has each message once, tells each chunk once, and lost nothing that came meanwhile', {
    timeout: 240_000,
  }, async () => {
    await withDevice({ seed: 31 }, async ({ sandbox, gateway, device, phone }) => {
      const friend = await sandbox.phone({ name: 'Friend' })
      phone.history.seed({ chats, messages, seed: 5 })
      await phone.scan(await device.loginQr())
      const written: string[] = []
      for (const count of kills) {
        while ((await listed(device)).length < count) await sleep(5)
        await gateway.kill9()
        const { id } = await friend.send(phone.jid, { text: `before chat ${count}` })
        written.push(id)
        await gateway.start()
      }
      assert.ok((await told(device)) < chats * messages, 'the last kill was in the middle')
      const deadline = AbortSignal.timeout(100_000)
      while ((await told(device)) < chats * messages) {
        deadline.throwIfAborted()
        await sleep(100)
      }
      const all = (await listed(device)).filter(({ chat_jid }) => chat_jid.startsWith('1999'))
      assert.equal(all.length, chats)
      assert.ok(all.every(({ name }) => name !== null))
      for (const { chat_jid, unread_count } of all) {
        const found = await messagesOf(device, chat_jid)
        assert.deepEqual([found.length, new Set(found.map(({ message_id }) => message_id)).size], [messages, messages])
        const times = found.map(({ timestamp }) => timestamp)
        assert.deepEqual(
          times,
          times.toSorted((one, other) => other - one),
          'newest first',
        )
        assert.equal(unread_count, Number(chat_jid.slice(4, 11)) % 7 === 0 ? 1 : 0, chat_jid)
      }
      const live = (await device.events(['message.received'])).map(({ data }) => data['message_id'])
      assert.deepEqual(live, written)
      assert.equal(await told(device), chats * messages)
    })
  })
})

async function listed(device: DeviceApi): Promise<Chat[]> {
  const { body } = await device.call<{ chats: Chat[] }>('GET', '/chats?limit=200')
  return body.data.chats
}

/** How many messages the chunks that are told to be stored hold. */
async function told(device: DeviceApi): Promise<number> {
  const chunks = await device.events(['history.sync'])
  return chunks.reduce((sum, { data }) => sum + Number(data['message_count']), 0)
}

async function messagesOf(device: DeviceApi, chat: string): Promise<Message[]> {
  const { body } = await device.call<{ messages: Message[] }>('GET', `/chats/${chat}/messages?limit=200`)
  return body.data.messages
}
