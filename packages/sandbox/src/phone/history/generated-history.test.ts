import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generatedChat, generatedContact, generatedMessages, placeOf } from './generated-history.ts'

describe('a made-up past', () => {
  const plan = { chats: 4000, messages: 50, recent: 50, seed: 5, until: 1_790_000_000_000 }

  it('finds chats and messages by their names alone', () => {
    for (const chat of [0, 1, 3999]) {
      const { pn, lid } = generatedContact(plan, chat)
      assert.deepEqual([generatedChat(plan, pn), generatedChat(plan, lid)], [chat, chat])
      const messages = generatedMessages(plan, chat, 0, plan.messages)
      assert.deepEqual(
        messages.map(({ key }) => placeOf(plan, chat, key?.id ?? '')),
        Array.from({ length: plan.messages }, (_, index) => plan.messages - 1 - index),
      )
    }
  })

  it('knows no chat and no message of another past', () => {
    const { lid } = generatedContact({ ...plan, seed: 6 }, 3)
    assert.equal(generatedChat(plan, lid), undefined)
    assert.equal(generatedChat(plan, '19990004000@s.whatsapp.net'), undefined)
    const [foreign] = generatedMessages({ ...plan, seed: 6 }, 3, 0, 1)
    assert.equal(placeOf(plan, 3, foreign?.key?.id ?? ''), undefined)
    assert.equal(placeOf(plan, 3, 'nonsense'), undefined)
  })

  it('is in order of time, newest first, and gives every chat its own texts', () => {
    const times = generatedMessages(plan, 7, 0, 50).map(({ messageTimestamp }) => messageTimestamp ?? 0)
    assert.deepEqual(
      times,
      times.toSorted((one, other) => other - one),
    )
    const textOf = (chat: number): string =>
      JSON.stringify(generatedMessages(plan, chat, 0, 5).map((one) => one.message))
    assert.notEqual(textOf(1), textOf(2))
  })
})
