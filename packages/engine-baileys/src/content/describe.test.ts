import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { messageTypes } from '@switchboard/engine'
import fc from 'fast-check'
import type { Message } from '../generated/messages.ts'
import { schema } from '../generated/schema.ts'
import { Message as codec } from '../proto/message.ts'
import { bytesField } from '../proto/raw-fields.ts'
import { describeMessage } from './describe.ts'
import { kinds } from './registry.ts'
import { wrapperOf } from './unwrap.ts'

const view = (message: Message) => describeMessage(codec.encode(message))
const key = { id: 'X1', remoteJid: '1@s.whatsapp.net', fromMe: true }
const target = { id: 'X1', chat: '1@s.whatsapp.net', fromMe: true }

describe('describeMessage', () => {
  it('reads texts, also as replies, with mentions and timers', () => {
    assert.deepEqual(view({ conversation: 'hi' }), { type: 'text', text: 'hi' })
    const quotedMessage = { imageMessage: { caption: 'seen?', contextInfo: { stanzaId: 'older' } } }
    const contextInfo = {
      ...{ stanzaId: 'Q', participant: '2@lid', quotedMessage, mentionedJid: ['3@lid'] },
      ...{ expiration: 86_400, ephemeralSettingTimestamp: 1_700_000_000 },
    }
    assert.deepEqual(view({ extendedTextMessage: { text: 'yes', contextInfo } }), {
      type: 'text',
      text: 'yes',
      quoted: { id: 'Q', sender: '2@lid', type: 'image', text: 'seen?' },
      mentions: ['3@lid'],
      expiresInSeconds: 86_400,
      timerSetAt: 1_700_000_000_000,
    })
  })

  it('looks into wrappers, and tells what they say', () => {
    assert.deepEqual(view({ ephemeralMessage: { message: { conversation: 'gone soon' } } }), {
      type: 'text',
      text: 'gone soon',
    })
    const once = { imageMessage: { caption: 'once' } }
    for (const wrapper of ['viewOnceMessage', 'viewOnceMessageV2', 'viewOnceMessageV2Extension'] as const) {
      assert.deepEqual(
        [view({ [wrapper]: { message: once } }).text, view({ [wrapper]: { message: once } }).viewOnce],
        ['once', true],
      )
    }
    assert.equal(view({ imageMessage: { viewOnce: true } }).viewOnce, true)
    assert.equal(view({ lottieStickerMessage: { message: { stickerMessage: {} } } }).type, 'sticker')
    assert.equal(view({ groupMentionedMessage: { message: { conversation: 'all' } } }).text, 'all')
    assert.equal(view({ pollCreationMessageV4: { message: { pollCreationMessage: { name: 'Where?' } } } }).type, 'poll')
    assert.equal(view({ eventCoverImage: { message: { imageMessage: {} } } }).type, 'image')
    assert.equal(view({ groupStatusMessageV2: { message: { conversation: 'hi' } } }).groupStatus, true)
    assert.equal(view({ spoilerMessage: { message: { conversation: 'who did it' } } }).spoiler, true)
    assert.deepEqual(view({ editedMessage: { message: { conversation: 'better' } } }), {
      type: 'text',
      text: 'better',
      edited: true,
    })
    const twice = { ephemeralMessage: { message: { viewOnceMessage: { message: { videoMessage: {} } } } } }
    assert.deepEqual([view(twice).type, view(twice).viewOnce], ['video', true])
  })

  it('has a name for every field of a message', () => {
    const row = schema
      .split('\n')
      .find((line) => line.startsWith('Message '))!
      .split(' ')
    const nameless: string[] = []
    // Keys and secrets accompany content, and the wrapper for own devices never gets here.
    const accompanying = new Set(['senderKeyDistributionMessage', 'fastRatchetKeySenderKeyDistributionMessage'])
    for (const more of ['messageContextInfo', 'deviceSentMessage']) accompanying.add(more)
    for (let at = 1; at < row.length; at += 3) {
      const [kind, field] = [row[at + 1]!, row[at + 2]!]
      const isWrapper = wrapperOf({ [field]: { message: {} } }) !== undefined
      if (accompanying.has(field) || isWrapper) continue
      if (view({ [field]: kind === 's' ? 'text' : {} }).type === 'unknown') nameless.push(field)
    }
    assert.deepEqual(nameless, [])
    assert.deepEqual([...new Set([...kinds.map(({ type }) => type), 'unknown'])].sort(), [...messageTypes].sort())
  })

  it('says which field of a message it does not know', () => {
    assert.deepEqual(describeMessage(bytesField(200, bytesField(1, Buffer.from('new')))), {
      type: 'unknown',
      unknownFields: [200],
    })
    const wrapped = bytesField(
      40,
      bytesField(1, Buffer.concat([bytesField(201, Buffer.of()), bytesField(35, Buffer.of())])),
    )
    assert.deepEqual(describeMessage(wrapped), { type: 'unknown', unknownFields: [201] })
    assert.deepEqual(view({ ephemeralMessage: {} }), { type: 'unknown', unknownFields: [40] })
  })

  it('tells the facts of files', () => {
    const file = { mimetype: 'video/mp4', fileLength: 12, fileSha256: Uint8Array.of(1, 255) }
    const media = { mimetype: 'video/mp4', size: 12, sha256: '01ff' }
    assert.deepEqual(
      view({ videoMessage: { ...file, caption: 'c', seconds: 3, width: 4, height: 5, gifPlayback: true } }),
      {
        type: 'video',
        text: 'c',
        media: { ...media, width: 4, height: 5, seconds: 3, gif: true },
      },
    )
    assert.deepEqual(view({ ptvMessage: { ...file, seconds: 3 } }).media, { ...media, seconds: 3, ptv: true })
    assert.deepEqual(view({ audioMessage: { ...file, ptt: true, seconds: 2 } }).media, {
      ...media,
      seconds: 2,
      ptt: true,
    })
    const document = {
      documentWithCaptionMessage: { message: { documentMessage: { ...file, fileName: 'a.pdf', pageCount: 2 } } },
    }
    assert.deepEqual(view(document).media, { ...media, fileName: 'a.pdf', pages: 2 })
    assert.deepEqual(view({ stickerMessage: { ...file, isAnimated: true } }).media, { ...media, animated: true })
  })

  it('tells places, cards, polls, events, invitations and calls', () => {
    assert.deepEqual(view({ locationMessage: { degreesLatitude: 1.5, degreesLongitude: -2, name: 'Here' } }), {
      type: 'location',
      text: 'Here',
      location: { latitude: 1.5, longitude: -2, name: 'Here' },
    })
    const moving = { degreesLatitude: 1, degreesLongitude: 2, speedInMps: 3, sequenceNumber: 4 }
    assert.deepEqual(view({ liveLocationMessage: moving }).location, {
      latitude: 1,
      longitude: 2,
      speed: 3,
      sequence: 4,
    })
    assert.equal(view({ locationMessage: { ...moving, isLive: true } }).type, 'live_location')
    const card = { displayName: 'Ana', vcard: 'BEGIN:VCARD' }
    assert.deepEqual(view({ contactsArrayMessage: { displayName: '2', contacts: [card, card] } }).contacts, [
      { name: 'Ana', vcard: 'BEGIN:VCARD' },
      { name: 'Ana', vcard: 'BEGIN:VCARD' },
    ])
    const quiz = {
      ...{ name: '2 + 2', options: [{ optionName: '4' }, { optionName: '5' }], selectableOptionsCount: 1 },
      ...{ pollType: 1, correctAnswer: { optionName: '4' }, hideParticipantName: true, endTime: 1_700_000_000 },
    }
    const { hashes, ...poll } = view({ pollCreationMessageV6: quiz }).poll!
    assert.deepEqual(
      hashes,
      ['4', '5'].map((option) => createHash('sha256').update(option).digest('hex')),
    )
    assert.deepEqual(poll, {
      ...{ question: '2 + 2', options: ['4', '5'], selectable: 1, quiz: true, correctOption: '4' },
      ...{ endsAt: 1_700_000_000_000, hidesVoters: true },
    })
    const meeting = {
      name: 'Picnic',
      startTime: 1_700_000_000,
      isCanceled: true,
      hasReminder: true,
      reminderOffsetSec: 60,
    }
    assert.deepEqual(view({ eventMessage: meeting }).event, {
      ...{ name: 'Picnic', startsAt: 1_700_000_000_000, cancelled: true, reminderSeconds: 60 },
    })
    const invite = { groupJid: '1@g.us', inviteCode: 'abc', groupName: 'Team', inviteExpiration: 1_700_000_000 }
    assert.deepEqual(view({ groupInviteMessage: invite }).groupInvite, {
      ...{ group: '1@g.us', code: 'abc', name: 'Team', expiresAt: 1_700_000_000_000 },
    })
    assert.deepEqual(view({ callLogMesssage: { isVideo: true, durationSecs: 9 } }).call, { video: true, seconds: 9 })
  })

  it('tells what reactions, revocations, edits, votes, pins and keeps are about', () => {
    assert.deepEqual(view({ reactionMessage: { key, text: '👍' } }), { type: 'reaction', emoji: '👍', target })
    assert.deepEqual(view({ protocolMessage: { type: 0, key } }), { type: 'revoke', target })
    const edit: Message = { protocolMessage: { type: 14, key, editedMessage: { conversation: 'better' } } }
    assert.deepEqual(view(edit), { type: 'edit', text: 'better', target })
    assert.deepEqual(view({ editedMessage: { message: edit } }), { type: 'edit', text: 'better', target })
    assert.deepEqual(view({ pollUpdateMessage: { pollCreationMessageKey: key } }), { type: 'poll_vote', target })
    const messageContextInfo = { messageAddOnDurationInSecs: 604_800 }
    assert.deepEqual(view({ pinInChatMessage: { key, type: 1 }, messageContextInfo }), {
      ...{ type: 'pin', pin: { pinned: true, seconds: 604_800 }, target },
    })
    assert.deepEqual(view({ keepInChatMessage: { key, keepType: 2 } }), { type: 'keep', keep: { kept: false }, target })
    const change = { secretEncryptedMessage: { targetMessageKey: key, secretEncType: 5 } }
    assert.deepEqual(view(change), { type: 'encrypted_change', notice: 'poll_add_option', target })
    const comment = { commentMessage: { message: { conversation: 'nice' }, targetMessageKey: key } }
    assert.deepEqual(view(comment), { type: 'comment', text: 'nice', target })
    const parent = { messageAssociation: { associationType: 1, parentMessageKey: key } }
    assert.deepEqual(view({ imageMessage: {}, messageContextInfo: parent }), {
      type: 'image',
      partOf: target,
      media: {},
    })
  })

  it('tells what was chosen of a menu', () => {
    const flow = { name: 'booking', paramsJson: '{"day":1}' }
    const chosen: [Message, object][] = [
      [{ buttonsResponseMessage: { selectedButtonId: 'b1', selectedDisplayText: 'Yes' } }, { id: 'b1' }],
      [{ templateButtonReplyMessage: { selectedId: 't1', selectedDisplayText: 'Yes' } }, { id: 't1' }],
      [{ listResponseMessage: { title: 'Yes', singleSelectReply: { selectedRowId: 'r1' } } }, { id: 'r1' }],
      [{ interactiveResponseMessage: { nativeFlowResponseMessage: flow } }, { id: 'booking', parameters: '{"day":1}' }],
    ]
    for (const [message, choice] of chosen) assert.deepEqual(view(message).choice, choice)
  })

  it('tells what businesses offer', () => {
    const buttons = [{ buttonId: 'yes', buttonText: { displayText: 'Yes' }, type: 1 }]
    assert.deepEqual(view({ buttonsMessage: { contentText: 'Sure?', footerText: 'Shop', buttons } }), {
      ...{ type: 'buttons', text: 'Sure?' },
      business: { footer: 'Shop', buttons: [{ text: 'Yes', kind: 'reply', id: 'yes' }] },
    })
    const hydratedButtons = [
      { urlButton: { displayText: 'Open', url: 'https://shop.example' } },
      { callButton: { displayText: 'Call', phoneNumber: '+49170' } },
      { quickReplyButton: { displayText: 'Stop', id: 'stop' } },
    ]
    const hydratedTemplate = { hydratedContentText: 'Your order', hydratedTitleText: 'Shop', hydratedButtons }
    assert.deepEqual(view({ templateMessage: { hydratedTemplate } }).business, {
      title: 'Shop',
      buttons: [
        { text: 'Open', kind: 'url', url: 'https://shop.example' },
        { text: 'Call', kind: 'call', phone: '+49170' },
        { text: 'Stop', kind: 'reply', id: 'stop' },
      ],
    })
    const sections = [{ title: 'Cakes', rows: [{ rowId: 'r1', title: 'Apple', description: 'warm' }] }]
    assert.deepEqual(view({ listMessage: { description: 'Choose', title: 'Menu', buttonText: 'Open', sections } }), {
      ...{ type: 'list', text: 'Choose' },
      business: {
        ...{ title: 'Menu', listButton: 'Open' },
        sections: [{ title: 'Cakes', rows: [{ title: 'Apple', id: 'r1', description: 'warm' }] }],
      },
    })
    const sold = { productId: 'p1', title: 'Cake', priceAmount1000: 4500, currencyCode: 'EUR', retailerId: 'sku' }
    assert.deepEqual(view({ productMessage: { product: sold, businessOwnerJid: '1@s.whatsapp.net' } }), {
      ...{ type: 'product', text: 'Cake' },
      business: {
        product: {
          ...{ id: 'p1', title: 'Cake', price1000: 4500, currency: 'EUR', retailerId: 'sku' },
          business: '1@s.whatsapp.net',
        },
      },
    })
    const order = { orderId: 'o1', token: 't', itemCount: 2, totalAmount1000: 9000, totalCurrencyCode: 'EUR' }
    assert.deepEqual(view({ orderMessage: { ...order, message: 'For Friday' } }), {
      ...{ type: 'order', text: 'For Friday' },
      business: { order: { id: 'o1', token: 't', items: 2, total1000: 9000, currency: 'EUR' } },
    })
    const flow = (name: string, params: unknown) => ({ name, buttonParamsJson: JSON.stringify(params) })
    const nativeFlowMessage = {
      buttons: [
        flow('quick_reply', { display_text: 'Yes', id: 'y' }),
        flow('cta_copy', { display_text: 'Copy', copy_code: 'ABC' }),
        flow('single_select', { title: 'Open', sections: [{ title: 'S', rows: [{ title: 'R', id: 'r' }, null] }] }),
        { name: 'odd', buttonParamsJson: '{' },
      ],
    }
    assert.deepEqual(view({ interactiveMessage: { body: { text: 'Hi' }, nativeFlowMessage } }).business, {
      buttons: [
        { text: 'Yes', kind: 'reply', id: 'y' },
        { text: 'Copy', kind: 'copy', code: 'ABC' },
        { text: '', kind: 'other', name: 'odd' },
      ],
      ...{ listButton: 'Open', sections: [{ title: 'S', rows: [{ title: 'R', id: 'r' }] }] },
    })
  })

  it('tells settings by name', () => {
    const setting = { type: 3, ephemeralExpiration: 86_400, ephemeralSettingTimestamp: 1_700_000_000 }
    assert.deepEqual(view({ protocolMessage: setting }), {
      type: 'timer',
      timer: { seconds: 86_400, setAt: 1_700_000_000_000 },
    })
    assert.deepEqual(view({ protocolMessage: { type: 3 } }), { type: 'timer', timer: { seconds: 0 } })
    assert.deepEqual(view({ limitSharingMessage: { message: { protocolMessage: { type: 27 } } } }), {
      type: 'protocol',
      notice: 'limit_sharing',
    })
    assert.deepEqual(view({ protocolMessage: { type: 30, memberLabel: { label: 'Cook' } } }), {
      type: 'member_label',
      text: 'Cook',
    })
    assert.equal(view({ protocolMessage: { type: 99 } }).notice, 'protocol_99')
  })

  it('tells how often something was forwarded', () => {
    const contextInfo = { isForwarded: true, forwardingScore: 5 }
    const { forwarded, forwardingScore } = view({ pollCreationMessageV3: { name: 'Lunch?', contextInfo } })
    assert.deepEqual([forwarded, forwardingScore], [true, 5])
  })

  it('never throws, whatever the bytes', () => {
    const outcome = (bytes: Uint8Array) => typeof describeMessage(bytes).type === 'string'
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), outcome))
  })
})
