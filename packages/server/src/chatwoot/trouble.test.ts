import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Phone } from '@switchboard/sandbox'
import type { TestDevice } from '../testing/start-test-gateway.ts'
import { until } from '../testing/until.ts'
import { BridgeWorld } from './testing/bridge-world.ts'
import { ChatwootDouble } from './testing/chatwoot-double.ts'

describe('a bridge in trouble', () => {
  let world: BridgeWorld
  before(async () => {
    world = await BridgeWorld.start()
    await world.setUp()
  })
  after(() => world.stop())

  const says = (text: string) => world.friend.send(world.device.phone.id, { text })
  const comes = (content: string) => world.chatwoot.until(content, (message) => message.content === content)
  const counted = (content: string) => world.chatwoot.messages().filter((each) => each.content === content).length
  /** Posts of messages fail, once. */
  const failOnce = (fault: number | 'answer_lost') => {
    world.chatwoot.fault = ({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/messages')) return undefined
      world.chatwoot.fault = () => undefined
      return fault
    }
  }

  it('loses nothing while Chatwoot is away, and keeps the order of each chat', async () => {
    const { chatwoot, gateway, device, friend } = world
    const eve = await gateway.phone('Eve')
    await says('before')
    await comes('before')
    await chatwoot.stop()
    const texts = Array.from({ length: 12 }, (_, place) => `while it was away ${place}`)
    for (const text of texts) {
      await friend.send(device.phone.id, { text: `Bob ${text}` })
      await eve.send(device.phone.id, { text: `Eve ${text}` })
    }
    await until('the bridge waits', async () => {
      const { state, last_error } = await world.state()
      return state === 'waiting' && /connection refused/.test(last_error?.message ?? '')
    })
    await world.restart()
    await chatwoot.listen()
    for (const name of ['Bob', 'Eve']) {
      await comes(`${name} ${texts.at(-1)}`)
      const came = chatwoot.messages().flatMap(({ content }) => (content?.startsWith(`${name} `) ? [content] : []))
      assert.deepEqual(
        came,
        texts.map((text) => `${name} ${text}`),
      )
    }
  })

  it('posts a message once, whatever becomes of the answer', async () => {
    for (const [place, fault] of ([500, 502, 429, 'answer_lost'] as const).entries()) {
      failOnce(fault)
      const text = `in doubt ${place}`
      await says(text)
      await comes(text)
      await says(`and after ${place}`)
      await comes(`and after ${place}`)
      assert.equal(counted(text), 1)
    }
  })

  it('waits when a conversation has too many messages in a minute', async () => {
    const { chatwoot } = world
    const { conversation } = await comes('before')
    chatwoot.world.perMinute = conversation.messages.length
    await says('one too many')
    await until('it waits', async () => /Too many messages/.test((await world.state()).last_error?.message ?? ''))
    chatwoot.world.perMinute = 1000
    await comes('one too many')
  })

  it('leaves out what Chatwoot never takes, and carries the rest over', async () => {
    const before = (await world.state()).counts.failed
    failOnce(422)
    await says('refused for ever')
    await says('fine')
    await comes('fine')
    await world.settled()
    assert.equal((await world.state()).counts.failed, before + 1)
    assert.equal(counted('refused for ever'), 0)
  })

  it('stops when its token is refused, says why, and carries over what waited with a new one', async () => {
    const { chatwoot, device } = world
    chatwoot.tokens.delete('agent-token')
    await says('behind a closed door')
    const paused = await until('it is paused', async () => {
      const state = await world.state()
      return state.state === 'paused' && state
    })
    assert.deepEqual([paused.paused_reason, paused.cursor.lag > 0], ['token_refused', true])
    chatwoot.tokens.add('another-token')
    await device.api.refuses('chatwoot_refused', 'PATCH', '/integrations/chatwoot', { api_access_token: 'wrong' })
    await device.api.patch('/integrations/chatwoot', { api_access_token: 'another-token' })
    await comes('behind a closed door')
    assert.equal((await world.state()).state, 'active')
  })

  it('stops when its inbox is gone, and goes to another one when it is set up again', async () => {
    const { chatwoot } = world
    const [inbox] = chatwoot.world.inboxes
    chatwoot.world.inboxes.splice(0)
    chatwoot.world.conversations.splice(0)
    await says('without an inbox')
    await until('it is paused', async () => (await world.state()).paused_reason === 'inbox_not_found')
    const made = await world.setUp({ api_access_token: 'another-token' })
    assert.notEqual(made.inbox_id, inbox?.id)
    await says('in a new inbox')
    assert.equal((await comes('in a new inbox')).conversation.contactInbox.inbox.id, made.inbox_id)
  })

  it('refuses agents while its owner has paused it, and lets WhatsApp wait', async () => {
    const { chatwoot, device, friend } = world
    const { conversation } = await comes('in a new inbox')
    await device.api.patch('/integrations/chatwoot', { paused: true })
    const message = chatwoot.says(conversation, 'Is anybody there?')
    await says('I wait')
    await until('the agent sees it', () => message.status === 'failed')
    assert.equal(counted('I wait'), 0)
    await device.api.patch('/integrations/chatwoot', { paused: false })
    await comes('I wait')
    await world.settled()
    assert.ok(friend.messages().every(({ text }) => text !== 'Is anybody there?'))
  })
})

describe('several bridges', () => {
  let world: BridgeWorld
  let other: TestDevice & { readonly phone: Phone }
  before(async () => {
    world = await BridgeWorld.start()
    other = await world.gateway.linkDevice()
  })
  after(() => world.stop())

  it('are kept apart, in one account and in two, and an inbox belongs to one device', async () => {
    const { chatwoot, device, friend } = world
    const first = await world.setUp({ inbox_name: 'First' })
    const taken = world.access({ inbox_id: first.inbox_id })
    await other.api.refuses('chatwoot_inbox_taken', 'POST', '/integrations/chatwoot', taken)
    const second = await world.setUp({ inbox_name: 'Second' }, other)
    await friend.send(device.phone.id, { text: 'to the first' })
    await friend.send(other.phone.id, { text: 'to the second' })
    const places = await Promise.all(
      ['to the first', 'to the second'].map((text) => chatwoot.until(text, ({ content }) => content === text)),
    )
    assert.deepEqual(
      places.map(({ conversation }) => conversation.contactInbox.inbox.id),
      [first.inbox_id, second.inbox_id],
    )
    const [one, two] = places.map(({ conversation }) => conversation.contactInbox.contact)
    assert.equal(one, two, 'one person is one contact of the account')
    chatwoot.says(places[1]!.conversation, 'from the second')
    const answer = await friend.until.message(({ text }) => text === 'from the second')
    assert.equal(answer.chat, other.phone.jid)
    const third = await world.setUp({ account_id: 2 }, other)
    await friend.send(other.phone.id, { text: 'in another account' })
    const moved = await chatwoot.until('it', ({ content }) => content === 'in another account', 2)
    assert.equal(moved.conversation.contactInbox.inbox.id, third.inbox_id)
  })

  it('do not wait for each other: one goes on while the Chatwoot of another is away', async () => {
    const { device, friend } = world
    const chatwoot = await ChatwootDouble.start()
    await world.setUp({ url: chatwoot.url }, other)
    await world.chatwoot.stop()
    await friend.send(device.phone.id, { text: 'into the void' })
    await friend.send(other.phone.id, { text: 'and through' })
    await chatwoot.until('it', ({ content }) => content === 'and through')
    await world.chatwoot.listen()
    await world.chatwoot.until('it', ({ content }) => content === 'into the void')
    await chatwoot.stop()
  })
})
