import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generateKeyPair } from '@switchboard/signal'
import { issueCertificateChain } from '../wire/certificate-chain.ts'
import { CertChain, CertificateDetails, ClientPayload, HandshakeMessage } from '../wire/proto/index.ts'
import { WireError } from '../wire/wire-error.ts'
import { NoiseResponder } from './noise-responder.ts'
import { NoiseInitiator } from './testing/noise-initiator.ts'

describe('a resumed handshake', () => {
  const serverStatic = generateKeyPair()
  const chain = issueCertificateChain(generateKeyPair(), serverStatic.publicKey, 1_790_000_000)
  const responder = () => new NoiseResponder(serverStatic, chain)
  const payload = ClientPayload.encode({ username: 4915112345, device: 3 })

  it('takes one round with a client that knows the server (IK)', () => {
    const client = generateKeyPair()
    const initiator = new NoiseInitiator(client.privateKey)
    const { reply, outcome } = responder().take(initiator.resume(serverStatic.publicKey, payload))
    assert.ok(reply && outcome)
    assert.equal(HandshakeMessage.decode(reply).serverHello?.static, undefined)
    const resumed = initiator.resumed(reply)
    const leaf = CertificateDetails.decode(CertChain.decode(resumed.chain).leaf!.details!)
    assert.deepEqual([...leaf.key!], [...serverStatic.publicKey])
    assert.deepEqual(
      [outcome.receiveKey, outcome.sendKey].map((key) => Buffer.from(key)),
      resumed.keys,
    )
    assert.deepEqual([...outcome.clientStatic], [...client.publicKey])
    assert.deepEqual({ ...outcome.payload }, { username: 4915112345, device: 3 })
  })

  it('falls back to a full one with a client that knows another server (XXfallback)', () => {
    const client = generateKeyPair()
    const initiator = new NoiseInitiator(client.privateKey)
    const server = responder()
    const first = server.take(initiator.resume(generateKeyPair().publicKey, payload))
    assert.ok(first.reply && !first.outcome)
    const { finish, keys, serverStatic: proven } = initiator.fallBack(first.reply, payload)
    assert.deepEqual([...proven], [...serverStatic.publicKey])
    const { outcome } = server.take(finish)
    assert.ok(outcome)
    assert.deepEqual(
      [outcome.receiveKey, outcome.sendKey].map((key) => Buffer.from(key)),
      keys,
    )
    assert.deepEqual([...outcome.clientStatic], [...client.publicKey])
  })

  it('refuses a payload that was changed on its way', () => {
    const hello = HandshakeMessage.decode(
      new NoiseInitiator(generateKeyPair().privateKey).resume(serverStatic.publicKey, payload),
    ).clientHello!
    const changed = Uint8Array.from(hello.payload!)
    changed[0]! ^= 1
    const frame = HandshakeMessage.encode({ clientHello: { ...hello, payload: changed } })
    assert.throws(() => responder().take(frame), WireError)
  })
})
