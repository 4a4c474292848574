import { startTraffic } from '@switchboard/sandbox/load'
import { freePort } from '../../e2e/steps/free-port.ts'
import { WebhookReceiver } from '../../e2e/steps/webhook-receiver.ts'
import { Inspector } from '../steps/inspector.ts'
import { report } from '../steps/report.ts'
import { type SeededDevice, seededGateway } from '../steps/seeded-gateway.ts'
import { wholeNumber } from '../steps/whole-number.ts'

const mib = 2 ** 20

/** Steady traffic both ways for a while: what the gateway holds after each tenth of it, garbage collected first. `BENCH_MINUTES` (10),
 *  `BENCH_SESSIONS` (200) and `BENCH_RATE` (30 messages a second, a third of them sent) change its size. */
export async function soak(): Promise<void> {
  const seconds = wholeNumber('BENCH_MINUTES', 10) * 60
  const rate = wholeNumber('BENCH_RATE', 30)
  const inspectPort = await freePort()
  const seeded = await seededGateway(wholeNumber('BENCH_SESSIONS', 200), {
    NODE_OPTIONS: `--inspect-port=127.0.0.1:${inspectPort}`,
  })
  const receiver = await WebhookReceiver.start()
  try {
    const friends = await Promise.all(
      Array.from({ length: 20 }, (_, n) => seeded.sandbox.phone({ name: `Friend ${n}` })),
    )
    await seeded.gateway.start()
    await seeded.allConnected(120_000)
    for (const { api } of seeded.devices) await api.call('POST', '/webhooks', { url: receiver.url })
    const inspector = await Inspector.attach(seeded.gateway, inspectPort)
    const to = seeded.devices.map(({ account }) => account.phone.jid)
    const total = Math.round((rate * 2) / 3) * seconds
    const received = startTraffic(seeded.sandbox, { from: friends, to, perSecond: total / seconds, total }).done
    const sent = sendSteadily(seeded.devices, friends, rate / 3, seconds)
    const inUse: number[] = []
    for (let tenth = 1; tenth <= 10; tenth++) {
      await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 10))
      inUse.push((await inspector.bytesInUse()) / mib)
      report(`after ${tenth} of 10: in use`, inUse.at(-1)!, 'MiB')
      report(`after ${tenth} of 10: resident`, seeded.gateway.usage().rssBytes / mib, 'MiB')
    }
    const messages = (await received).sent + (await sent)
    inspector.close()
    report('messages in all', messages, '')
    report('webhooks told', receiver.received.length, '')
    report('in use at the end against after the third tenth', inUse[9]! / inUse[2]!, 'times', { most: 1.05 })
  } finally {
    await receiver.stop()
    await seeded.stop()
  }
}

type Friend = Awaited<ReturnType<Awaited<ReturnType<typeof seededGateway>>['sandbox']['phone']>>

/** Resolves with how many were answered as sent. */
async function sendSteadily(
  devices: readonly SeededDevice[],
  friends: readonly Friend[],
  perSecond: number,
  seconds: number,
): Promise<number> {
  const answers: Promise<boolean>[] = []
  const began = performance.now()
  for (let n = 0; n < perSecond * seconds; n++) {
    const wait = (n / perSecond) * 1000 - (performance.now() - began)
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait))
    const answer = devices[n % devices.length]!.api.sendText(friends[n % friends.length]!.jid, `steady ${n}`)
    answers.push(answer.then(({ status }) => status === 200))
  }
  return (await Promise.all(answers)).filter(Boolean).length
}
