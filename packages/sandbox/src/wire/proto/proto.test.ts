import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { proto } from 'baileys-stock'
import { ADVSignedDeviceIdentity, ClientPayload, HistorySync, Message, SyncdPatch, unknownFieldsOf } from './index.ts'

describe('protobuf schema', () => {
  it('writes messages that a foreign implementation reads', () => {
    const bytes = Message.encode({
      extendedTextMessage: { text: 'hé', contextInfo: { stanzaId: 'A1', quotedMessage: { conversation: 'old' } } },
      deviceSentMessage: { destinationJid: '1@lid', message: { conversation: 'x' } },
      protocolMessage: { type: 6, appStateSyncKeyShare: { keys: [{ keyId: { keyId: new Uint8Array([1]) } }] } },
    })
    const read = proto.Message.decode(bytes)
    assert.equal(read.extendedTextMessage?.text, 'hé')
    assert.equal(read.extendedTextMessage?.contextInfo?.quotedMessage?.conversation, 'old')
    assert.equal(read.deviceSentMessage?.message?.conversation, 'x')
    assert.equal(read.protocolMessage?.appStateSyncKeyShare?.keys?.[0]?.keyId?.keyId?.[0], 1)
  })

  it('reads what a foreign implementation writes, also with fields that it does not know', () => {
    const payload = proto.ClientPayload.encode({
      username: 15550001,
      device: 3,
      passive: true,
      connectType: 1,
      userAgent: { platform: 14, appVersion: { primary: 2 } },
    }).finish()
    const read = ClientPayload.decode(payload)
    assert.equal(read.username, 15550001)
    assert.equal(read.device, 3)
    assert.equal(read.userAgent?.appVersion?.primary, 2)
    assert.equal(read.devicePairingData, undefined)
  })

  it('keeps numbers of history and app state on both sides', () => {
    const history = proto.HistorySync.decode(
      HistorySync.encode({
        syncType: 3,
        progress: 100,
        conversations: [
          { id: 'a@lid', pnJid: 'b', messages: [{ message: { key: { id: 'M' }, messageTimestamp: 1700000000 } }] },
        ],
      }),
    )
    assert.equal(history.syncType, 3)
    assert.equal(Number(history.conversations?.[0]?.messages?.[0]?.message?.messageTimestamp), 1700000000)
    const patch = proto.SyncdPatch.decode(SyncdPatch.encode({ version: { version: 7 }, mutations: [{ operation: 1 }] }))
    assert.equal(Number(patch.version?.version), 7)
    assert.equal(patch.mutations?.[0]?.operation, 1)
    const identity = ADVSignedDeviceIdentity.decode(
      proto.ADVSignedDeviceIdentity.encode({
        details: new Uint8Array([9]),
        deviceSignature: new Uint8Array(64),
      }).finish(),
    )
    assert.equal(identity.deviceSignature?.length, 64)
  })

  it('keeps fields that it does not know, whatever they are and however deep', () => {
    // 990: bytes, 991: a number, 992: eight bytes, 993: four bytes.
    const unknown = Buffer.from('f23d03010203' + 'f83d9604' + '813e0102030405060708' + '8d3e01020304', 'hex')
    const text = Buffer.concat([Buffer.from('0a026869', 'hex'), unknown])
    const inside = Buffer.concat([Buffer.from([0x32, text.length]), text])
    const wrapped = Buffer.concat([Buffer.from([0x12, inside.length]), inside])
    const deviceSent = Buffer.concat([Buffer.from([0xfa, 0x01, wrapped.length]), wrapped, unknown])
    const read = Message.decode(deviceSent)
    assert.equal(read.deviceSentMessage?.message?.extendedTextMessage?.text, 'hi')
    const fields = [990, 991, 992, 993]
    assert.deepEqual(
      unknownFieldsOf(read).map(({ number }) => number),
      fields,
    )
    assert.deepEqual(unknownFieldsOf(read)[0]!.content, new Uint8Array([1, 2, 3]))
    const copy = structuredClone(read)
    assert.deepEqual(Buffer.from(Message.encode(copy)), deviceSent)
    assert.deepEqual(unknownFieldsOf(copy.deviceSentMessage!.message!.extendedTextMessage!).length, fields.length)
  })
})
