import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { InboundHistory, InboundMessage } from '@switchboard/engine'
import { Core } from '../sessions/testing/core.ts'

type Conversation = InboundHistory['conversations'][number]

describe('history that comes in parts', () => {
  let core: Core
  let deviceId: string
  let people = 0
  before(async () => {
    core = await Core.start()
    deviceId = await core.device()
  })
  after(() => core.close())

  const somebody = () => ({ jid: `49170${String(++people).padStart(7, '0')}@s.whatsapp.net` })
  const said = (chat: { jid: string }, place: number): InboundMessage => ({
    ...{ kind: 'message', id: `M${place}`, chat, sender: chat, fromMe: false, at: place * 1000, offline: false },
    ...{ message: new Uint8Array(), view: { type: 'text', text: `text ${place}` } },
  })
  /** Messages of a chat, from one place to another, oldest first. */
  const messages = (chat: { jid: string }, from: number, to: number) =>
    Array.from({ length: to - from }, (_, place) => said(chat, from + place))
  const take = async (item: InboundHistory | InboundMessage) => {
    const plan = await core.messages.planInbound(deviceId, item)
    await core.parts.database.commit([...plan.statements])
    plan.afterCommit?.()
    return plan.events.map(({ type }) => type)
  }
  const part = (conversations: readonly Conversation[], more: Partial<InboundHistory> = {}): InboundHistory => ({
    ...{ kind: 'history', at: 0, offline: false, syncType: 'RECENT', progress: 100 },
    ...{ conversations, pushNames: [], addresses: [], ...more },
  })
  const chatOf = async ({ jid }: { jid: string }) => {
    const { query } = core.parts.database
    const row = await query.selectFrom('chat').selectAll().where('jid', '=', jid).executeTakeFirstOrThrow()
    const all = await query.selectFrom('message').select(['id', 'state']).where('chat', '=', jid).execute()
    const unread = all.filter(({ state }) => state === 'received').length
    return { name: row.name, messages: all.length, unread: row.unread, received: unread, newest: row.last_message_id }
  }

  it('raises its events once, with its last part', async () => {
    const chat = somebody()
    const complete = { conversations: 1, messages: 2 }
    assert.deepEqual(await take(part([{ chat, messages: messages(chat, 1, 2) }])), [])
    const last = part([{ chat, messages: messages(chat, 0, 1), continued: true }], { complete })
    assert.deepEqual(await take(last), ['history.sync', 'history.sync_complete'])
  })

  it('leaves as many of the newest messages unread as the phone says, over all parts of a chat, and again after a crash', async () => {
    const chat = somebody()
    const newest = { chat, name: 'Ana', messages: messages(chat, 100, 200), unread: 130 }
    const older = { chat, name: 'Ana', messages: messages(chat, 0, 100), continued: true, unread: 30 }
    for (const each of [newest, newest, older, newest, older]) await take(part([each]))
    const expected = { name: 'Ana', messages: 200, unread: 130, received: 130, newest: 'M199' }
    assert.deepEqual(await chatOf(chat), expected)
  })

  it('counts unread messages of a chat in which a message came before its history', async () => {
    const chat = somebody()
    await take(said(chat, 50))
    await take(part([{ chat, name: 'Bob', messages: messages(chat, 0, 10), unread: 3 }]))
    assert.deepEqual(await chatOf(chat), { name: 'Bob', messages: 11, unread: 4, received: 4, newest: 'M50' })
    const again = messages(chat, 9, 10)
    await take(part([{ chat, messages: [...again, said(chat, 50)], unread: 2 }]))
    assert.equal((await chatOf(chat)).unread, 4)
  })

  it('leaves what is older read where the chat has its history', async () => {
    const chat = somebody()
    await take(part([{ chat, messages: messages(chat, 5, 10), unread: 1 }]))
    await take(part([{ chat, messages: messages(chat, 0, 5), unread: 1 }], { syncType: 'FULL' }))
    const expected = { name: null, messages: 10, unread: 1, received: 1, newest: 'M9' }
    assert.deepEqual(await chatOf(chat), expected)
  })
})
