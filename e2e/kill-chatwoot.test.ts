import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Conversation } from '../packages/server/src/chatwoot/testing/chatwoot-data.ts'
import { ChatwootDouble } from '../packages/server/src/chatwoot/testing/chatwoot-double.ts'
import { withLinkedDevice } from './steps/with-device.ts'

const kills = 4
const each = 8

/** The gateway is killed while messages are on their way in both directions, at moments that differ: before a request leaves, while its answer is on the way,
 *  and while webhooks are answered. */
describe(`a gateway with a bridge to Chatwoot, killed ${kills} times`, () => {
  it('carries each message over once, in order, in both directions', { timeout: 400_000 }, async () => {
    await withLinkedDevice({ seed: 91 }, async ({ sandbox, gateway, device, phone }) => {
      const chatwoot = await ChatwootDouble.start()
      const bob = await sandbox.phone({ name: 'Bob' })
      const access = { url: chatwoot.url, account_id: 1, api_access_token: 'agent-token' }
      assert.equal((await device.call('POST', '/integrations/chatwoot', access)).status, 201)
      await bob.send(phone.id, { text: 'begin' })
      const { conversation } = await chatwoot.until('the first text', ({ content }) => content === 'begin')
      const written: string[] = ['begin']
      const accepted: string[] = []
      for (let round = 0; round < kills; round++) {
        await device.connected()
        // Every second time the answer to a post is what the kill cuts off.
        const cut = Promise.withResolvers<void>()
        let posts = 0
        chatwoot.fault = ({ method, path }) => {
          if (method !== 'POST' || !path.endsWith('/messages') || ++posts !== 3) return undefined
          cut.resolve()
          return round % 2 === 0 ? 'answer_lost' : undefined
        }
        for (let place = 0; place < each; place++) {
          const text = `to Chatwoot ${round}.${place}`
          written.push(text)
          await bob.send(phone.id, { text })
        }
        chatwoot.copies = 2
        const agents = Array.from({ length: each }, (_, place) =>
          chatwoot.says(conversation, `to WhatsApp ${round}.${place}`),
        )
        await cut.promise
        await sleep(10 * round)
        await gateway.kill9()
        chatwoot.fault = () => undefined
        await chatwoot.settled()
        chatwoot.copies = 1
        // What the gateway had no chance to take is marked as failed, and an agent sees that.
        for (const message of agents) if (message.status !== 'failed') accepted.push(message.content!)
        await gateway.start()
      }
      await device.connected()
      const last = chatwoot.says(conversation, 'end')
      await bob.until.message(({ text }) => text === 'end', 120_000)
      await bob.send(phone.id, { text: 'the end' })
      await chatwoot.until('the last text', ({ content }) => content === 'the end')
      written.push('the end')
      accepted.push(last.content!)
      const incoming = all(conversation).filter(({ message_type: type }) => type === 'incoming')
      assert.deepEqual(
        incoming.map(({ content }) => content),
        written,
      )
      const received = bob.messages().flatMap(({ text, status }) => (status === 'received' && text ? [text] : []))
      assert.equal(new Set(received).size, received.length, 'none came twice')
      const missing = accepted.filter((text) => !received.includes(text))
      assert.deepEqual(missing, [])
      assert.ok(accepted.length > kills, 'some were taken before each kill')
      // A message that the agent saw fail may have been taken in the moment of the kill; it came once at most.
      const order = received.filter((text) => accepted.includes(text))
      assert.deepEqual(order, accepted)
      assert.equal(all(conversation).length, new Set(all(conversation).map(({ id }) => id)).size)
      const echoes = all(conversation).filter(({ message_type: type, source_id: id }) => type === 'outgoing' && id)
      assert.deepEqual(echoes, [], 'no message of an agent came back')
      assert.equal(chatwoot.world.contacts.length, 1)
      await chatwoot.stop()
    })
  })
})

const all = ({ messages }: Conversation) => messages
