import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { proto } from 'baileys'
import fc from 'fast-check'
import { composeMessage } from './compose.ts'
import { describeMessage } from './describe.ts'

const view = (message: proto.IMessage) => describeMessage(proto.Message.encode(message).finish())
const key = { id: 'X1', remoteJid: '1@s.whatsapp.net', fromMe: true }

describe('describeMessage', () => {
  it('reads texts, also as replies, with mentions and timers', () => {
    assert.deepEqual(view({ conversation: 'hi' }), { type: 'text', text: 'hi' })
    const contextInfo = { stanzaId: 'Q', participant: '2@lid', mentionedJid: ['3@lid'], expiration: 86_400 }
    assert.deepEqual(view({ extendedTextMessage: { text: 'yes', contextInfo } }), {
      type: 'text',
      text: 'yes',
      quoted: { id: 'Q', sender: '2@lid' },
      mentions: ['3@lid'],
      expiresInSeconds: 86_400,
    })
  })

  it('looks into wrappers', () => {
    assert.deepEqual(view({ ephemeralMessage: { message: { conversation: 'gone soon' } } }), {
      type: 'text',
      text: 'gone soon',
    })
    assert.equal(view({ viewOnceMessageV2: { message: { imageMessage: { caption: 'once' } } } }).text, 'once')
    assert.equal(view({ lottieStickerMessage: { message: { stickerMessage: {} } } }).type, 'sticker')
    assert.equal(view({ groupMentionedMessage: { message: { conversation: 'all' } } }).text, 'all')
    assert.equal(view({ pollCreationMessageV4: { message: { pollCreationMessage: { name: 'Where?' } } } }).type, 'poll')
    const twice = { ephemeralMessage: { message: { viewOnceMessage: { message: { videoMessage: {} } } } } }
    assert.equal(view(twice).type, 'video')
    assert.equal(view({ ephemeralMessage: {} }).type, 'unknown')
  })

  it('names every kind of content', () => {
    const kinds: [proto.IMessage, string][] = [
      [{ imageMessage: {} }, 'image'],
      [{ videoMessage: {} }, 'video'],
      [{ audioMessage: {} }, 'audio'],
      [{ documentMessage: {} }, 'document'],
      [{ stickerMessage: {} }, 'sticker'],
      [{ locationMessage: {} }, 'location'],
      [{ liveLocationMessage: {} }, 'live_location'],
      [{ contactMessage: {} }, 'contact'],
      [{ contactsArrayMessage: {} }, 'contacts'],
      [{ pollCreationMessageV3: { name: 'Lunch?' } }, 'poll'],
      [{ pollUpdateMessage: {} }, 'poll_vote'],
      [{ chat: {} }, 'unknown'],
    ]
    for (const [message, type] of kinds) assert.equal(view(message).type, type)
  })

  it('tells what reactions, revocations and edits are about', () => {
    const target = { id: 'X1', chat: '1@s.whatsapp.net', fromMe: true }
    assert.deepEqual(view({ reactionMessage: { key, text: '👍' } }), { type: 'reaction', emoji: '👍', target })
    assert.deepEqual(view({ protocolMessage: { type: 0, key } }), { type: 'revoke', target })
    const edit = { type: 14, key, editedMessage: { conversation: 'better' } }
    assert.deepEqual(view({ protocolMessage: edit }), { type: 'edit', text: 'better', target })
    assert.deepEqual(view({ protocolMessage: { type: 3, ephemeralExpiration: 0 } }), {
      type: 'protocol',
      expiresInSeconds: 0,
    })
  })

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => typeof describeMessage(bytes).type === 'string'),
    )
  })
})

describe('composeMessage', () => {
  it('makes a text that reads back as it was meant', () => {
    const message = composeMessage({ type: 'text', text: 'original' }, { now: 0 })
    const around = { now: 0, mentions: ['3@lid'], quoted: { id: 'Q', chat: '1@lid', sender: '2@lid', message } }
    assert.deepEqual(describeMessage(message), { type: 'text', text: 'original' })
    assert.deepEqual(describeMessage(composeMessage({ type: 'text', text: 'reply' }, around)), {
      type: 'text',
      text: 'reply',
      mentions: ['3@lid'],
      quoted: { id: 'Q', sender: '2@lid' },
    })
  })

  it('refuses an empty text', () => {
    assert.throws(() => composeMessage({ type: 'text', text: '' }, { now: 0 }), { code: 'invalid_argument' })
  })
})
