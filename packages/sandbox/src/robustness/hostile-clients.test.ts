import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { deflateSync } from 'node:zlib'
import { generateKeyPair } from '@switchboard/signal'
import { WebSocket } from 'ws'
import { Sandbox } from '../driver/sandbox.ts'
import { StockClient } from '../driver/testing/stock-client.ts'
import { RawClient, type SeededAccount, seedLinkedAccounts } from '../load/index.ts'
import { encodeNode } from '../wire/encode-node.ts'
import { frame, intro } from '../wire/frames.ts'
import { parseJid, serverJid } from '../wire/jid.ts'
import type { WireNode } from '../wire/node.ts'
import { sealGcm } from '../wire/noise-state.ts'
import { HandshakeMessage } from '../wire/proto/index.ts'
import { SeededRandom } from '../world/seeded-random.ts'

// The library announces closed sessions on the console.
console.info = () => {}

/** How long all attacks together go on. A minute, or more, on demand. */
const totalMs = Number(process.env['SANDBOX_HOSTILE_MS'] ?? 8000)
const seed = Number(process.env['SANDBOX_HOSTILE_SEED'] ?? 20_261_122)
const random = new SeededRandom(seed)

const pick = <T>(list: readonly T[]): T => list[random.integer(list.length)] as T
const sandbox = await Sandbox.start({ seed: 12, control: true })
const tags = [
  'message',
  'iq',
  'receipt',
  'ack',
  'presence',
  'chatstate',
  'call',
  'ib',
  'notification',
  'stream:error',
  '',
]
const namespaces = [
  'encrypt',
  'w:g2',
  'md',
  'usync',
  'privacy',
  'w:sync:app:state',
  'w:m',
  'w:mex',
  'newsletter',
  'status',
  'w:p',
  'blocklist',
]
const children = [
  'query',
  'create',
  'enc',
  'to',
  'participants',
  'list',
  'user',
  'sync',
  'collection',
  'patch',
  'count',
  'add',
  'item',
  'offer',
]
const names = [
  'id',
  'to',
  'from',
  'type',
  'xmlns',
  'jid',
  'class',
  'participant',
  'version',
  'name',
  'count',
  'recipient',
  'v',
  't',
  'code',
]

function randomValue(people: readonly string[]): WireNode['attrs'][string] {
  const jid = parseJid(pick(people))
  return pick<WireNode['attrs'][string]>([
    ...[
      '',
      'get',
      'set',
      'result',
      'error',
      '0',
      '-1',
      '9'.repeat(40),
      'x'.repeat(300),
      '\u0000',
      '__proto__',
      'constructor',
    ],
    ...['pkmsg', 'skmsg', 'retry', 'read', 'composing', 'regular', '4294967296', '1.5', 'NaN', ...namespaces],
    ...[
      serverJid,
      jid ?? serverJid,
      { user: 'nobody', server: 'g.us' } as const,
      { user: '1', server: 'newsletter' } as const,
    ],
  ])
}

function randomNode(people: readonly string[], depth = 0): WireNode {
  const attrs: Record<string, WireNode['attrs'][string]> = {}
  for (let n = random.integer(6); n > 0; n--) attrs[pick(names)] = randomValue(people)
  if (depth === 0 && random.integer(4) > 0) attrs['id'] = random.hex(4)
  if (depth === 0 && random.integer(3) > 0) attrs['xmlns'] = pick(namespaces)
  const tag = depth === 0 ? pick(tags) : pick([...children, ...tags])
  const kind = random.integer(4)
  if (kind === 0 || depth > 4) return { tag: tag || 'x', attrs }
  if (kind === 1) return { tag: tag || 'x', attrs, content: random.bytes(random.integer(200)) }
  const content = Array.from({ length: random.integer(5) }, () => randomNode(people, depth + 1))
  return { tag: tag || 'x', attrs, content }
}

/** Flips, drops or repeats bytes. */
function mutated(bytes: Uint8Array): Uint8Array {
  const copy = Buffer.from(bytes)
  for (let n = 1 + random.integer(4); n > 0 && copy.length > 0; n--)
    copy[random.integer(copy.length)] = random.integer(256)
  const cut = random.integer(copy.length + 1)
  return pick([copy, copy.subarray(0, cut), Buffer.concat([copy, copy.subarray(cut)])])
}

async function opened(): Promise<WebSocket> {
  const socket = new WebSocket(sandbox.socketUrl, { perMessageDeflate: false })
  socket.on('error', () => {})
  await once(socket, 'open')
  return socket
}

/** What an attacker does with one socket. Each ends by itself or is cut off. */
const attacks: Record<string, (victim: SeededAccount, people: readonly string[]) => Promise<void>> = {
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
    const hello = pick([clientHello, { ephemeral: clientHello.ephemeral }, { ephemeral: new Uint8Array(32) }, {}])
    socket.send(Buffer.concat([intro, frame(mutated(HandshakeMessage.encode({ clientHello: hello })))]))
    socket.send(frame(mutated(HandshakeMessage.encode({ clientFinish: clientHello }))))
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
      pick([
        'GET /ws/chat HTTP/1.1\r\nupgrade: websocket\r\n',
        '\u0000\u0001',
        'POST /phones HTTP/1.1\r\ncontent-length: 99999\r\n\r\n{',
      ]),
    )
    setTimeout(() => socket.destroy(), 500).unref()
  },
  'random stanzas of a device that is logged in': async (victim, people) => {
    const client = await RawClient.connect(sandbox.socketUrl, victim)
    for (let n = 0; n < 20 && client.socket.readyState === client.socket.OPEN; n++) client.send(randomNode(people))
    client.close()
  },
  'mutated stanzas, well sealed': async (victim, people) => {
    await sealed(victim, () => mutated(encodeNode(randomNode(people))), 5)
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
    const to = parseJid(pick(people)) ?? serverJid
    client.send({ tag: 'message', attrs: { id: random.hex(4), to, type: 'text' }, content: random.bytes(1_000_000) })
    client.close()
  },
  'frames sealed with another key': async (victim) => {
    const client = await RawClient.connect(sandbox.socketUrl, victim)
    client.socket.send(frame(sealGcm(randomBytes(32), 0, encodeNode({ tag: 'iq', attrs: {} }))))
    await closed(client.socket)
  },
}

/** Sends bytes in place of a stanza, as if they were one. */
async function sealed(victim: SeededAccount, make: () => Uint8Array, times: number): Promise<void> {
  const client = await RawClient.connect(sandbox.socketUrl, victim)
  for (let n = 0; n < times && client.socket.readyState === client.socket.OPEN; n++) client.sendPlain(make())
  await new Promise((resolve) => setImmediate(resolve))
  client.close()
}

async function closed(socket: WebSocket): Promise<void> {
  if (socket.readyState === socket.CLOSED) return
  await once(socket, 'close', { signal: AbortSignal.timeout(60_000) })
}

describe('a sandbox among hostile clients', () => {
  let victims: SeededAccount[]
  let people: string[]
  const client = new StockClient(sandbox)

  before(async () => {
    victims = await seedLinkedAccounts(sandbox, 4)
    people = victims.flatMap(({ jid, lid, phone }) => [jid, lid, phone.jid])
  })

  after(async () => {
    await client.close()
    await sandbox.stop()
  })

  it(`goes on while neighbours talk (seed ${seed})`, async () => {
    const ana = await sandbox.phone({ name: 'Ana' })
    const bob = await sandbox.phone({ name: 'Bob' })
    await client.link(ana)
    const deadline = performance.now() + totalMs
    const counts = new Map<string, number>()
    const untried = Object.keys(attacks)
    const attack = async (): Promise<void> => {
      while (untried.length > 0 || performance.now() < deadline) {
        const name = untried.splice(random.integer(untried.length), 1)[0] ?? pick(Object.keys(attacks))
        counts.set(name, (counts.get(name) ?? 0) + 1)
        // An attacker whose device is taken over by another, or that is cut off early, has failed: that is fine.
        await attacks[name]!(pick(victims), people).catch((error: unknown) => {
          if (String(error).includes('AbortError')) throw new Error(`not cut off: ${name}`)
        })
      }
    }
    let sent = 0
    const talk = async (): Promise<void> => {
      while (performance.now() < deadline) {
        const text = `message ${++sent}`
        const id = await client.sendText(bob.jid, text)
        await bob.until.message((message) => message.id === id && message.text === text)
        await bob.send(ana.jid, { text: `answer ${sent}` })
        await client.untilText(`answer ${sent}`)
      }
    }
    await Promise.all([talk(), attack(), attack(), attack()])
    assert.equal(counts.size, Object.keys(attacks).length, `every attack was tried: ${[...counts.keys()].join(', ')}`)
    assert.equal(bob.messages(ana.jid).length, 2 * sent)
    assert.deepEqual([bob.violations, bob.duplicates], [[], 0])
    const failures = sandbox.world.log.since().filter(({ type }) => type === 'server.error' || type === 'sandbox.error')
    assert.deepEqual(failures.slice(0, 3), [])
    assert.equal((await fetch(`${sandbox.origin}/phones`)).status, 200)
  })
})
