import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Message } from '../generated/messages.ts'
import { stanzaMarks } from './stanza-marks.ts'

const poll = { name: 'Where?', options: [{ optionName: 'a' }, { optionName: 'b' }] }
const key = { remoteJid: '1@g.us', fromMe: true, id: 'A' }

/** Type, `mediatype` and `edit` of what a stanza says. */
const cases: readonly (readonly [Message, type: string, media?: string | undefined, edit?: string])[] = [
  [{ conversation: 'hi' }, 'text'],
  [{ extendedTextMessage: { text: 'hi' } }, 'text'],
  [
    { extendedTextMessage: { text: 'https://a.example', matchedText: 'https://a.example', title: 'A' } },
    'media',
    'url',
  ],
  [{ imageMessage: {} }, 'media', 'image'],
  [{ videoMessage: {} }, 'media', 'video'],
  [{ videoMessage: { gifPlayback: true } }, 'media', 'gif'],
  [{ ptvMessage: {} }, 'media', 'ptv'],
  [{ audioMessage: {} }, 'media', 'audio'],
  [{ audioMessage: { ptt: true } }, 'media', 'ptt'],
  [{ documentMessage: {} }, 'media', 'document'],
  [{ stickerMessage: {} }, 'media', 'sticker'],
  [{ stickerPackMessage: {} }, 'media', 'sticker_pack'],
  [{ pollCreationMessage: poll }, 'poll'],
  [{ pollCreationMessageV2: poll }, 'poll'],
  [{ pollCreationMessageV3: poll }, 'poll'],
  [{ pollCreationMessageV5: poll }, 'poll'],
  [{ pollCreationMessageV6: poll }, 'poll'],
  [{ pollUpdateMessage: { pollCreationMessageKey: key } }, 'poll'],
  [{ eventMessage: { name: 'Picnic' } }, 'event'],
  [{ encEventResponseMessage: { eventCreationMessageKey: key } }, 'event'],
  [{ reactionMessage: { key, text: '👍' } }, 'reaction'],
  [{ protocolMessage: { key, type: 0 } }, 'text', undefined, '7'],
  [{ pinInChatMessage: { key, type: 1 } }, 'text', undefined, '2'],
  [{ secretEncryptedMessage: { targetMessageKey: key, secretEncType: 1 } }, 'event', undefined, '1'],
  [{ secretEncryptedMessage: { targetMessageKey: key, secretEncType: 2 } }, 'text', undefined, '1'],
  [{ secretEncryptedMessage: { targetMessageKey: key, secretEncType: 5 } }, 'poll'],
]

const wrappers = [
  ...(['ephemeralMessage', 'viewOnceMessage', 'viewOnceMessageV2', 'viewOnceMessageV2Extension'] as const),
  ...(['documentWithCaptionMessage', 'associatedChildMessage', 'groupStatusMessage', 'groupStatusMessageV2'] as const),
  ...(['lottieStickerMessage', 'botInvokeMessage', 'botForwardedMessage', 'groupMentionedMessage'] as const),
  ...(['pollCreationMessageV4', 'eventCoverImage', 'spoilerMessage', 'limitSharingMessage'] as const),
] as const satisfies readonly (keyof Message)[]

describe('what a stanza says of a message', () => {
  it('is computed from the content', () => {
    for (const [message, type, media, edit] of cases) {
      const { attrs, enc } = stanzaMarks(message)
      assert.deepEqual([attrs.type, enc['mediatype'], attrs['edit']], [type, media, edit], JSON.stringify(message))
    }
  })

  it('is the same in every wrapper, and in two of them', () => {
    for (const [message, type, media] of cases) {
      for (const wrapper of wrappers) {
        for (const wrapped of [
          { [wrapper]: { message } },
          { ephemeralMessage: { message: { [wrapper]: { message } } } },
        ]) {
          const { attrs, enc } = stanzaMarks(wrapped)
          assert.deepEqual([attrs.type, enc['mediatype']], [type, media], `${wrapper}: ${JSON.stringify(message)}`)
        }
      }
    }
  })

  it('has the marks of its kind', () => {
    const metaOf = (message: Message) => stanzaMarks(message).nodes.map(({ attrs }) => attrs)
    assert.deepEqual(metaOf({ pollCreationMessageV3: poll }), [{ polltype: 'creation' }])
    assert.deepEqual(metaOf({ pollUpdateMessage: { pollCreationMessageKey: key } }), [{ polltype: 'vote' }])
    assert.deepEqual(metaOf({ eventMessage: { name: 'Picnic' } }), [{ event_type: 'creation' }])
    assert.deepEqual(metaOf({ encEventResponseMessage: { eventCreationMessageKey: key } }), [
      { event_type: 'response' },
    ])
    const memberLabel = { label: 'Cook', labelTimestamp: 1 }
    assert.deepEqual(metaOf({ protocolMessage: { type: 30, memberLabel } }), [
      { tag_reason: 'user_update', appdata: 'member_tag' },
    ])
    assert.deepEqual(metaOf({ groupStatusMessageV2: { message: { conversation: 'hi' } } }), [])
  })

  it('is text for what nobody here knows', () => {
    assert.deepEqual(stanzaMarks({}), { attrs: { type: 'text' }, enc: {}, nodes: [] })
  })
})
