import { statSync } from 'node:fs'
import { join } from 'node:path'
import { startTraffic } from '@switchboard/sandbox/load'
import { WebhookReceiver } from '../../e2e/steps/webhook-receiver.ts'
import { processUsage, writtenBytes } from '../steps/process-usage.ts'
import { median, report } from '../steps/report.ts'
import { type SeededGateway, seededGateway } from '../steps/seeded-gateway.ts'
import { makeFriends, sendAtOnce } from '../steps/texts.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const sessions = 10

/** What a gateway spent in one part of a round. */
interface Spent {
  readonly cpuMs: number
  readonly written: number
}

interface Measured {
  readonly name: 'clear' | 'sealed'
  readonly seeded: SeededGateway
  readonly friends: Awaited<ReturnType<typeof makeFriends>>
  readonly receiver: WebhookReceiver
  readonly sent: Spent[]
  readonly received: Spent[]
  failed: number
  bytesBefore: number
}

async function start(name: Measured['name']): Promise<Measured> {
  const seeded = await seededGateway(sessions, { SWITCHBOARD_SEAL_CONTENT: String(name === 'sealed') })
  const friends = await makeFriends(seeded, sessions)
  const receiver = await WebhookReceiver.start()
  await seeded.gateway.start()
  await seeded.allConnected(60_000)
  for (const { api } of seeded.devices)
    await api.call('POST', '/webhooks', { url: receiver.url, events: ['message.received'] })
  return { name, seeded, friends, receiver, sent: [], received: [], failed: 0, bytesBefore: 0 }
}

async function spend({ seeded: { gateway } }: Measured, work: () => Promise<unknown>): Promise<Spent> {
  const before = { cpuMs: processUsage(gateway.pid).cpuMs, written: writtenBytes(gateway.pid) }
  await work()
  return {
    cpuMs: processUsage(gateway.pid).cpuMs - before.cpuMs,
    written: writtenBytes(gateway.pid) - before.written,
  }
}

async function send(measured: Measured, texts: number): Promise<void> {
  const { seeded, friends } = measured
  measured.failed += await sendAtOnce(seeded.devices, friends, texts, sessions)
}

async function receive({ seeded, friends, receiver }: Measured, texts: number): Promise<void> {
  const to = seeded.devices.map(({ account }) => account.phone.jid)
  const seen = receiver.received.length
  await startTraffic(seeded.sandbox, { from: friends, to, perSecond: 100, total: texts }).done
  await receiver.until((received) => received.length >= seen + texts, 120_000)
}

/** Of the database alone, after everything is in it: while the gateway is stopped. */
const storedBytes = ({ seeded: { gateway } }: Measured): number =>
  statSync(join(gateway.dataDir, 'switchboard.db')).size

/** What it costs to seal content: two gateways get the same texts at the same time, and one of them seals. Webhooks are part of what is received. */
export async function sealing(): Promise<void> {
  const texts = wholeNumber('BENCH_MESSAGES', 1_000)
  const rounds = wholeNumber('BENCH_ROUNDS', 3)
  const both: Measured[] = []
  try {
    for (const name of ['clear', 'sealed'] as const) both.push(await start(name))
    await Promise.all(both.map((each) => send(each, 400)))
    await Promise.all(both.map((each) => receive(each, 400)))
    for (const each of both) {
      await each.seeded.gateway.stop()
      each.bytesBefore = storedBytes(each)
      await each.seeded.gateway.start()
      await each.seeded.allConnected(60_000)
      await send(each, 100)
    }
    for (let round = 0; round < rounds; round++) {
      await Promise.all(both.map(async (each) => each.sent.push(await spend(each, () => send(each, texts)))))
      await Promise.all(both.map(async (each) => each.received.push(await spend(each, () => receive(each, texts)))))
    }
    for (const { seeded } of both) await seeded.gateway.stop()
    const [clear, sealed] = both as [Measured, Measured]
    for (const { name, failed } of both) report(`${name}: texts that were not sent`, failed, '')
    for (const way of ['sent', 'received'] as const) {
      const cpu = (each: Measured) => each[way].map(({ cpuMs }) => cpuMs / texts)
      const [before, after] = [cpu(clear), cpu(sealed)]
      report(`a text ${way}: gateway CPU in clear`, median(before), 'ms')
      report(`a text ${way}: gateway CPU sealed`, median(after), 'ms')
      report(`a text ${way}: sealed against clear`, median(after.map((each, round) => each / before[round]!)), 'times')
    }
    const perText = (each: Measured) => (storedBytes(each) - each.bytesBefore) / (2 * texts * rounds + 100) / 1024
    report('a text, sent or received: database in clear', perText(clear), 'KiB')
    report('a text, sent or received: database sealed', perText(sealed), 'KiB')
    report('the same: sealed against clear', perText(sealed) / perText(clear), 'times')
    const written = (each: Measured) => [...each.sent, ...each.received].reduce((sum, spent) => sum + spent.written, 0)
    if (written(clear) > 0)
      report('bytes written to the disk: sealed against clear', written(sealed) / written(clear), 'times')
  } finally {
    for (const { seeded, receiver } of both) {
      await receiver.stop()
      await seeded.stop()
    }
  }
}
