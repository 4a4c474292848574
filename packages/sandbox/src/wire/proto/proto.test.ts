import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { proto } from 'baileys-stock'
import { ADVSignedDeviceIdentity, ClientPayload, HistorySync, Message, SyncdPatch } from './index.ts'

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

  it('reads what a foreign implementation writes, skipping fields that it does not know', () => {
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
})
