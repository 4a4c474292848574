import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generateKeyPair, type KeyPair, verify } from '@switchboard/signal'
import { issueCertificateChain } from '../wire/certificate-chain.ts'
import { intro } from '../wire/frames.ts'
import { NoiseState } from '../wire/noise-state.ts'
import { CertChain, CertificateDetails, ClientPayload, HandshakeMessage } from '../wire/proto/index.ts'
import { WireError } from '../wire/wire-error.ts'
import { NoiseResponder } from './noise-responder.ts'

const nowSeconds = 1_790_000_000

/** The initiator's side, written here so that both ends are not the same code path. */
function greet(responder: NoiseResponder, ephemeral: KeyPair) {
  const state = new NoiseState()
  state.authenticate(intro)
  state.authenticate(ephemeral.publicKey)
  const step = responder.take(HandshakeMessage.encode({ clientHello: { ephemeral: ephemeral.publicKey } }))
  assert.ok(step.reply)
  const hello = HandshakeMessage.decode(step.reply).serverHello!
  state.authenticate(hello.ephemeral!)
  state.mixKeys(ephemeral.privateKey, hello.ephemeral!)
  const serverStatic = state.decrypt(hello.static!)
  state.mixKeys(ephemeral.privateKey, serverStatic)
  return {
    state,
    serverEphemeral: hello.ephemeral!,
    serverStatic,
    chain: CertChain.decode(state.decrypt(hello.payload!)),
  }
}

describe('the handshake', () => {
  const root = generateKeyPair()
  const serverStatic = generateKeyPair()
  const responder = () =>
    new NoiseResponder(serverStatic, issueCertificateChain(root, serverStatic.publicKey, nowSeconds))

  it('ends with the same keys on both sides and hands over the proven static key and the payload', () => {
    const server = responder()
    const client = generateKeyPair()
    const { state, serverEphemeral } = greet(server, generateKeyPair())
    const sealedStatic = state.encrypt(client.publicKey)
    state.mixKeys(client.privateKey, serverEphemeral)
    const payload = state.encrypt(ClientPayload.encode({ username: 4915112345, device: 3 }))
    const step = server.take(HandshakeMessage.encode({ clientFinish: { static: sealedStatic, payload } }))
    assert.ok(step.outcome)
    const [toServer, toClient] = state.split()
    assert.deepEqual([...step.outcome.receiveKey], [...toServer])
    assert.deepEqual([...step.outcome.sendKey], [...toClient])
    assert.deepEqual([...step.outcome.clientStatic], [...client.publicKey])
    assert.deepEqual({ ...step.outcome.payload }, { username: 4915112345, device: 3 })
  })

  it('proves its static key by a chain that only this root signed', () => {
    const { chain, serverStatic: proven } = greet(responder(), generateKeyPair())
    const intermediate = CertificateDetails.decode(chain.intermediate!.details!)
    const leaf = CertificateDetails.decode(chain.leaf!.details!)
    assert.ok(verify(root.publicKey, chain.intermediate!.details!, chain.intermediate!.signature!))
    assert.ok(verify(intermediate.key!, chain.leaf!.details!, chain.leaf!.signature!))
    assert.equal(
      verify(generateKeyPair().publicKey, chain.intermediate!.details!, chain.intermediate!.signature!),
      false,
    )
    assert.deepEqual([...leaf.key!], [...proven])
    assert.deepEqual([...proven], [...serverStatic.publicKey])
    assert.equal(intermediate.issuerSerial, 0)
    assert.equal(leaf.issuerSerial, intermediate.serial)
    assert.ok(leaf.notBefore! < nowSeconds && nowSeconds < leaf.notAfter!)
  })

  it('refuses a finish that was not sealed in this handshake, a bad key, and noise', () => {
    const server = responder()
    greet(server, generateKeyPair())
    const forged = HandshakeMessage.encode({
      clientFinish: { static: new Uint8Array(48), payload: new Uint8Array(48) },
    })
    assert.throws(() => server.take(forged), WireError)
    assert.throws(
      () => responder().take(HandshakeMessage.encode({ clientHello: { ephemeral: new Uint8Array(31) } })),
      WireError,
    )
    assert.throws(
      () => responder().take(HandshakeMessage.encode({ clientHello: { ephemeral: new Uint8Array(32) } })),
      WireError,
    )
    assert.throws(() => responder().take(Buffer.from([0xff, 0xff, 0xff])), WireError)
  })
})
