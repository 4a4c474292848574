import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ComposeContext, OutgoingContent } from '@switchboard/engine'
import { proto } from 'baileys-stock'
import type { Message } from '../generated/messages.ts'
import { Message as codec } from '../proto/message.ts'
import { bytesField } from '../proto/raw-fields.ts'
import { composeMessage } from './compose.ts'
import { describeMessage } from './describe.ts'

const group = '1203630@g.us'
const compose = (content: OutgoingContent, context: Partial<ComposeContext> = {}) =>
  composeMessage(content, { chat: group, now: 1_700_000_000_000, ...context })
const view = (...args: Parameters<typeof compose>) => describeMessage(compose(...args))
const encode = (message: Message) => codec.encode(message)
/** As the stock library reads it. */
const stock = (bytes: Uint8Array) =>
  proto.Message.toObject(proto.Message.decode(bytes), { longs: Number, enums: Number })

const asked = encode({ extendedTextMessage: { text: 'asked', contextInfo: { stanzaId: 'older' } } })
const quoted = { id: 'Q', chat: group, sender: '2@lid', message: asked }
const timer = { seconds: 86_400, setAt: 1_600_000_000_000 }
const target = { id: 'T', sender: '2@lid', fromMe: false }

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value)
const file = {
  ...{ mimetype: 'application/x-test', size: 7, sha256: bytes(32, 1) },
  uploaded: {
    ...{ directPath: '/v/1?oh=2', url: 'https://mmg.whatsapp.net/v/1?oh=2', mediaKey: bytes(32, 2), size: 7 },
    ...{ mediaKeyAt: 1_700_000_000_000, sha256: bytes(32, 1), encSha256: bytes(32, 3), sidecar: bytes(10, 4) },
  },
}
const thumbnail = { jpeg: bytes(4, 5), width: 100, height: 50 }

/** Files of every kind. */
const withFiles: readonly OutgoingContent[] = [
  { type: 'image', file, caption: 'sea', width: 4, height: 3, thumbnail },
  { type: 'video', file, caption: 'sea', seconds: 3, thumbnail },
  { type: 'video', file, gif: true },
  { type: 'video', file, ptv: true, seconds: 3 },
  { type: 'audio', file, seconds: 4 },
  { type: 'audio', file, ptt: true, seconds: 4, waveform: bytes(64, 6) },
  { type: 'document', file, fileName: 'a.txt' },
  { type: 'document', file, fileName: 'a.txt', caption: 'read', pages: 2, thumbnail },
  { type: 'sticker', file, width: 512, height: 512, animated: true },
]

/** One of each kind that people read. */
const said: readonly OutgoingContent[] = [
  { type: 'text', text: 'hi' },
  { type: 'location', latitude: 1, longitude: 2, name: 'Here' },
  { type: 'contacts', contacts: [{ name: 'Ana', vcard: 'BEGIN:VCARD' }] },
  {
    type: 'contacts',
    contacts: [
      { name: 'Ana', vcard: 'A' },
      { name: 'Bob', vcard: 'B' },
    ],
  },
  { type: 'poll', question: 'Lunch?', options: ['yes', 'no'], selectable: 1 },
  { type: 'poll', question: 'Which?', options: ['a', 'b', 'c'], selectable: 0 },
  { type: 'event', name: 'Picnic', startsAt: 1_700_000_000_000, location: { latitude: 1, longitude: 2 } },
  { type: 'forward', message: encode({ stickerMessage: { mimetype: 'image/webp' } }), fromMe: false },
  ...withFiles,
]

describe('composeMessage', () => {
  it('puts timer, quote and mentions of a chat into every kind that people read', () => {
    for (const content of said) {
      const bytes = compose(content, { timer, quoted, mentions: ['3@lid'] })
      const { quoted: answered, mentions, expiresInSeconds, timerSetAt } = describeMessage(bytes)
      assert.deepEqual(answered, { id: 'Q', sender: '2@lid', type: 'text', text: 'asked' }, content.type)
      assert.deepEqual([mentions, expiresInSeconds, timerSetAt], [['3@lid'], 86_400, timer.setAt], content.type)
      assert.equal(describeMessage(compose(content, { mentions: 'all' })).mentionsAll, true)
    }
  })

  it('says of a file what the stock library needs to fetch it', () => {
    for (const content of withFiles) {
      const outer = stock(compose(content))
      const message = outer['documentWithCaptionMessage']?.message ?? outer
      const [field = ''] = Object.keys(message)
      const said = message[field]
      assert.deepEqual([said.directPath, said.url], [file.uploaded.directPath, file.uploaded.url], field)
      assert.deepEqual([said.fileLength, said.mimetype, said.mediaKeyTimestamp], [7, file.mimetype, 1_700_000_000])
      for (const [name, value] of [
        ['mediaKey', 2],
        ['fileSha256', 1],
        ['fileEncSha256', 3],
      ] as const)
        assert.deepEqual(new Uint8Array(said[name]), bytes(32, value))
      const plays = /video|ptv|audio/.test(field)
      assert.deepEqual([...(said.streamingSidecar ?? [])], plays ? [...bytes(10, 4)] : [])
    }
  })

  it('says nothing of what the chat has not, and mentions nobody between two people', () => {
    assert.deepEqual(stock(compose({ type: 'text', text: 'hi' }, { timer: { seconds: 0 } })), { conversation: 'hi' })
    const alone = { chat: '1@lid', mentions: ['3@lid'] }
    assert.deepEqual(stock(compose({ type: 'text', text: 'hi' }, alone)), { conversation: 'hi' })
  })

  it('names the group in a private reply', () => {
    const reply = stock(compose({ type: 'text', text: 'psst' }, { chat: '2@lid', quoted }))
    const { contextInfo } = reply['extendedTextMessage']
    assert.deepEqual([contextInfo.remoteJid, contextInfo.participant, contextInfo.stanzaId], [group, '2@lid', 'Q'])
    assert.equal(
      describeMessage(compose({ type: 'text', text: 'psst' }, { chat: '2@lid', quoted })).quoted?.chat,
      group,
    )
  })

  it('quotes without the secret of what it quotes, and without what that quotes', () => {
    const message = encode({
      pollCreationMessage: {
        name: 'Old?',
        contextInfo: { stanzaId: 'older', quotedMessage: { conversation: 'oldest' } },
      },
      messageContextInfo: { messageSecret: new Uint8Array(32).fill(7) },
    })
    const { contextInfo } = stock(compose({ type: 'text', text: 'yes' }, { quoted: { ...quoted, message } }))[
      'extendedTextMessage'
    ]
    assert.deepEqual(contextInfo.quotedMessage, { pollCreationMessage: { name: 'Old?' } })
  })

  it('makes polls, events and cards that the stock library reads', () => {
    const poll = stock(compose(said[4]!))
    assert.equal(poll['messageContextInfo'].messageSecret.length, 32)
    assert.deepEqual(poll['pollCreationMessageV3'].options, [{ optionName: 'yes' }, { optionName: 'no' }])
    assert.equal(stock(compose(said[5]!))['pollCreationMessage'].selectableOptionsCount, 0)
    assert.equal(stock(compose(said[6]!))['eventMessage'].startTime, 1_700_000_000)
    assert.equal(stock(compose(said[2]!))['contactMessage'].displayName, 'Ana')
    assert.equal(stock(compose(said[3]!))['contactsArrayMessage'].contacts.length, 2)
  })

  it('names the author of a message of a group only when it is another one', () => {
    const key = (content: OutgoingContent, chat = group) => Object.values(stock(compose(content, { chat })))[0].key
    const reaction = { type: 'reaction', emoji: '👍' } as const
    assert.deepEqual(key({ ...reaction, target }), { remoteJid: group, fromMe: false, id: 'T', participant: '2@lid' })
    assert.deepEqual(key({ ...reaction, target: { ...target, fromMe: true } }), {
      remoteJid: group,
      fromMe: true,
      id: 'T',
    })
    assert.deepEqual(key({ ...reaction, target }, '2@lid'), { remoteJid: '2@lid', fromMe: false, id: 'T' })
    assert.deepEqual(key({ type: 'revoke', target }), {
      remoteJid: group,
      fromMe: false,
      id: 'T',
      participant: '2@lid',
    })
  })

  it('makes changes that read back as they were meant, whatever the chat adds', () => {
    const own = { ...target, fromMe: true }
    const around = { timer, quoted, chat: '2@lid' }
    const about = { target: { id: 'T', chat: '2@lid', fromMe: true } }
    assert.deepEqual(view({ type: 'reaction', target: own, emoji: '' }, around), {
      type: 'reaction',
      emoji: '',
      ...about,
    })
    assert.deepEqual(
      view({ type: 'edit', target: own, text: 'better', original: encode({ conversation: 'x' }) }, around),
      {
        ...{ type: 'edit', text: 'better', ...about },
      },
    )
    const original = encode({
      documentWithCaptionMessage: { message: { documentMessage: { fileName: 'a.pdf', caption: 'x' } } },
    })
    const { text, media } = view({ type: 'edit', target: own, text: 'better', original }, around)
    assert.deepEqual([text, media?.fileName], ['better', 'a.pdf'])
    assert.deepEqual(view({ type: 'pin', target: own, pinned: true, seconds: 86_400 }, around).pin, {
      pinned: true,
      seconds: 86_400,
    })
    assert.deepEqual(view({ type: 'keep', target: own, kept: false }, around).keep, { kept: false })
    assert.deepEqual(view({ type: 'timer', seconds: 604_800 }, around), {
      ...{ type: 'timer', timer: { seconds: 604_800, setAt: 1_700_000_000_000 } },
    })
  })

  it('refuses what no phone would let its owner send', () => {
    const own = { ...target, fromMe: true }
    const wrong: [OutgoingContent, Partial<ComposeContext>?][] = [
      [{ type: 'text', text: '' }],
      [{ type: 'location', latitude: 91, longitude: 0 }],
      [{ type: 'location', latitude: 0, longitude: Number.NaN }],
      [{ type: 'contacts', contacts: [] }],
      [{ type: 'poll', question: '', options: ['a', 'b'], selectable: 1 }],
      [{ type: 'poll', question: 'q', options: ['a'], selectable: 1 }],
      [{ type: 'poll', question: 'q', options: ['a', 'a'], selectable: 1 }],
      [{ type: 'poll', question: 'q', options: Array.from({ length: 13 }, (_, at) => String(at)), selectable: 1 }],
      [{ type: 'event', name: '', startsAt: 0 }],
      [{ type: 'edit', target, text: 'x', original: encode({ conversation: 'y' }) }],
      [{ type: 'edit', target: own, text: '', original: encode({ conversation: 'y' }) }],
      [{ type: 'edit', target: own, text: 'x', original: encode({ stickerMessage: {} }) }],
      [{ type: 'revoke', target }, { chat: '2@lid' }],
      [{ type: 'pin', target, pinned: true, seconds: 5 }],
      [{ type: 'timer', seconds: 5 }, { chat: '2@lid' }],
      [{ type: 'timer', seconds: 86_400 }],
      [{ type: 'forward', message: encode({ viewOnceMessageV2: { message: { imageMessage: {} } } }), fromMe: false }],
      [{ type: 'forward', message: encode({ reactionMessage: {} }), fromMe: false }],
    ]
    for (const [content, context] of wrong) {
      assert.throws(() => compose(content, context), { code: 'invalid_argument' }, JSON.stringify(content))
    }
  })
})

describe('a forward', () => {
  const forward = (message: Message | Uint8Array, fromMe = false) =>
    compose({ type: 'forward', message: message instanceof Uint8Array ? message : encode(message), fromMe })

  it('is marked, also where the mark of the stock library would be lost', () => {
    const contextInfo = { isForwarded: true, forwardingScore: 1 }
    assert.deepEqual(stock(forward({ conversation: 'hi' })), { extendedTextMessage: { text: 'hi', contextInfo } })
    const poll = stock(
      forward({
        messageContextInfo: { messageSecret: new Uint8Array(32) },
        pollCreationMessageV3: { name: 'q', contextInfo: { forwardingScore: 3 } },
      }),
    )
    assert.deepEqual(poll['pollCreationMessageV3'], {
      name: 'q',
      contextInfo: { isForwarded: true, forwardingScore: 4 },
    })
    assert.notDeepEqual(poll['messageContextInfo'].messageSecret, Buffer.alloc(32))
  })

  it('is not marked when the account wrote it itself, unless it was forwarded before', () => {
    assert.deepEqual(stock(forward({ conversation: 'mine' }, true)), { conversation: 'mine' })
    const before = { extendedTextMessage: { text: 'x', contextInfo: { isForwarded: true, forwardingScore: 2 } } }
    assert.equal(describeMessage(forward(before, true)).forwardingScore, 2)
  })

  it('leaves behind what bound it to its chat', () => {
    const contextInfo = {
      stanzaId: 'Q',
      quotedMessage: { conversation: 'secret' },
      mentionedJid: ['3@lid'],
      expiration: 5,
    }
    const file = { mimetype: 'application/pdf', mediaKey: Uint8Array.of(1) }
    const inner = {
      documentWithCaptionMessage: { message: { documentMessage: { ...file, caption: 'c', contextInfo } } },
    }
    const sent = stock(
      forward({ ephemeralMessage: { message: inner }, messageContextInfo: { messageSecret: new Uint8Array(32) } }),
    )
    const document = {
      ...file,
      mediaKey: Uint8Array.of(1),
      caption: 'c',
      contextInfo: { isForwarded: true, forwardingScore: 1 },
    }
    assert.deepEqual(sent, { documentWithCaptionMessage: { message: { documentMessage: document } } })
  })

  it('takes along what nobody here knows', () => {
    const unknown = Buffer.from(bytesField(300, bytesField(1, Buffer.from('of tomorrow'))))
    assert.ok(Buffer.from(forward(unknown)).includes(unknown))
    const image = Buffer.concat([bytesField(1, Buffer.from('url')), bytesField(77, Buffer.from('new field'))])
    assert.ok(Buffer.from(forward(bytesField(3, image))).includes('new field'))
  })
})
