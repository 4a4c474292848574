import { startTraffic } from '@switchboard/sandbox/load'
import { freePort } from '../../e2e/steps/free-port.ts'
import { WebhookReceiver } from '../../e2e/steps/webhook-receiver.ts'
import { Inspector } from '../steps/inspector.ts'
import { report } from '../steps/report.ts'
import { seededGateway } from '../steps/seeded-gateway.ts'
import { makeFriends, sendSteadily } from '../steps/texts.ts'
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
    const friends = await makeFriends(seeded, 20)
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
    const messages = (await received).sent + (await sent).filter((wait) => !Number.isNaN(wait)).length
    inspector.close()
    report('messages in all', messages, '')
    report('webhooks told', receiver.received.length, '')
    report('in use at the end against after the third tenth', inUse[9]! / inUse[2]!, 'times', { most: 1.05 })
  } finally {
    await receiver.stop()
    await seeded.stop()
  }
}
