import { fork } from 'node:child_process'
import { once } from 'node:events'
import { RawClient, type RawCredentials } from '@switchboard/sandbox/load'
import { report } from '../steps/report.ts'
import { wholeNumber } from '../steps/whole-number.ts'
import type { WorldReport, WorldRequest } from '../steps/world-process.ts'

/** The world alone, in a process of its own: seeding, memory a connected session, CPU a message between two clients. The traffic comes from
 *  this process. `BENCH_ACCOUNTS` (1000), `BENCH_MESSAGES` (10000) and `BENCH_RATE` (1000 a second) change its size. */
export async function routedMessages(): Promise<void> {
  const accounts = wholeNumber('BENCH_ACCOUNTS', 1_000, 2)
  const traffic = { total: wholeNumber('BENCH_MESSAGES', 10_000, 1), rate: wholeNumber('BENCH_RATE', 1_000, 1) }
  const world = fork(new URL('../steps/world-process.ts', import.meta.url), [String(accounts)], {
    serialization: 'advanced',
    execArgv: ['--expose-gc'],
  })
  const ask = async (request: WorldRequest): Promise<Extract<WorldReport, { kind: 'figures' }>> => {
    world.send(request)
    const [answer] = (await once(world, 'message')) as [WorldReport]
    if (answer.kind !== 'figures') throw new Error('the world said something else')
    return answer
  }
  try {
    const [ready] = (await once(world, 'message')) as [WorldReport]
    if (ready.kind !== 'ready') throw new Error('the world said something else')
    report(`seeding ${accounts} linked accounts`, ready.seconds, 's')
    const clients = await connectAll(ready, () => ask('figures'))
    await measureTraffic(clients, ready.accounts, traffic, () => ask('figures'))
    for (const client of clients) client.close()
  } finally {
    world.disconnect()
    await once(world, 'exit')
  }
}

type Ask = () => Promise<Extract<WorldReport, { kind: 'figures' }>>

const atOnce = 20

async function connectAll(ready: Extract<WorldReport, { kind: 'ready' }>, ask: Ask): Promise<RawClient[]> {
  const before = await ask()
  const began = performance.now()
  const clients: RawClient[] = []
  const rest = ready.accounts.entries()
  const connectSome = async (): Promise<void> => {
    // Each in the place of its account, whoever is through first: nobody writes to themselves.
    for (const [place, account] of rest) clients[place] = await RawClient.connect(ready.socketUrl, account)
  }
  await Promise.all(Array.from({ length: atOnce }, connectSome))
  report(`connecting ${clients.length} clients`, (performance.now() - began) / 1000, 's')
  const after = await ask()
  if (after.streams !== clients.length) throw new Error(`${after.streams} of ${clients.length} are connected`)
  report('CPU a login', (after.cpuMs - before.cpuMs) / clients.length, 'ms')
  report('memory in use a connection', (after.usedMiB - before.usedMiB) / clients.length, 'MiB', { most: 0.3 })
  const resident = after.residentMiB - ready.emptyMiB
  report('resident a connected session with its phone, beyond the empty world', resident / clients.length, 'MiB', {
    most: 0.3,
  })
  return clients
}

async function measureTraffic(
  clients: readonly RawClient[],
  accounts: readonly RawCredentials[],
  { total, rate }: { total: number; rate: number },
  ask: Ask,
): Promise<void> {
  await sendAll(clients, accounts, Math.ceil(total / 10), rate)
  const before = await ask()
  const began = performance.now()
  await sendAll(clients, accounts, total, rate)
  const seconds = (performance.now() - began) / 1000
  const after = await ask()
  const routed = after.routed - before.routed
  report('messages routed and received', routed, `of ${total}`)
  report('messages a second', routed / seconds, 'a second')
  report('CPU a routed one-to-one message, its receipts included', (after.cpuMs - before.cpuMs) / routed, 'ms', {
    most: 0.7,
  })
  report('failures of the world', after.failures, '')
}

let lastId = 0

/** Client to client, at a steady rate; resolves when the last one was received. Each is acknowledged and receipted like a real one. */
async function sendAll(
  clients: readonly RawClient[],
  accounts: readonly RawCredentials[],
  total: number,
  rate: number,
): Promise<void> {
  const sealed = new Uint8Array(300).fill(7)
  let received = 0
  const all = new Promise<void>((resolve) => {
    for (const client of clients) {
      client.onStanza = ({ tag }) => {
        if (tag === 'message' && ++received === total) resolve()
      }
    }
  })
  const began = performance.now()
  for (let sent = 0; sent < total; ) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * rate) + 1)
    for (; sent < due; sent++) {
      const others = accounts.length - 1
      const to = addressOf(accounts[(sent + 1 + ((sent * 7) % others)) % accounts.length]!)
      const enc = { tag: 'enc', attrs: { v: '2', type: 'msg' }, content: sealed }
      const participants = {
        tag: 'participants',
        attrs: {},
        content: [{ tag: 'to', attrs: { jid: to }, content: [enc] }],
      }
      const attrs = { id: `B${++lastId}`, to: { user: to.user, server: to.server }, type: 'text' }
      clients[sent % clients.length]!.send({ tag: 'message', attrs, content: [participants] })
    }
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await all
}

function addressOf({ jid }: RawCredentials) {
  const [user = '', device = '0'] = jid.replace(/@.*/, '').split(':')
  return { user, server: 's.whatsapp.net' as const, device: Number(device) }
}
