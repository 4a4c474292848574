import { setTimeout as sleep } from 'node:timers/promises'
import { startTraffic } from '@switchboard/sandbox/load'
import { WebhookReceiver } from '../../e2e/steps/webhook-receiver.ts'
import { processUsage } from '../steps/process-usage.ts'
import { receivedTexts } from '../steps/received-texts.ts'
import { percentile } from '../steps/report.ts'
import type { Run } from '../steps/run.ts'
import { makeFriends } from '../steps/texts.ts'

const sessions = 20
/** As in `send-texts.ts`. */
const textsBefore = 3_000

/** From a phone's send to the customer's web server: latency at a steady rate, then the rate at which a backlog drains. */
export async function inboundToWebhook(run: Run): Promise<void> {
  const seeded = await run.seededGateway(sessions)
  const receiver = await WebhookReceiver.start()
  try {
    const { gateway } = seeded
    const friends = await makeFriends(seeded, 10)
    await gateway.start()
    await seeded.allConnected(60_000)
    const to = seeded.devices.map(({ account }) => account.phone.jid)
    const store = async (total: number) => {
      const from = await receivedTexts(seeded)
      const { cpuMs } = processUsage(gateway.pid)
      await startTraffic(seeded.sandbox, { from: friends, to, perSecond: 100, total }).done
      while ((await receivedTexts(seeded)) < from + total) await sleep(100)
      return (processUsage(gateway.pid).cpuMs - cpuMs) / total
    }
    await store(500)
    if (!run.compared) {
      const cpuMs = await store(1_500)
      run.report('gateway CPU a received text at 100/s, stored and logged', cpuMs, 'ms', { most: 2 })
    }
    for (const { api } of seeded.devices) {
      await api.call('POST', '/webhooks', { url: receiver.url, events: ['message.received'] })
    }
    let texts = 0
    const traffic = async (perSecond: number, total: number) => {
      const sentAt = new Map<string, number>()
      const seen = receiver.received.length
      const { cpuMs } = processUsage(gateway.pid)
      const began = Date.now()
      const text = () => {
        const words = `text ${texts++}`
        sentAt.set(words, Date.now())
        return words
      }
      await startTraffic(seeded.sandbox, { from: friends, to, perSecond, total, text }).done
      await receiver.until((received) => received.length >= seen + total, 120_000)
      const seconds = (Date.now() - began) / 1000
      const cpu = processUsage(gateway.pid).cpuMs - cpuMs
      const waits = receiver.received.slice(seen).flatMap((hook) => {
        const sent = sentAt.get(String((hook.body['data'] as { text?: string }).text))
        return sent === undefined ? [] : [hook.at - sent]
      })
      waits.sort((a, b) => a - b)
      return { seconds, cpuMs: cpu / total, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) }
    }
    await traffic(200, textsBefore)
    await run.rounds(async () => {
      await run.together()
      const steady = await traffic(100, run.compared ? 1_200 : 2_000)
      run.report('inbound → webhook at 100/s: p50', steady.p50, 'ms')
      run.report('inbound → webhook at 100/s: p99', steady.p99, 'ms', { most: 250 })
      run.report('gateway CPU a received text at 100/s, webhook included', steady.cpuMs, 'ms', { most: 2, ratio: 0.5 })
      await run.together()
      const slow = await traffic(20, 300)
      run.report('gateway CPU a received text at 20/s, webhook included', slow.cpuMs, 'ms', { ratio: 0.5 })
    })
    if (run.compared) return
    const burst = await traffic(1_000, 3_000)
    run.report('inbound → webhook, rate of a burst', 3_000 / burst.seconds, '/s')
    run.report('gateway CPU a received text in the burst, webhook included', burst.cpuMs, 'ms', { most: 2 })
  } finally {
    await receiver.stop()
    await seeded.stop()
  }
}
