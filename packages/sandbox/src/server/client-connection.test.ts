import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import { generateKeyPair } from '@switchboard/signal'
import { WebSocket } from 'ws'
import { frame, intro } from '../wire/frames.ts'
import { HandshakeMessage } from '../wire/proto/index.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { World } from '../world/world.ts'
import { SandboxServer } from './sandbox-server.ts'
import { serveWorld } from './serve-world.ts'

describe('a connection', () => {
  const clock = new ManualClock()
  const world = serveWorld(new World({ clock }))
  let server: SandboxServer
  const hello = () => frame(HandshakeMessage.encode({ clientHello: { ephemeral: generateKeyPair().publicKey } }))

  before(async () => {
    server = await SandboxServer.start(world)
  })

  after(() => server.close())

  async function opened(): Promise<WebSocket> {
    const socket = new WebSocket(server.url)
    socket.on('error', () => {})
    await once(socket, 'open')
    return socket
  }

  it('is cut off for anything but the protocol, and the server lives on', async () => {
    const openings = [
      randomBytes(300),
      Buffer.concat([intro, frame(randomBytes(40))]),
      Buffer.concat([intro, hello(), frame(randomBytes(80))]),
      Buffer.concat([intro, hello(), hello()]),
      Buffer.concat([intro, frame(HandshakeMessage.encode({ clientFinish: {} }))]),
      Buffer.concat([intro, Buffer.of(0xff, 0xff, 0xff)]),
    ]
    for (const bytes of openings) {
      const socket = await opened()
      socket.send(bytes)
      await once(socket, 'close')
    }
    assert.equal(world.log.since().filter((event) => event.type === 'server.error').length, 0)
    assert.equal(world.log.since().filter((event) => event.type === 'wire.error').length, openings.length)
  })

  it('is cut off when the handshake does not end in time', async () => {
    const socket = await opened()
    socket.send(Buffer.concat([intro, hello()]))
    await once(socket, 'message')
    clock.advance(20_000)
    await once(socket, 'close')
  })

  it('is refused on any other path, and plain HTTP gets 404', async () => {
    const socket = new WebSocket(`${server.url}/elsewhere`)
    const [error] = await once(socket, 'error')
    assert.match(String(error), /400|404/)
    assert.equal((await fetch(server.origin)).status, 404)
  })
})
