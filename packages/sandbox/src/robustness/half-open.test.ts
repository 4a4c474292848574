import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, describe, it } from 'node:test'
import { WebSocket } from 'ws'
import { SandboxServer } from '../server/sandbox-server.ts'
import { serveWorld } from '../server/serve-world.ts'
import { ManualClock } from '../world/manual-clock.ts'
import { World } from '../world/world.ts'

const clock = new ManualClock()
const server = await SandboxServer.start(serveWorld(new World({ seed: 1, clock })), { mostUnfinished: 3 })
const sockets: WebSocket[] = []

/** What came of one more client that only opens a socket. */
async function knock(): Promise<'open' | 'turned away'> {
  const socket = new WebSocket(server.url, { perMessageDeflate: false })
  sockets.push(socket)
  const refused = once(socket, 'unexpected-response').then(([, response]) => {
    assert.equal(response.statusCode, 503)
    return 'turned away' as const
  })
  socket.on('error', () => {})
  return Promise.race([once(socket, 'open').then(() => 'open' as const), refused])
}

describe('clients that never shake hands', () => {
  after(async () => {
    for (const socket of sockets) socket.terminate()
    await server.close()
  })

  it('are turned away when they are too many, and make room when they leave or are cut off', async () => {
    const came = [await knock(), await knock(), await knock(), await knock()]
    assert.deepEqual(came, ['open', 'open', 'open', 'turned away'])
    const cut = sockets.slice(0, 3).map((socket) => once(socket, 'close'))
    clock.advance(20_000)
    await Promise.all(cut)
    assert.equal(await knock(), 'open')
  })
})
