import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { MemoryCredentials } from '@switchboard/engine/contract'
import { verify } from '@switchboard/signal'
import {
  type AuthenticationCreds,
  BufferJSON,
  encodeSignedDeviceIdentity,
  initAuthCreds,
  jidNormalizedUser,
} from 'baileys-stock'
import fc from 'fast-check'
import { deviceIdentityNode } from '../session/device-identity.ts'
import { credsWrite } from './creds-codec.ts'
import { newCreds } from './device-creds.ts'
import { storedAtStart } from './stored-at-start.ts'
import { fromStoredJson, toStoredJson } from './stored-json.ts'

/** What the library stored of a linked account: its device identity by the JSON form of protobufs, where bytes are base64 without a mark. */
const recorded = readFileSync(new URL('testing/recorded-creds.json', import.meta.url))

/** As the library writes and reads. */
const library = {
  write: (value: unknown) => Buffer.from(JSON.stringify(value, BufferJSON.replacer)),
  read: (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString(), BufferJSON.reviver),
}

const stored = async (value: Uint8Array) => {
  const store = new MemoryCredentials()
  await store.save([{ kind: 'creds', key: 'creds', value }])
  return store
}

const loadLinkedCreds = async (store: MemoryCredentials) => (await storedAtStart(store)).creds

describe('credentials that the protocol library stored', () => {
  it('open with all they hold', async () => {
    const [ours, theirs] = [
      await loadLinkedCreds(await stored(recorded)),
      library.read(recorded) as AuthenticationCreds,
    ]
    assert.ok(ours)
    assert.deepEqual(Object.keys(ours).sort(), Object.keys(theirs).sort())
    for (const [name, value] of Object.entries(theirs)) {
      if (name !== 'account') assert.deepEqual(ours[name as keyof typeof ours], value, name)
    }
    assert.equal(ours.account?.accountSignature?.length, 64)
    assert.equal(jidNormalizedUser(ours.me?.id), '4917000000001@s.whatsapp.net')
  })

  it('prove the device with the same bytes', async () => {
    const ours = await loadLinkedCreds(await stored(recorded))
    const [node] = deviceIdentityNode(ours!)
    const { account } = library.read(recorded) as AuthenticationCreds
    assert.deepEqual(Buffer.from(node!.content as Uint8Array), Buffer.from(encodeSignedDeviceIdentity(account!, true)))
    const nameless = { ...ours!, account: { ...ours!.account, accountSignatureKey: new Uint8Array() } }
    const without = encodeSignedDeviceIdentity({ ...account!, accountSignatureKey: null }, true)
    assert.deepEqual(Buffer.from(deviceIdentityNode(nameless)[0]!.content as Uint8Array), Buffer.from(without))
  })

  it('are written so that the library opens them again', async () => {
    const ours = await loadLinkedCreds(await stored(recorded))
    const { value } = credsWrite(ours!)
    const back = library.read(value!) as AuthenticationCreds
    const former = library.read(recorded) as AuthenticationCreds
    assert.deepEqual({ ...back, account: undefined }, { ...former, account: undefined })
    assert.deepEqual(
      Buffer.from(encodeSignedDeviceIdentity(back.account!, true)),
      Buffer.from(encodeSignedDeviceIdentity(former.account!, true)),
    )
  })

  it('are none without the account’s proof: a pairing that was not finished is not a link', async () => {
    assert.equal(await loadLinkedCreds(await stored(credsWrite(newCreds()).value!)), undefined)
  })
})

describe('new credentials', () => {
  it('are of the library’s kind, with a prekey that the identity signed', () => {
    const [ours, theirs] = [newCreds(), initAuthCreds()]
    const shape = (value: unknown) =>
      JSON.parse(JSON.stringify(value, (_, inner) => (typeof inner === 'object' ? inner : typeof inner)))
    const [own, their] = [fromStoredJson(credsWrite(ours).value!), library.read(library.write(theirs))]
    assert.deepEqual(Object.keys(own as object).sort(), Object.keys(their).sort())
    assert.deepEqual(Object.keys(shape(own).signedPreKey), ['keyPair', 'signature', 'keyId'])
    const { signedIdentityKey, signedPreKey } = ours
    const signed = Buffer.concat([Buffer.of(5), signedPreKey.keyPair.public])
    assert.equal(verify(signedIdentityKey.public, signed, signedPreKey.signature), true)
  })
})

describe('stored JSON', () => {
  const bytes = fc.uint8Array({ maxLength: 40 })
  const leaf = fc.oneof(bytes, fc.string(), fc.integer(), fc.boolean(), fc.constant(null))
  const value = fc.dictionary(
    fc.string({ minLength: 1 }).filter((name) => !/^\d/.test(name) && !['type', 'data', '__proto__'].includes(name)),
    fc.oneof(leaf, fc.array(leaf, { maxLength: 3 }), fc.dictionary(fc.constantFrom('a', 'b', 'c'), leaf)),
    { noNullPrototype: true },
  )
  const plain = (any: unknown): unknown =>
    any instanceof Uint8Array
      ? [...any]
      : Array.isArray(any)
        ? any.map(plain)
        : typeof any === 'object' && any !== null
          ? Object.fromEntries(Object.entries(any).map(([name, inner]) => [name, plain(inner)]))
          : any

  it('is the library’s, byte for byte, and reads the same', () => {
    fc.assert(
      fc.property(value, (any) => {
        const theirs = library.write(any)
        assert.deepEqual(Buffer.from(toStoredJson(any)), theirs)
        assert.deepEqual(plain(fromStoredJson(theirs)), plain(library.read(theirs)))
        assert.deepEqual(plain(fromStoredJson(theirs)), plain(any))
      }),
    )
  })

  it('gives bytes with memory of their own', () => {
    const { key } = fromStoredJson(toStoredJson({ key: new Uint8Array(32) })) as { key: Uint8Array }
    assert.equal(key.buffer.byteLength, 32)
  })
})
