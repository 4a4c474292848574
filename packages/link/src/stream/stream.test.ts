import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { generateKeyPair } from '@switchboard/signal'
import type { BinaryNode } from '../binary-node.ts'
import { LinkError } from '../link-error.ts'
import { StanzaServer } from '../testing/stanza-server.ts'
import { Stream, type StreamOptions } from './stream.ts'
import type { StreamEnd } from './stream-end.ts'

const payload = Buffer.from('who I am')

/** A connection, and what its listener heard. */
function connect(server: StanzaServer, options: Partial<StreamOptions> = {}) {
  const heard = { stanzas: [] as BinaryNode[], failures: [] as unknown[], openings: 0, firsts: 0 }
  const proven = Promise.withResolvers<Uint8Array>()
  const ended = Promise.withResolvers<StreamEnd>()
  const stream = new Stream({
    url: server.url,
    noiseRoot: server.root.publicKey,
    noiseKey: generateKeyPair(),
    payload,
    ...options,
    listener: {
      opened: () => heard.openings++,
      proven: proven.resolve,
      heard: () => heard.firsts++,
      stanza: (node) => heard.stanzas.push(node),
      failed: (error) => heard.failures.push(error),
      ended: ended.resolve,
      ...options.listener,
    },
  })
  return { stream, heard, proven: proven.promise, ended: ended.promise }
}

describe('a connection', () => {
  let server: StanzaServer
  before(async () => {
    server = await StanzaServer.start()
  })
  after(() => server.close())

  async function connected(options: Partial<StreamOptions> = {}) {
    const client = connect(server, options)
    const peer = await server.connection()
    await peer.ready()
    await client.proven
    return { ...client, peer }
  }

  it('sends stanzas in order and hears those of the server', async () => {
    const { stream, heard, peer, ended } = await connected()
    assert.deepEqual(Buffer.from(peer.payload!), payload)
    const ids = Array.from({ length: 50 }, (_, index) => String(index))
    await Promise.all(ids.map((id) => stream.send({ tag: 'receipt', attrs: { id } })))
    await peer.stanza(49)
    assert.deepEqual(
      peer.stanzas.map(({ attrs }) => attrs['id']),
      ids,
    )
    peer.send({ tag: 'message', attrs: { id: 'a' } }, { tag: 'presence', attrs: { id: 'b' } })
    peer.send({ tag: 'xmlstreamend', attrs: {} })
    await ended
    assert.deepEqual(
      heard.stanzas.map(({ tag }) => tag),
      ['message', 'presence'],
    )
    assert.deepEqual([heard.openings, heard.firsts, heard.failures], [1, 1, []])
  })

  it('hands each answer to who asked', async () => {
    const { stream, heard, peer } = await connected()
    const ask = (xmlns: string) => stream.query({ tag: 'iq', attrs: { type: 'get', xmlns } })
    const [first, second] = [ask('one'), ask('two')]
    const [{ attrs: one }, { attrs: two }] = [await peer.stanza(0), await peer.stanza(1)]
    assert.match(one['id'] ?? '', /^\d+\.\d+-1$/)
    peer.send({ tag: 'iq', attrs: { id: two['id'], type: 'result', of: 'two' } })
    peer.send({ tag: 'iq', attrs: { id: one['id'], type: 'result', of: 'one' } })
    assert.deepEqual([(await first).attrs['of'], (await second).attrs['of']], ['one', 'two'])
    const message = stream.query({ tag: 'message', attrs: { id: 'M' } })
    await peer.stanza(2)
    peer.send({ tag: 'ack', attrs: { id: 'M', class: 'message' } })
    assert.equal((await message).tag, 'ack')
    assert.deepEqual(
      heard.stanzas.map(({ tag }) => tag),
      ['ack'],
      'an acknowledgement is for others too',
    )
    stream.end({ message: '' })
  })

  it('rejects what is refused, what is not answered in time, and what the end overtakes', async () => {
    const { stream, peer, ended } = await connected()
    const ask = (timeoutMs?: number) => stream.query({ tag: 'iq', attrs: {} }, timeoutMs)
    const refused = ask()
    const { attrs } = await peer.stanza(0)
    const error = { tag: 'error', attrs: { code: '404', text: 'item-not-found' } }
    peer.send({ tag: 'iq', attrs: { id: attrs['id'], type: 'error' }, content: [error] })
    await assert.rejects(refused, { code: 'refused', remoteCode: 404, message: 'item-not-found' })
    await assert.rejects(ask(50), { code: 'timeout' })
    const overtaken = ask()
    await peer.stanza(2)
    stream.end({ message: 'enough' })
    await assert.rejects(overtaken, { code: 'closed' })
    assert.equal(stream.isOpen, false)
    await assert.rejects(ask(), { code: 'closed' })
    await assert.rejects(stream.send({ tag: 'presence', attrs: {} }), { code: 'closed' })
    assert.deepEqual(await ended, { message: 'enough' })
  })

  it('settles each of two requests that have the same id', async () => {
    const { stream, peer } = await connected()
    const ask = () => stream.query({ tag: 'iq', attrs: { id: 'same' } })
    const first = assert.rejects(ask(), { code: 'closed' })
    const second = ask()
    await first
    await peer.stanza(1)
    peer.send({ tag: 'iq', attrs: { id: 'same', type: 'result' } })
    assert.equal((await second).attrs['type'], 'result')
    stream.end({ message: '' })
  })

  it('connects with routing info that fits no frame, without it', async () => {
    const { peer, stream } = await connected({ routingInfo: Buffer.alloc(17 * 1024 * 1024) })
    assert.deepEqual(peer.intro, Buffer.from([0x57, 0x41, 6, 3]))
    stream.end({ message: '' })
  })

  it('ends by itself, and not the process, when it cannot greet', async () => {
    const { ended } = connect(server, { knownServer: new Uint8Array(32) })
    await server.connection()
    const { data, message } = await ended
    assert.ok(data instanceof LinkError && data.code === 'untrusted', message)
  })

  it('reads frames that come in pieces, and several that come as one', async () => {
    const { heard, peer, ended, stream } = await connected()
    const frames = ['one', 'two', 'three'].map((tag) =>
      peer.seal(Buffer.from([0, 248, 1, 252, tag.length, ...Buffer.from(tag)])),
    )
    for (const byte of Buffer.concat(frames)) peer.sendBytes(Buffer.of(byte))
    peer.send({ tag: 'four', attrs: {} }, { tag: 'five', attrs: {} }, { tag: 'xmlstreamend', attrs: {} })
    await ended
    assert.deepEqual(
      heard.stanzas.map(({ tag }) => tag),
      ['one', 'two', 'three', 'four', 'five'],
    )
    assert.equal(stream.isOpen, false)
  })

  it('says why WhatsApp ended it', async () => {
    const conflict = { tag: 'conflict', attrs: { type: 'replaced' } }
    const ends: [BinaryNode, StreamEnd][] = [
      [
        { tag: 'stream:error', attrs: { code: '515' } },
        { code: 515, message: 'Stream Errored (unknown)', data: { tag: 'stream:error', attrs: { code: '515' } } },
      ],
      [
        { tag: 'stream:error', attrs: {}, content: [conflict] },
        { code: 440, message: 'Stream Errored (conflict)', data: conflict },
      ],
      [
        { tag: 'failure', attrs: { reason: '403' } },
        { code: 403, message: 'Connection Failure', data: { reason: '403' } },
      ],
      [
        { tag: 'ib', attrs: {}, content: [{ tag: 'downgrade_webclient', attrs: {} }] },
        { code: 411, message: 'Multi-device beta not joined' },
      ],
    ]
    for (const [node, expected] of ends) {
      const { peer, ended, heard } = await connected()
      peer.send(node)
      assert.deepEqual(await ended, expected)
      assert.deepEqual(heard.stanzas, [])
    }
  })

  it('ends when the other side goes, and when what comes cannot be read', async () => {
    const gone = await connected()
    gone.peer.socket.close()
    assert.equal((await gone.ended).code, 428)
    const spoilt = await connected()
    spoilt.peer.sendBytes(Buffer.concat([Buffer.of(0, 0, 20), Buffer.alloc(20)]))
    const { data, message } = await spoilt.ended
    assert.ok(data instanceof LinkError && data.code === 'untrusted', message)
  })

  it('is cut off when the other side does not close', async () => {
    const { peer, ended, stream } = await connected()
    peer.socket.pause()
    stream.end({ message: 'enough' })
    assert.deepEqual(await ended, { message: 'enough' })
    peer.socket.terminate()
  })

  it('shows signs of life, and ends when it hears none', async () => {
    const { peer, stream } = await connected({ keepAliveMs: 100 })
    const { tag, attrs, content } = await peer.stanza(1)
    assert.equal(tag, 'iq')
    assert.deepEqual(Object.keys(attrs), ['id', 'to', 'type', 'xmlns'])
    assert.deepEqual({ ...attrs, id: '' }, { id: '', to: '@s.whatsapp.net', type: 'get', xmlns: 'w:p' })
    assert.deepEqual(content, [{ tag: 'ping', attrs: {} }])
    stream.heardAt -= 10_000
    await peer.until(({ socket }) => socket.readyState === socket.CLOSED)
  })

  it('hands over what its listener throws, and stays', async () => {
    const broken = new Error('a bug')
    const failures: unknown[] = []
    const listener = {
      stanza: () => {
        throw broken
      },
      failed: (error: unknown) => failures.push(error),
    }
    const { peer, stream } = await connected({ listener: listener as never })
    peer.send({ tag: 'message', attrs: {} })
    const answer = stream.query({ tag: 'iq', attrs: {} })
    const { attrs } = await peer.stanza(0)
    peer.send({ tag: 'iq', attrs: { id: attrs['id'] } })
    await answer
    assert.deepEqual(failures, [broken])
    stream.end({ message: '' })
  })

  it('takes one round with a server that it knows, and two when that has another key by now', async () => {
    const first = await connected({ routingInfo: Buffer.from('way') })
    assert.deepEqual(
      first.peer.intro,
      Buffer.from([0x45, 0x44, 0, 1, 0, 0, 3, ...Buffer.from('way'), 0x57, 0x41, 6, 3]),
    )
    const knownServer = await first.proven
    const resumed = await connected({ knownServer })
    assert.equal(resumed.peer.resumed, true)
    server.resumes = 'no'
    const again = await connected({ knownServer })
    assert.equal(again.peer.resumed, false)
    assert.deepEqual(Buffer.from(await again.proven), Buffer.from(server.key.publicKey))
    server.resumes = 'yes'
    for (const { stream, ended } of [first, resumed, again]) {
      stream.end({ message: '' })
      await ended
    }
  })
})

describe('a connection to something else', () => {
  it('ends with what answered in place of a stream', async () => {
    const other = createServer((_request, response) => response.writeHead(407).end()).listen(0, '127.0.0.1')
    await new Promise((resolve) => other.once('listening', resolve))
    const url = `ws://127.0.0.1:${(other.address() as AddressInfo).port}`
    const { ended } = connect({ url, root: generateKeyPair() } as StanzaServer)
    assert.deepEqual(await ended, { message: 'answered with HTTP 407 in place of a stream' })
    other.close()
  })

  it('ends when nothing listens there', async () => {
    const { ended } = connect({ url: 'ws://127.0.0.1:9', root: generateKeyPair() } as StanzaServer)
    const { code, data } = await ended
    assert.equal(code, 408)
    assert.ok(data instanceof Error)
  })
})
