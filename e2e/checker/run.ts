import { setTimeout as sleep } from 'node:timers/promises'
import { call, createApiKey } from '../steps/api.ts'
import { seededRandom } from '../steps/talkers.ts'
import { WebhookReceiver } from '../steps/webhook-receiver.ts'
import { Account } from './account.ts'
import type { Evidence } from './evidence.ts'
import { type Trouble, troublesOf } from './faults.ts'
import { type Fault, judge } from './judge.ts'
import { type ServerOptions, type Servers, startServers } from './servers.ts'
import { type OddAnswer, Traffic } from './traffic.ts'

export interface CheckOptions extends ServerOptions {
  readonly accounts: number
  /** For how long things go wrong. */
  readonly seconds: number
  readonly pauseMs: number
  /** Parts of the names of those troubles that may happen; all when there are none. */
  readonly only: readonly string[]
}

export interface CheckReport {
  readonly faults: readonly Fault[]
  readonly odd: readonly OddAnswer[]
  readonly texts: number
  readonly repeated: number
  readonly troubles: readonly string[]
  /** After each kill: until every device was connected again, in seconds. */
  readonly recoveries: readonly number[]
}

/** Events that a webhook gets only when it names them. */
const untold = ['connection.qr']
/** Waiting longer is of no use when so long nothing more has come. */
const standstillMs = 60_000
const mostSettlingMs = 480_000
const linkedAtOnce = 4

/** Starts everything, lets it be used while things go wrong, and judges what is left. @param tell gets a line for each thing that happens */
export async function check(options: CheckOptions, tell: (line: string) => void): Promise<CheckReport> {
  const random = seededRandom(options.seed)
  const servers = await startServers(options)
  const receiver = await WebhookReceiver.start()
  const gatewayUrls = servers.nodes.map(({ gateway }) => gateway.url)
  try {
    const accounts = await linkAccounts(servers, receiver, options.accounts)
    tell(`${accounts.length} accounts are linked`)
    const traffic = new Traffic({ accounts, gatewayUrls, random, pauseMs: options.pauseMs })
    const { troubles, recoveries } = await makeTrouble(servers, accounts, random, options, tell)
    await sleep(2_000)
    await traffic.stop()
    tell('everybody is silent')
    const evidence = await settled(accounts, receiver, gatewayUrls)
    tell('nothing more comes')
    return {
      faults: judge(evidence),
      odd: traffic.odd,
      texts: accounts.reduce((sum, { said }) => sum + said.length, 0),
      repeated: traffic.repeated,
      troubles,
      recoveries,
    }
  } catch (error) {
    for (const { name, gateway } of servers.nodes) tell(`${name} printed: ${gateway.output.slice(-4_000)}`)
    throw error
  } finally {
    await receiver.stop()
    await servers.stop()
  }
}

async function linkAccounts(
  { nodes, worldUrl }: Servers,
  receiver: WebhookReceiver,
  count: number,
): Promise<Account[]> {
  const [first] = nodes
  const { url, adminSecret } = first!.gateway
  const apiKey = await createApiKey(url, adminSecret, { max_devices: count })
  const hook = await call<{ secret: string }>(`${url}/webhooks`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
    body: { url: receiver.url },
  })
  receiver.useSecret(hook.body.data.secret)
  const accounts: Account[] = []
  let next = 0
  const worker = async () => {
    for (let n = next++; n < count; n = next++) {
      const urls = nodes.map((_, place) => nodes[(n + place) % nodes.length]!.gateway.url)
      accounts.push(await Account.link(`account ${n}`, worldUrl, urls, apiKey))
    }
  }
  await Promise.all(Array.from({ length: linkedAtOnce }, worker))
  return accounts
}

/** One trouble after the other until the time is over. */
async function makeTrouble(
  servers: Servers,
  accounts: readonly Account[],
  random: () => number,
  { seconds, only }: CheckOptions,
  tell: (line: string) => void,
): Promise<{ troubles: string[]; recoveries: number[] }> {
  const all = troublesOf(servers, random).filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  )
  const until = Date.now() + seconds * 1000
  const troubles: string[] = []
  const recoveries: number[] = []
  let bag: Trouble[] = []
  // Without any trouble it is a quiet run.
  if (all.length === 0) await sleep(seconds * 1000)
  while (Date.now() < until) {
    // Each of them once, before any comes again.
    if (bag.length === 0) bag = [...all]
    const [trouble] = bag.splice(Math.floor(random() * bag.length), 1)
    tell(trouble!.name)
    troubles.push(trouble!.name)
    await trouble!.begin?.()
    // A node that starts again in the meantime takes part, and nobody waits for it.
    const recovered = trouble!.begin && allConnected(servers, accounts)
    await trouble!.run()
    if (recovered) {
      recoveries.push(await recovered)
      tell(`all devices are connected again after ${recoveries.at(-1)?.toFixed(1)} s`)
    }
    await sleep(1_000 + random() * 3_000)
  }
  return { troubles, recoveries }
}

/** Waits, at most as long as it takes to see that it will not come, until every device is connected. @returns seconds */
async function allConnected({ nodes }: Servers, accounts: readonly Account[]): Promise<number> {
  const begun = Date.now()
  const until = begun + 60_000
  let waiting = [...accounts]
  while (waiting.length > 0 && Date.now() < until) {
    const states = await Promise.all(
      waiting.map((account) => account.isConnected(nodes.map(({ gateway }) => gateway.url))),
    )
    waiting = waiting.filter((_, place) => !states[place])
    if (waiting.length > 0) await sleep(250)
  }
  return (Date.now() - begun) / 1000
}

/** What is there when nothing is missing any more, or when waiting longer is of no use. */
async function settled(
  accounts: readonly Account[],
  receiver: WebhookReceiver,
  gatewayUrls: readonly string[],
): Promise<Evidence> {
  const until = Date.now() + mostSettlingMs
  let least = Number.POSITIVE_INFINITY
  let lessAt = Date.now()
  for (let round = 0; ; round++) {
    const evidence = await collect(accounts, receiver, gatewayUrls[round % gatewayUrls.length]!)
    const missing = judge(evidence).filter(({ crime }) => crime === 'lost').length
    if (missing < least) [least, lessAt] = [missing, Date.now()]
    if (missing === 0 || Date.now() > Math.min(until, lessAt + standstillMs)) return evidence
    await sleep(1_000)
  }
}

async function collect(accounts: readonly Account[], receiver: WebhookReceiver, gatewayUrl: string): Promise<Evidence> {
  const told = Map.groupBy(receiver.received, ({ body }) => String(body['device_id']))
  const seen = []
  for (const account of accounts) {
    // The log after the webhook: what was told is in the log already.
    const ownTold = (told.get(account.device.deviceId) ?? []).map(({ id, seq }) => ({ id, seq }))
    await account.readLog(gatewayUrl)
    const [shown, violations] = await Promise.all([account.phone.shownTexts(), account.phone.violations()])
    const { name, said, accepted, log } = account
    seen.push({ name, said, accepted, log, shown, violations, told: ownTold, untold })
  }
  return { accounts: seen }
}
