import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { generateKeyPair, type KeyPair } from '@switchboard/signal'
import {
  type BinaryNode,
  encodeBinaryNode,
  makeNoiseHandler,
  NOISE_WA_HEADER,
  proto,
  WA_CERT_DETAILS,
} from 'baileys-stock'
import fc from 'fast-check'
import { LinkError } from '../link-error.ts'
import { decodeStanza } from '../nodes/decode.ts'
import { encodeStanza } from '../nodes/encode.ts'
import { arbitraryNode } from '../testing/arbitrary-nodes.ts'
import { libraryPair } from '../testing/device-keys.ts'
import { answerFull, answerResumed, type ChainWishes, certificateChain } from '../testing/noise-server.ts'
import { FrameReader, framed } from './frame-reader.ts'
import { Handshake } from './handshake.ts'
import { introOf } from './intro.ts'
import { mostFrameBytes, SealedStream } from './sealed-stream.ts'

const silent: Parameters<typeof makeNoiseHandler>[0]['logger'] = {
  level: 'silent',
  child: () => silent,
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
}

const root = generateKeyPair()
const server = generateKeyPair()

function unframed(bytes: Uint8Array): Buffer {
  const reader = new FrameReader(mostFrameBytes)
  reader.add(Buffer.from(bytes))
  return reader.next()!
}

interface Wishes {
  readonly noiseKey?: KeyPair
  readonly ephemeral?: KeyPair
  readonly knownServer?: Uint8Array
  readonly payload?: Uint8Array
  readonly now?: number
}

const handshake = ({ now = Date.now(), ...wishes }: Wishes = {}) =>
  new Handshake({
    noiseKey: generateKeyPair(),
    ephemeral: generateKeyPair(),
    payload: Buffer.from('payload'),
    root: root.publicKey,
    ...wishes,
    now: () => now,
  })

describe('a full handshake', () => {
  it('has the bytes of the library, and so have the frames behind it', async () => {
    // The library has one root for the process.
    WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(root.publicKey)
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 400 })
    const property = fc.asyncProperty(
      fc.option(bytes),
      bytes,
      fc.array(arbitraryNode, { maxLength: 4 }),
      async (routing, payload, nodes) => {
        const [noiseKey, ephemeral] = [generateKeyPair(), generateKeyPair()]
        const routingInfo = routing ? Buffer.from(routing) : undefined
        const library = makeNoiseHandler({
          keyPair: libraryPair(ephemeral),
          NOISE_HEADER: NOISE_WA_HEADER as Uint8Array,
          logger: silent,
          ...(routingInfo && { routingInfo }),
        })
        const ours = handshake({ noiseKey, ephemeral, payload })
        const clientHello = { ephemeral: ephemeral.publicKey }
        const theirHello = library.encodeFrame(proto.HandshakeMessage.encode({ clientHello }).finish())
        const hello = ours.hello()
        assert.deepEqual(Buffer.concat([introOf(routingInfo), framed(hello)]), theirHello)

        const answer = answerFull(hello, server, certificateChain(root, server.publicKey))
        const sealedKey = library.processHandshake(proto.HandshakeMessage.decode(answer.reply), libraryPair(noiseKey))
        const clientFinish = { static: sealedKey, payload: library.encrypt(payload) }
        const end = ours.answer(answer.reply)
        const theirFinish = library.encodeFrame(proto.HandshakeMessage.encode({ clientFinish }).finish())
        assert.deepEqual(framed(end.finish!), theirFinish)
        assert.deepEqual(Buffer.from(answer.finish(end.finish!)), Buffer.from(payload))
        assert.deepEqual(Buffer.from(end.serverKey), Buffer.from(server.publicKey))

        await library.finishInit()
        const sealed = new SealedStream(end.sendKey, end.receiveKey)
        const [clientKey, serverKey] = answer.keys()
        const serverSide = new SealedStream(serverKey, clientKey)
        for (const node of nodes) {
          const frame = sealed.seal(encodeStanza(node))
          assert.deepEqual(frame, library.encodeFrame(encodeBinaryNode(node)))
          assert.deepEqual(Buffer.from(serverSide.open(unframed(frame))), encodeBinaryNode(node))
          // The library writes addresses without a server, and does not read them.
          if (JSON.stringify(node).includes('@"')) continue
          const sent = serverSide.seal(encodeBinaryNode({ tag: 'ib', attrs: {}, content: [node] }))
          const read: (BinaryNode | Uint8Array)[] = []
          await library.decodeFrame(sent, (frame) => read.push(frame))
          const { content: theirs } = read[0] as BinaryNode
          const { content } = decodeStanza(sealed.open(unframed(sent)))
          assert.equal(JSON.stringify(content), JSON.stringify(theirs))
        }
      },
    )
    await fc.assert(property, { numRuns: 20, endOnFailure: true })
  })
})

describe('a resumed handshake', () => {
  const payload = Buffer.from('who I am')
  const chain = certificateChain(root, server.publicKey)

  it('takes one round with a server that is known', () => {
    const ours = handshake({ knownServer: server.publicKey, payload })
    const answer = answerResumed(ours.hello(), server, chain)
    assert.deepEqual(Buffer.from(answer.payload!), payload)
    const { finish, sendKey, receiveKey } = ours.answer(answer.reply)
    assert.equal(finish, undefined)
    assert.deepEqual([sendKey, receiveKey].map(Buffer.from), answer.keys().map(Buffer.from))
  })

  it('continues as a full one when the server has another key by now', () => {
    const ours = handshake({ knownServer: generateKeyPair().publicKey, payload })
    const answer = answerFull(ours.hello(), server, chain, 'XXfallback')
    const { finish, serverKey } = ours.answer(answer.reply)
    assert.deepEqual(Buffer.from(answer.finish(finish!)), payload)
    assert.deepEqual(Buffer.from(serverKey), Buffer.from(server.publicKey))
  })

  it('refuses a server that has lost its certificate since', () => {
    const ours = handshake({ knownServer: server.publicKey })
    const expired = certificateChain(root, server.publicKey, { notAfter: 1_700_000_000 })
    const { reply } = answerResumed(ours.hello(), server, expired)
    assert.throws(() => ours.answer(reply), /expired/)
  })
})

describe('trust', () => {
  const seen = (wishes: ChainWishes, { now = Date.now(), issuer = root } = {}) => {
    const ours = handshake({ now })
    return ours.answer(answerFull(ours.hello(), server, certificateChain(issuer, server.publicKey, wishes)).reply)
  }

  it('accepts a chain that is right in everything', () => {
    assert.ok(seen({}))
  })

  it('accepts a chain that names no dates', () => {
    assert.ok(seen({ notBefore: 0, notAfter: 0 }))
  })

  it('refuses certificates for another key, of another root, of another issuer, and those that are not valid now', () => {
    const untrusted = (error: unknown) => error instanceof LinkError && error.code === 'untrusted'
    const seconds = Math.floor(Date.now() / 1000)
    assert.throws(() => seen({ leafKey: generateKeyPair().publicKey }), untrusted)
    assert.throws(() => seen({}, { issuer: generateKeyPair() }), untrusted)
    assert.throws(() => seen({ leafIssuer: 1 }), untrusted)
    assert.throws(() => seen({ rootSerial: 1 }), untrusted)
    assert.throws(() => seen({ notBefore: seconds + 600 }), untrusted)
    assert.throws(() => seen({ notAfter: seconds - 600 }), untrusted)
  })

  it('looks at the dates again when it meets a chain that it has proven', () => {
    const chain = certificateChain(root, server.publicKey)
    const meet = (now: number) => {
      const ours = handshake({ now })
      return ours.answer(answerFull(ours.hello(), server, chain).reply)
    }
    assert.ok(meet(Date.now()))
    assert.throws(() => meet(Date.now() + 7_200_000), /expired/)
  })

  it('refuses answers that are none, and those that were sealed with other keys', () => {
    const ours = handshake()
    ours.hello()
    for (const frame of [Buffer.alloc(0), Buffer.from('hello'), Buffer.alloc(600, 0x1a)]) {
      assert.throws(() => ours.answer(frame), LinkError)
    }
    const other = handshake()
    const { reply } = answerFull(other.hello(), server, certificateChain(root, server.publicKey))
    assert.throws(() => ours.answer(reply), /other keys/)
  })
})
