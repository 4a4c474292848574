import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { Account } from '../../e2e/checker/account.ts'
import { runChecker } from '../../e2e/checker/run-checker.ts'
import { type Node, type Servers, startServers } from '../../e2e/checker/servers.ts'
import { createApiKey } from '../../e2e/steps/api.ts'
import { withoutNats } from '../../packages/server/src/testing/start-nats.ts'
import { processUsage } from '../steps/process-usage.ts'
import { report } from '../steps/report.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const devices = 30
const texts = 900
const inFlight = 30
const idleMs = 15_000

/** A text for this device goes to a gateway that has it, or to one that has not. */
type Ask = 'any' | 'owner' | 'another'

/** What several gateways do together, next to one; then a long check of what they do when things go wrong. */
export async function cluster(): Promise<void> {
  if (withoutNats) {
    console.log(withoutNats)
    return
  }
  const alone = await withServers(1, async (run) => run.send('any'))
  report('1 gateway: texts sent', alone.perSecond, 'a second')
  report('1 gateway: CPU of a text', alone.cpuMs, 'ms')
  for (const count of [2, 3]) {
    await withServers(count, async (run) => {
      await run.shared()
      const together = await run.send('any')
      report(`${count} gateways: texts sent, to one gateway`, together.perSecond / alone.perSecond, 'times')
      report(`${count} gateways: CPU of a text, to one gateway`, together.cpuMs / alone.cpuMs, 'times')
      // In turns, so that what else the machine does weighs on both.
      const costs = { owner: 0, another: 0 }
      for (let round = 0; round < 3; round++) {
        for (const ask of ['owner', 'another'] as const) costs[ask] += (await run.send(ask)).cpuMs
      }
      report(
        `${count} gateways: CPU when another node is asked than the one that has the device`,
        costs.another / costs.owner,
        'times',
        { most: 1.15 },
      )
      if (count === 3) await takeOver(run)
    })
  }
  await idle()
  const minutes = wholeNumber('BENCH_MINUTES', 5)
  const seed = wholeNumber('BENCH_SEED', 1)
  const {
    faults,
    odd,
    texts: said,
    troubles,
    recoveries,
  } = await runChecker({ nodes: 3, accounts: 60, seconds: minutes * 60, seed, run: 'compiled', pauseMs: 3_000 })
  report(`${troubles.length} troubles, ${said} texts: faults`, faults.length + odd.length, 'faults', { most: 0 })
  for (const fault of [...faults, ...odd].slice(0, 20)) console.log(JSON.stringify(fault))
  report('after kill -9: all devices are connected again, at most', Math.max(...recoveries), 's', { most: 15 })
}

interface Run {
  readonly servers: Servers
  readonly accounts: readonly Account[]
  readonly client: pg.Client
  /** Resolves when the devices are shared between the nodes. */
  shared(): Promise<void>
  send(ask: Ask): Promise<{ perSecond: number; cpuMs: number }>
}

async function withServers<Result>(count: number, work: (run: Run) => Promise<Result>): Promise<Result> {
  const servers = await startServers({ seed: 1, nodes: count, run: 'compiled' })
  const client = new pg.Client({ connectionString: servers.postgres.uri('postgres') })
  client.on('error', () => {})
  try {
    await client.connect()
    const accounts = await linkAccounts(servers)
    const run: Run = {
      ...{ servers, accounts, client },
      shared: () => untilShared(client, servers),
      send: (ask) => send(servers, accounts, client, ask),
    }
    await run.send('any')
    return await work(run)
  } finally {
    await client.end().catch(() => {})
    await servers.stop()
  }
}

async function linkAccounts({ nodes, worldUrl }: Servers): Promise<Account[]> {
  const { url, adminSecret } = nodes[0]!.gateway
  const apiKey = await createApiKey(url, adminSecret, { max_devices: devices })
  const urls = nodes.map(({ gateway }) => gateway.url)
  const accounts: Account[] = []
  for (let n = 0; n < devices; n++) accounts.push(await Account.link(`account ${n}`, worldUrl, urls, apiKey))
  return accounts
}

/** Which node has each device: addresses by device. */
async function owners(client: pg.Client): Promise<Map<string, string>> {
  const { rows } = await client.query<{ id: string; url: string }>(
    'select d.id, n.url from device d join node n on n.id = d.owner',
  )
  return new Map(rows.map(({ id, url }) => [id, url]))
}

async function untilShared(client: pg.Client, { nodes }: Servers): Promise<void> {
  const until = Date.now() + 60_000
  for (;;) {
    const counts = Map.groupBy([...(await owners(client)).values()], (url) => url)
    const fair = devices / nodes.length
    if (counts.size === nodes.length && [...counts.values()].every(({ length }) => length >= Math.floor(fair * 0.8)))
      return
    if (Date.now() > until) throw new Error(`not shared: ${[...counts].map(([url, { length }]) => `${url} ${length}`)}`)
    await sleep(250)
  }
}

/** Sends texts, and says what all gateways used for each. */
async function send({ nodes }: Servers, accounts: readonly Account[], client: pg.Client, ask: Ask) {
  const urls = nodes.map(({ gateway }) => gateway.url)
  const owned = nodes.length > 1 ? await owners(client) : new Map<string, string>()
  const urlFor = ({ device }: Account, n: number): string => {
    if (ask === 'any') return urls[0]!
    const owner = owned.get(device.deviceId) ?? urls[0]!
    return ask === 'owner' ? owner : urls.filter((url) => url !== owner)[n % (urls.length - 1)]!
  }
  const used = () => nodes.reduce((sum, { gateway }) => sum + processUsage(gateway.pid).cpuMs, 0)
  const [before, begun] = [used(), performance.now()]
  let next = 0
  const worker = async () => {
    for (let n = next++; n < texts; n = next++) {
      const from = accounts[n % accounts.length]!
      const to = accounts[(n + 1) % accounts.length]!
      const { status, body } = await from.device.at(urlFor(from, n)).sendText(to.phone.jid, `text ${n}`)
      if (status !== 200) throw new Error(`a text was answered ${status}: ${body.message}`)
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  const seconds = (performance.now() - begun) / 1000
  return { perSecond: texts / seconds, cpuMs: (used() - before) / texts }
}

/** How fast the others take over what a killed node had. */
async function takeOver({ servers, accounts, client }: Run): Promise<void> {
  const [first, second, last] = servers.nodes
  const owned = await owners(client)
  const orphans = accounts.filter(({ device }) => owned.get(device.deviceId) === last!.gateway.url)
  await last!.gateway.kill9()
  const killedAt = performance.now()
  const back: number[] = []
  let waiting = [...orphans]
  while (waiting.length > 0 && performance.now() - killedAt < 90_000) {
    const states = await Promise.all(
      waiting.map((account) => account.isConnected([first!.gateway.url, second!.gateway.url])),
    )
    for (const state of states) if (state) back.push(performance.now() - killedAt)
    waiting = waiting.filter((_, place) => !states[place])
    await sleep(50)
  }
  if (waiting.length > 0) throw new Error(`${waiting.length} of ${orphans.length} devices were not taken over`)
  report(`a node with ${orphans.length} devices was killed: the first is connected again`, back[0]! / 1000, 's')
  report('all are', back.at(-1)! / 1000, 's', { most: 15 })
  report('devices taken over', (back.length - 1) / ((back.at(-1)! - back[0]!) / 1000), 'a second')
}

/** What a node costs that has nothing to do, next to a gateway that is alone. */
async function idle(): Promise<void> {
  for (const count of [1, 2]) {
    const servers = await startServers({ seed: 1, nodes: count, run: 'compiled' })
    try {
      await sleep(5_000)
      const usage = ({ gateway }: Node) => processUsage(gateway.pid)
      const node = servers.nodes.at(-1)!
      const before = usage(node).cpuMs
      await sleep(idleMs)
      const after = usage(node)
      const who = count === 1 ? 'a gateway alone' : 'a node among others'
      report(`${who} without devices: CPU`, (after.cpuMs - before) / (idleMs / 1000), 'ms a second')
      report(`${who} without devices: resident`, after.residentMiB, 'MiB')
    } finally {
      await servers.stop()
    }
  }
}
