import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { proto } from 'baileys-stock'
import fc from 'fast-check'
import { unwrapDeviceSent, wrapDeviceSent } from './device-sent.ts'
import { bytesField } from './raw-fields.ts'

const encode = (message: proto.IMessage) => Uint8Array.from(proto.Message.encode(message).finish())

describe('the wrapper for own devices', () => {
  it('is what other clients read, and holds the message as it is', () => {
    const message = encode({ conversation: 'hi' })
    const wrapped = proto.Message.decode(wrapDeviceSent('1@lid', message))
    assert.equal(wrapped.deviceSentMessage?.destinationJid, '1@lid')
    assert.equal(wrapped.deviceSentMessage?.message?.conversation, 'hi')
  })

  it('comes off again, with fields that no schema knows', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (secret, text) => {
        const message = Buffer.concat([encode({ conversation: text }), bytesField(4000, secret)])
        const unwrapped = unwrapDeviceSent(wrapDeviceSent('1@lid', message))
        assert.equal(unwrapped?.chat, '1@lid')
        assert.deepEqual(Buffer.from(unwrapped!.message), message)
      }),
    )
  })

  it('keeps the secret that rides outside of it', () => {
    const wrapped = encode({
      deviceSentMessage: { destinationJid: '1@lid', message: { conversation: 'poll' } },
      messageContextInfo: { messageSecret: new Uint8Array(32).fill(1) },
    })
    const inner = proto.Message.decode(unwrapDeviceSent(wrapped)!.message)
    assert.equal(inner.conversation, 'poll')
    assert.equal(inner.messageContextInfo?.messageSecret?.length, 32)
  })

  it('is not found in other messages, and malformed ones are refused', () => {
    assert.equal(unwrapDeviceSent(encode({ conversation: 'plain' })), undefined)
    assert.throws(() => unwrapDeviceSent(Uint8Array.of(0xfa, 0x01, 0x7f)), RangeError)
  })
})
