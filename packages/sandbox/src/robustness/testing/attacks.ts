import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { deflateSync } from 'node:zlib'
import { generateKeyPair } from '@switchboard/signal'
import { WebSocket } from 'ws'
import type { Sandbox } from '../../driver/sandbox.ts'
import { RawClient, type SeededAccount } from '../../load/index.ts'
import { encodeNode } from '../../wire/encode-node.ts'
import { frame, intro } from '../../wire/frames.ts'
import { parseJid, serverJid } from '../../wire/jid.ts'
import { sealGcm } from '../../wire/noise-state.ts'
import { HandshakeMessage } from '../../wire/proto/index.ts'
import { issueUploadAuth } from '../../world/media/upload-auth.ts'
import type { SeededRandom } from '../../world/seeded-random.ts'
import { HostileStanzas } from './hostile-stanzas.ts'

export type Attack = (victim: SeededAccount, people: readonly string[]) => Promise<void>

/** What an attacker does with one socket. Each ends by itself or is cut off. */
export function attacksOn(sandbox: Sandbox, random: SeededRandom): Record<string, Attack> {
  const hostile = new HostileStanzas(random)
  const opened = () => openSocket(sandbox)
  const sealed = (victim: SeededAccount, make: () => Uint8Array, times: number) =>
    sendSealed(sandbox, victim, make, times)
  return {
    'noise from the first byte': async () => {
      const socket = await opened()
      socket.send(randomBytes(1 + random.integer(3000)))
      socket.terminate()
    },
    'noise after the intro': async () => {
      const socket = await opened()
      socket.send(Buffer.concat([intro, frame(randomBytes(random.integer(500)))]))
      socket.send(frame(randomBytes(random.integer(500))))
      socket.terminate()
    },
    'mutated hellos, of every pattern': async () => {
      const socket = await opened()
      const clientHello = { ephemeral: generateKeyPair().publicKey, static: randomBytes(48), payload: randomBytes(80) }
      const hello = hostile.pick([
        clientHello,
        { ephemeral: clientHello.ephemeral },
        { ephemeral: new Uint8Array(32) },
        {},
      ])
      socket.send(Buffer.concat([intro, frame(hostile.mutated(HandshakeMessage.encode({ clientHello: hello })))]))
      socket.send(frame(hostile.mutated(HandshakeMessage.encode({ clientFinish: clientHello }))))
      socket.terminate()
    },
    'frames longer than any': async () => {
      const socket = await opened()
      socket.send(Buffer.concat([intro, Buffer.of(0xff, 0xff, 0xff), randomBytes(100)]))
      await closed(socket)
    },
    'messages longer than any': async () => {
      const socket = await opened()
      socket.send(Buffer.alloc(9 * 1024 * 1024))
      await closed(socket)
    },
    'the wrong kind of WebSocket message': async () => {
      const socket = await opened()
      socket.send('WA and some text')
      socket.terminate()
    },
    'sockets that say nothing, or half of it': async () => {
      const socket = await opened()
      socket.send(Buffer.concat([intro, Buffer.of(0, 1)]))
      setTimeout(() => socket.terminate(), 500).unref()
    },
    'half an HTTP request': async () => {
      const socket = connect(sandbox.server.port, '127.0.0.1')
      socket.on('error', () => {})
      socket.write(
        hostile.pick([
          'GET /ws/chat HTTP/1.1\r\nupgrade: websocket\r\n',
          '\u0000\u0001',
          'POST /phones HTTP/1.1\r\ncontent-length: 99999\r\n\r\n{',
        ]),
      )
      setTimeout(() => socket.destroy(), 500).unref()
    },
    'random stanzas of a device that is logged in': async (victim, people) => {
      const client = await RawClient.connect(sandbox.socketUrl, victim)
      for (let n = 0; n < 20 && client.socket.readyState === client.socket.OPEN; n++) client.send(hostile.node(people))
      client.close()
    },
    'mutated stanzas, well sealed': async (victim, people) => {
      await sealed(victim, () => hostile.mutated(encodeNode(hostile.node(people))), 5)
    },
    'bombs: compressed stanzas that unpack to far too much': async (victim) => {
      await sealed(victim, () => Buffer.concat([Buffer.of(2), deflateSync(Buffer.alloc(32 * 1024 * 1024))]), 1)
    },
    'nodes nested far too deep': async (victim) => {
      const depth = 20_000
      const nest = Buffer.concat(Array.from({ length: depth }, () => Buffer.of(0xf8, 2, 0xfc, 1, 0x78, 0xf8, 1)))
      await sealed(victim, () => Buffer.concat([Buffer.of(0), nest]), 1)
    },
    'lists that claim to be endless': async (victim) => {
      await sealed(victim, () => Buffer.from([0, 0xf9, 0xff, 0xff, 0xfc, 1, 0x78, ...random.bytes(40)]), 1)
    },
    'stanzas of megabytes': async (victim, people) => {
      const client = await RawClient.connect(sandbox.socketUrl, victim)
      const to = parseJid(hostile.pick(people)) ?? serverJid
      client.send({ tag: 'message', attrs: { id: random.hex(4), to, type: 'text' }, content: random.bytes(1_000_000) })
      client.close()
    },
    'frames sealed with another key': async (victim) => {
      const client = await RawClient.connect(sandbox.socketUrl, victim)
      client.socket.send(frame(sealGcm(randomBytes(32), 0, encodeNode({ tag: 'iq', attrs: {} }))))
      await closed(client.socket)
    },
    'handshakes byte by byte': async () => {
      const socket = await opened()
      const hello = HandshakeMessage.encode({ clientHello: { ephemeral: generateKeyPair().publicKey } })
      for (const byte of Buffer.concat([intro, frame(hello)]).subarray(0, 30)) socket.send(Buffer.of(byte))
      setTimeout(() => socket.terminate(), 500).unref()
    },
    'a crowd that says nothing': async () => {
      const crowd = await Promise.all(Array.from({ length: 50 }, opened))
      setTimeout(() => crowd.map((socket) => socket.terminate()), 500).unref()
    },
    'a large frame byte by byte': async (victim) => {
      const client = await RawClient.connect(sandbox.socketUrl, victim)
      client.socket.send(Buffer.concat([Buffer.of(0x3f, 0xff, 0xff), randomBytes(2_000_000)]))
      for (let n = 0; n < 5000; n++) client.socket.send(Buffer.of(n & 255))
      await new Promise((resolve) => setImmediate(resolve))
      client.close()
    },
    'bombs of countless tiny nodes': async (victim) => {
      const lists = Buffer.concat(Array.from({ length: 80 }, () => listOf(60_000, Buffer.of(0xf8, 1, 5))))
      await sealed(victim, () => Buffer.concat([Buffer.of(2), deflateSync(Buffer.concat([listHead(80), lists]))]), 1)
    },
    'countless attributes': async (victim) => {
      const attributes = Buffer.concat(Array.from({ length: 32_000 }, (_, n) => Buffer.of(0xfc, 2, n >> 8, n & 255, 5)))
      await sealed(victim, () => Buffer.concat([Buffer.of(0, 0xf9, 0xfa, 0x01, 5), attributes]), 1)
    },
    'questions with endless names': async (victim) => {
      const client = await RawClient.connect(sandbox.socketUrl, victim)
      const attrs = { id: random.hex(4), type: 'get', to: serverJid }
      for (let n = 0; n < 5; n++)
        client.send({ tag: 'iq', attrs: { ...attrs, xmlns: `${random.hex(4)}${'x'.repeat(500_000)}` } })
      await new Promise((resolve) => setImmediate(resolve))
      client.close()
    },
    'a request to the control API that never ends': async () => {
      await endless(sandbox, 'POST /phones HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n')
    },
    'an upload that never ends': async (victim) => {
      const auth = encodeURIComponent(issueUploadAuth(sandbox.world, victim.phone.device))
      const hash = randomBytes(32).toString('base64url')
      await endless(
        sandbox,
        `POST /mms/image/${hash}?auth=${auth}&token=${hash} HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n`,
      )
    },
  }
}

/** Sends bytes in place of a stanza, as if they were one. */
async function sendSealed(
  sandbox: Sandbox,
  victim: SeededAccount,
  make: () => Uint8Array,
  times: number,
): Promise<void> {
  const client = await RawClient.connect(sandbox.socketUrl, victim)
  for (let n = 0; n < times && client.socket.readyState === client.socket.OPEN; n++) client.sendPlain(make())
  await new Promise((resolve) => setImmediate(resolve))
  client.close()
}

async function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState === socket.CLOSED) return
  await once(socket, 'close', { signal: AbortSignal.timeout(60_000) })
}

async function openSocket(sandbox: Sandbox): Promise<WebSocket> {
  const socket = new WebSocket(sandbox.socketUrl, { perMessageDeflate: false })
  socket.on('error', () => {})
  await once(socket, 'open')
  return socket
}

/** A body that continues until the server has had enough, or for half a second. */
async function endless(sandbox: Sandbox, head: string): Promise<void> {
  const socket = connect(sandbox.server.port, '127.0.0.1')
  socket.on('error', () => {})
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 32), Buffer.from('\r\n')])
  const pour = (): void => {
    while (!socket.destroyed && socket.write(chunk)) {}
  }
  socket.on('drain', pour)
  socket.resume()
  socket.write(head)
  pour()
  const enough = setTimeout(() => socket.destroy(), 500)
  await once(socket, 'close')
  clearTimeout(enough)
}

/** A node with so many children that the head of their list is all there is of it. */
const listHead = (count: number): Buffer => Buffer.of(0xf8, 2, 5, 0xf9, count >> 8, count & 255)
const listOf = (count: number, item: Buffer): Buffer =>
  Buffer.concat([listHead(count), Buffer.alloc(count * item.length, item)])
