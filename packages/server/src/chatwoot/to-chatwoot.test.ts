import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { until } from '../testing/until.ts'
import { BridgeWorld } from './testing/bridge-world.ts'
import type { Message } from './testing/chatwoot-data.ts'

const isNote = ({ private: note }: Message) => note

describe('what happens on WhatsApp', () => {
  let world: BridgeWorld
  before(async () => {
    world = await BridgeWorld.start()
    await world.setUp()
  })
  after(() => world.stop())

  const comes = (content: string) => world.chatwoot.until(content, (message) => message.content === content)
  const says = (text: string) => world.friend.send(world.device.phone.id, { text })

  it('comes with files of every kind, as they are', async () => {
    const { chatwoot, friend, device } = world
    for (const kind of ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const) {
      const data = randomBytes(3000)
      const caption = ['image', 'video', 'document'].includes(kind) ? { caption: `a *${kind}*` } : {}
      const name = kind === 'document' ? { file_name: 'offer.pdf' } : {}
      const { id } = await friend.send(device.phone.id, { [kind]: { data, ...caption, ...name } })
      const message = await chatwoot.until(kind, ({ source_id }) => source_id === id)
      const [file] = message.attachments
      assert.ok(file?.bytes.equals(data), kind)
      assert.equal(message.content, caption.caption ? `a **${kind}**` : '')
      if (kind === 'document') assert.equal(file?.name, 'offer.pdf')
    }
  })

  it('comes in words where it is no text and no file', async () => {
    const { chatwoot, friend, device } = world
    const told = [
      [{ location: { latitude: 52.5, longitude: 13.4, name: 'Office' } }, /^📍 Office\nhttps:\/\/.*52\.5,13\.4$/],
      [{ contact: { name: 'Eve', phone: '4917011112222' } }, /^👤 Eve \+4917011112222$/],
      [{ poll: { question: 'When?', options: ['Now', 'Later'] } }, /^📊 When\?\n- Now\n- Later$/],
    ] as const
    for (const [wish, expected] of told) {
      const { id } = await friend.send(device.phone.id, wish)
      const message = await chatwoot.until('it', ({ source_id }) => source_id === id)
      assert.match(message.content ?? '', expected)
    }
  })

  it('is named where its file is larger than Chatwoot takes', async () => {
    const { chatwoot, friend, device } = world
    await device.api.patch('/integrations/chatwoot', { options: { max_file_bytes: 2000 } })
    const { id } = await friend.send(device.phone.id, { document: { data: randomBytes(3000), file_name: 'big.bin' } })
    const message = await chatwoot.until('its name', ({ source_id }) => source_id === id)
    assert.deepEqual([message.attachments, /big\.bin/.test(message.content ?? '')], [[], true])
    await device.api.patch('/integrations/chatwoot', { options: { max_file_bytes: 40 * 1024 * 1024 } })
  })

  it('keeps answers, edits and reactions at the message that they are about', async () => {
    const { friend, device } = world
    const { id } = await says('Is it blue?')
    const asked = await comes('Is it blue?')
    await friend.send(device.phone.id, { text: 'I hope so', quoted: id })
    assert.equal((await comes('I hope so')).content_attributes['in_reply_to'], asked.id)
    await friend.send(device.phone.id, { edit: { message: id, text: 'Is it *red*?' } })
    const edited = await comes('✏️ Is it **red**?')
    assert.deepEqual([edited.message_type, Number(edited.content_attributes['in_reply_to'])], ['incoming', asked.id])
    await friend.send(device.phone.id, { reaction: { message: id, emoji: '👍' } })
    const reaction = await comes('Bob: 👍')
    assert.deepEqual([isNote(reaction), Number(reaction.content_attributes['in_reply_to'])], [true, asked.id])
  })

  it('is deleted in Chatwoot when it is taken back, and nothing comes back from there', async () => {
    const { chatwoot, friend, device } = world
    const { id } = await says('Forget this')
    const message = await comes('Forget this')
    await friend.send(device.phone.id, { revoke: { message: id } })
    await until('it is deleted', () => message.content_attributes['deleted'] === true)
    await world.settled()
    assert.deepEqual((await world.state()).counts.failed, 0)
    assert.equal(chatwoot.called.at(-1)?.status, 200)
  })

  it('shows what the phone and other programs send as outgoing, once', async () => {
    const { chatwoot, device, friend } = world
    const [phone, api] = ['From the phone', 'From a program']
    await device.phone.send(friend.id, { text: phone })
    await device.api.post(`/chats/${friend.id}/messages`, { text: api })
    for (const text of [phone, api]) assert.equal((await comes(text)).message_type, 'outgoing')
    const taken = await device.phone.send(friend.id, { image: { caption: 'Our shop' } })
    const picture = await chatwoot.until('the picture', ({ source_id }) => source_id === taken.id)
    assert.deepEqual([picture.content, picture.attachments.length], ['Our shop', 1])
    await world.settled()
    assert.equal(chatwoot.messages().filter(({ content }) => content === phone || content === api).length, 2)
    assert.equal(friend.messages().filter(({ text }) => text === phone || text === api).length, 2)
  })

  it('opens a conversation with the first text of a group, where each text says who wrote it', async () => {
    const { chatwoot, device, friend, gateway } = world
    const cid = await gateway.phone('Cid')
    const group = await friend.groups.create({ subject: 'Weekend', participants: [device.phone.id, cid.id] })
    await friend.send(group.jid, { text: 'Where to?' })
    const first = await comes(`**Bob (+${friend.id}):** Where to?`)
    await cid.send(group.jid, { text: 'Home' })
    const second = await comes(`**Cid (+${cid.id}):** Home`)
    assert.equal(first.conversation, second.conversation)
    const { contact } = first.conversation.contactInbox
    assert.deepEqual([contact.name, contact.identifier, contact.phone_number], ['Weekend', group.jid, null])
    chatwoot.says(first.conversation, 'To the sea')
    for (const phone of [friend, cid]) await phone.until.message(({ text }) => text === 'To the sea')
  })

  it('is named in a note where it cannot be read here', async () => {
    const { friend, device } = world
    await friend.send(device.phone.id, { image: {}, unavailable: 'view_once' })
    assert.ok(isNote(await comes('🔒 Bob: this message could not be read here, see the phone')))
  })

  it('goes into the open conversation, and after it was resolved into a new one, or the same by choice', async () => {
    const { chatwoot, device } = world
    const open = (await comes('I hope so')).conversation
    chatwoot.world.setStatus(open, 'resolved')
    await chatwoot.settled()
    await says('One more thing')
    const next = (await comes('One more thing')).conversation
    assert.notEqual(next, open)
    assert.equal(next.contactInbox.contact, open.contactInbox.contact)
    await device.api.patch('/integrations/chatwoot', { options: { conversations: 'reopen' } })
    chatwoot.world.setStatus(next, 'resolved')
    await chatwoot.settled()
    await says('And another')
    assert.equal((await comes('And another')).conversation, next)
    assert.equal(next.status, 'open')
  })

  it('makes a new contact after the old one was deleted, and a new conversation after that', async () => {
    const { chatwoot } = world
    const { contact } = (await comes('And another')).conversation.contactInbox
    chatwoot.world.deleteContact(1, contact.id)
    await says('Do you know me?')
    const message = await comes('Do you know me?')
    assert.notEqual(message.conversation.contactInbox.contact.id, contact.id)
    chatwoot.world.conversations.splice(chatwoot.world.conversations.indexOf(message.conversation), 1)
    await says('And now?')
    const again = await comes('And now?')
    assert.equal(again.conversation.contactInbox.contact, message.conversation.contactInbox.contact)
  })

  it('stays with the contact of a person who takes another number', async () => {
    const { friend, gateway } = world
    const { conversation } = await comes('And now?')
    gateway.sandbox!.changeNumber(friend, '4915112345678')
    await until('the contact has it', () => conversation.contactInbox.contact.phone_number === '+4915112345678')
    await says('I have a new number')
    assert.equal((await comes('I have a new number')).conversation, conversation)
  })
})

describe('people whose number becomes known later', () => {
  let world: BridgeWorld
  before(async () => {
    world = await BridgeWorld.start()
    await world.setUp()
  })
  after(() => world.stop())

  let last = 0
  /** A text of somebody, as the log has it. */
  const logged = (text: string, chat: { chat: string; chat_lid?: string }) => {
    const payload = {
      ...{ ...chat, from: chat.chat, from_lid: chat.chat_lid, message_id: `3EB0${++last}`, text, push_name: 'Dan' },
      ...{ type: 'text', is_from_me: false, is_group: false, timestamp: 1_700_000_000 },
    }
    return world.gateway.services.eventLog.append(world.device.id, [{ type: 'message.received', payload }])
  }
  const comes = (content: string) => world.chatwoot.until(content, (message) => message.content === content)

  it('are one contact, which gets the number', async () => {
    await logged('only a LID', { chat: '801@lid' })
    const { contact } = (await comes('only a LID')).conversation.contactInbox
    assert.deepEqual([contact.phone_number, contact.identifier], [null, '801@lid'])
    await logged('and a number', { chat: '4917055500801@s.whatsapp.net', chat_lid: '801@lid' })
    const message = await comes('and a number')
    assert.equal(message.conversation, (await comes('only a LID')).conversation)
    assert.deepEqual([contact.phone_number, contact.identifier], ['+4917055500801', '801@lid'])
  })

  it('become one with the contact that somebody made with the number', async () => {
    const { chatwoot } = world
    const made = chatwoot.world.createContact(1, { name: 'Dan from sales', phone_number: '+4917055500802' })
    await logged('only a LID again', { chat: '802@lid' })
    const before = (await comes('only a LID again')).conversation
    assert.notEqual(before.contactInbox.contact, made)
    await logged('with a number', { chat: '4917055500802@s.whatsapp.net', chat_lid: '802@lid' })
    const message = await comes('with a number')
    assert.equal(message.conversation, before)
    assert.equal(before.contactInbox.contact, made)
    assert.deepEqual([made.name, made.identifier], ['Dan from sales', '802@lid'])
    assert.equal(chatwoot.world.contacts.filter(({ identifier }) => identifier === '802@lid').length, 1)
  })

  it('become one when two chats turn out to be theirs', async () => {
    const { chatwoot } = world
    await logged('by number', { chat: '4917055500803@s.whatsapp.net' })
    await comes('by number')
    await logged('by LID', { chat: '803@lid' })
    await comes('by LID')
    const count = chatwoot.world.contacts.length
    await logged('by both', { chat: '4917055500803@s.whatsapp.net', chat_lid: '803@lid' })
    const { conversation } = await comes('by both')
    assert.equal(chatwoot.world.contacts.length, count - 1)
    assert.equal((await comes('by LID')).conversation.contactInbox.contact, conversation.contactInbox.contact)
    await logged('by LID once more', { chat: '803@lid' })
    assert.equal((await comes('by LID once more')).conversation, conversation)
  })
})
