import assert from 'node:assert/strict'
import { createHmac, randomBytes } from 'node:crypto'
import { describe, it } from 'node:test'
import { generateKeyPair, type KeyPair, sign, verify } from '@switchboard/signal'
import { configureSuccessfulPairing, initAuthCreds, type BinaryNode as LibraryNode } from 'baileys-stock'
import fc from 'fast-check'
import type { BinaryNode } from '../binary-node.ts'
import type { DeviceKeys } from '../device-keys.ts'
import { DeviceIdentity, SignedDeviceIdentity, SignedDeviceIdentityHmac } from '../proto/messages.ts'
import { libraryPair, newDeviceKeys } from '../testing/device-keys.ts'
import { acceptPairing, pairingRefusal, UnprovenPairing } from './accept-pairing.ts'

interface Pairing {
  readonly hosted: boolean
  readonly keyIndex: number
  readonly lid: string | null
  readonly platform: string | null
  readonly business: string | null
  /** What is signed with, when not the account's own key. */
  readonly forger?: KeyPair
  readonly secret?: Uint8Array
}

/** What WhatsApp sends when a phone has taken a device in. */
function pairSuccess(keys: DeviceKeys, { hosted, keyIndex, lid, platform, business, ...wrong }: Pairing): BinaryNode {
  const account = generateKeyPair()
  const type = hosted ? { accountType: 1 } : {}
  const details = DeviceIdentity.encode({
    rawId: 5,
    timestamp: 1_790_000_000,
    keyIndex,
    ...(hosted && { deviceType: 1 }),
  })
  const said = Buffer.concat([Buffer.from([6, hosted ? 5 : 0]), details, keys.identityKey.publicKey])
  const accountSignature = sign((wrong.forger ?? account).privateKey, said)
  const identity = SignedDeviceIdentity.encode({ details, accountSignatureKey: account.publicKey, accountSignature })
  const mac = createHmac('sha256', wrong.secret ?? keys.advSecret)
  const hmac = mac
    .update(Buffer.from(hosted ? [6, 5] : []))
    .update(identity)
    .digest()
  const container = SignedDeviceIdentityHmac.encode({ details: identity, hmac, ...type })
  return {
    tag: 'iq',
    attrs: { from: '@s.whatsapp.net', id: '42', type: 'set', xmlns: 'md' },
    content: [
      {
        tag: 'pair-success',
        attrs: {},
        content: [
          { tag: 'device-identity', attrs: {}, content: Buffer.from(container) },
          { tag: 'device', attrs: { jid: '4917012345678:9@s.whatsapp.net', ...(lid !== null && { lid }) } },
          ...(platform === null ? [] : [{ tag: 'platform', attrs: { name: platform } }]),
          ...(business === null ? [] : [{ tag: 'biz', attrs: { name: business } }]),
        ],
      },
    ],
  }
}

const plain: Pairing = { hosted: false, keyIndex: 3, lid: '77:9@lid', platform: 'android', business: null }

/** A pairing's reply without the signature, which is another each time, and that signature. */
function signatureOf(reply: { readonly content?: unknown }) {
  const [sign] = reply.content as BinaryNode[]
  const [identity] = sign!.content as BinaryNode[]
  const { deviceSignature, ...rest } = SignedDeviceIdentity.decode(identity!.content as Uint8Array)
  identity!.content = SignedDeviceIdentity.encode(rest)
  return deviceSignature!
}

describe('acceptPairing', () => {
  it('finds and answers what the library does', () => {
    const text = fc.option(fc.string({ minLength: 1, maxLength: 20 }))
    const pairing = fc.record({
      hosted: fc.boolean(),
      keyIndex: fc.nat(1000),
      lid: fc.option(fc.constant('77:9@lid')),
      platform: text,
      business: text,
    })
    fc.assert(
      fc.property(pairing, (wishes) => {
        const keys = newDeviceKeys()
        const creds = {
          ...initAuthCreds(),
          signedIdentityKey: libraryPair(keys.identityKey),
          advSecretKey: Buffer.from(keys.advSecret).toString('base64'),
        }
        const node = pairSuccess(keys, wishes)
        const theirs = configureSuccessfulPairing(node as LibraryNode, creds)
        const ours = acceptPairing(node, keys)
        const { account, me, platform } = theirs.creds
        assert.deepEqual([ours.jid, ours.lid, ours.businessName], [me!.id, me!.lid, me!.name])
        assert.equal(ours.platform, platform)
        for (const part of ['details', 'accountSignatureKey', 'accountSignature'] as const) {
          assert.deepEqual(Buffer.from(ours.account[part]), Buffer.from(account![part]!), part)
        }
        const { details, accountSignatureKey } = ours.account
        const signed = Buffer.concat([Buffer.from([6, 1]), details, keys.identityKey.publicKey, accountSignatureKey])
        for (const signature of [signatureOf(ours.reply), signatureOf(theirs.reply), ours.account.deviceSignature]) {
          assert.equal(verify(keys.identityKey.publicKey, signed, signature), true)
        }
        assert.equal(JSON.stringify(ours.reply), JSON.stringify(theirs.reply))
      }),
      { numRuns: 20, endOnFailure: true },
    )
  })

  it('refuses what was not made with the secret of the code, and what the account did not sign', () => {
    const keys = newDeviceKeys()
    const refused = (pairing: Pairing, text: string) =>
      assert.throws(
        () => acceptPairing(pairSuccess(keys, pairing), keys),
        (error) => error instanceof UnprovenPairing && error.text === text,
      )
    for (const hosted of [false, true]) {
      refused({ ...plain, hosted, secret: randomBytes(32) }, 'hmac-mismatch')
      refused({ ...plain, hosted, forger: generateKeyPair() }, 'signature-mismatch')
    }
  })

  it('refuses what it cannot read', () => {
    const keys = newDeviceKeys()
    const spoilt = (content: BinaryNode[]): BinaryNode => ({ tag: 'iq', attrs: { id: '1' }, content })
    const device = { tag: 'device', attrs: { jid: '1:1@s.whatsapp.net' } }
    const identity = (bytes: number[]) => ({ tag: 'device-identity', attrs: {}, content: Buffer.from(bytes) })
    for (const parts of [[], [device], [identity([1])], [device, identity([0xff])], [device, identity([])]]) {
      const node = spoilt([{ tag: 'pair-success', attrs: {}, content: parts }])
      assert.throws(() => acceptPairing(node, keys), UnprovenPairing)
    }
  })

  it('says to WhatsApp what was wrong', () => {
    const node = pairSuccess(newDeviceKeys(), plain)
    const error = (code: string, text: string) => [{ tag: 'error', attrs: { code, text } }]
    assert.deepEqual(pairingRefusal(node, 'hmac-mismatch').content, error('401', 'hmac-mismatch'))
    assert.deepEqual(pairingRefusal(node, 'internal-error').content, error('500', 'internal-error'))
    assert.deepEqual(pairingRefusal(node, 'internal-error').attrs, { to: '@s.whatsapp.net', type: 'error', id: '42' })
  })
})
