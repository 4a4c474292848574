import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { after, before, describe, it } from 'node:test'
import { isFinal } from '@switchboard/engine'
import { linked, newHost, open, reopen, sendText } from '@switchboard/engine/contract'
import { hostileNodes } from './testing/hostile-nodes.ts'
import { type SandboxHarness, sandboxHarness } from './testing/sandbox-harness.ts'

/** How long the attack continues; longer on demand. */
const attackMs = Number(process.env['HOSTILE_MS'] ?? 2_000)
const seed = Number(process.env['HOSTILE_SEED'] ?? 20_261_122)
const burst = 25

/** Numerical Recipes' generator: the same stanzas for the same seed. */
function integers(start: number): (limit: number) => number {
  let state = start >>> 0
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

describe(`a server that sends anything (seed ${seed})`, () => {
  let harness: SandboxHarness
  before(async () => {
    harness = await sandboxHarness()
  })
  after(async () => {
    await harness.engine.close()
    await harness.close()
  })

  it('troubles no session but its own, and that one only as long as it continues', async () => {
    const [victim, one, other] = [
      await linked(harness, 'V'),
      await linked(harness, 'One'),
      await linked(harness, 'Two'),
    ]
    const bob = await harness.phone('Bob')
    const device = harness.sandbox.device(victim.jid)
    const groups = ['1@g.us', 'status@broadcast', '9@newsletter', 'x@call']
    const people = [bob.jid, bob.lid, victim.phone.jid, victim.jid, '5:99@lid', '0@s.whatsapp.net', 'nonsense']
    const next = hostileNodes(integers(seed), ['@s.whatsapp.net', ...people, ...groups])
    const texts: string[] = []
    const codes = victim.host.qrs.length
    let pushed = 0
    for (const end = Date.now() + attackMs; pushed < 4 * burst || Date.now() < end; ) {
      const stream = device.mailbox.attachment
      if (!stream) await reopen(harness, victim.host)
      for (let count = 0; stream && count < burst; count++, pushed++) stream.push?.(next())
      const text = `between ${texts.length}`
      texts.push(text)
      await (await sendText(harness, one, other.phone.jid, text)).ack
      await other.host.untilText(text)
    }
    assert.equal(victim.host.qrs.length, codes, 'a linked device shows no code')
    assert.deepEqual(other.host.texts(), texts)
    assert.deepEqual([one.session.state.name, other.session.state.name], ['open', 'open'])
    const again = await reopen(harness, victim.host)
    await (await sendText(harness, { ...victim, session: again }, bob.jid, 'still here')).ack
    await bob.shows('still here')
    await bob.send(victim.phone.jid, 'so am I')
    await victim.host.untilText('so am I')
    for (const session of [again, one.session, other.session]) await session.close()
  })

  it('that is no WhatsApp at all is a failed connection', async () => {
    const server = createServer()
    const sockets: Duplex[] = []
    server.on('upgrade', (request, socket) => {
      const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
      const accept = createHash('sha1').update(key).digest('base64')
      const head = `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}`
      socket.write(`${head}\r\n\r\n`)
      // Binary frames of what could be a handshake message, and is not.
      for (let count = 0; count < 5; count++)
        socket.write(Buffer.concat([Buffer.of(0x82, 43, 0, 0, 40), randomBytes(40)]))
      socket.on('error', () => socket.destroy())
      sockets.push(socket)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const socketUrl = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`
    const hosts = Array.from({ length: 10 }, () => newHost())
    await Promise.all(hosts.map((host) => open(harness, host, { endpoints: { ...harness.endpoints, socketUrl } })))
    for (const host of hosts) {
      const end = await host.untilFinal()
      assert.equal(end.reason, 'handshake_failed')
      assert.equal(host.states.filter(isFinal).length, 1)
    }
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
})
