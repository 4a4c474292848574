import { setTimeout as sleep } from 'node:timers/promises'
import { startTraffic } from '@switchboard/sandbox/load'
import { WebhookReceiver } from '../../e2e/steps/webhook-receiver.ts'
import { percentile, report } from '../steps/report.ts'
import { type SeededGateway, seededGateway } from '../steps/seeded-gateway.ts'

const sessions = 20

/** How many texts the event log has taken. */
async function receivedTexts({ gateway }: SeededGateway): Promise<number> {
  const answer = await fetch(`${gateway.url}/metrics`, { headers: { 'x-admin-secret': gateway.adminSecret } })
  return Number(/^switchboard_events_total\{type="message.received"\} (\d+)/m.exec(await answer.text())?.[1] ?? 0)
}

/** From a phone's send to the customer's web server: latency at a steady rate, then the rate at which a backlog drains. */
export async function inboundToWebhook(): Promise<void> {
  const seeded = await seededGateway(sessions)
  const receiver = await WebhookReceiver.start()
  try {
    const friends = await Promise.all(
      Array.from({ length: 10 }, (_, n) => seeded.sandbox.phone({ name: `Friend ${n}` })),
    )
    await seeded.gateway.start()
    await seeded.allConnected(60_000)
    const to = seeded.devices.map(({ account }) => account.phone.jid)
    const store = async (total: number) => {
      const from = await receivedTexts(seeded)
      const start = seeded.gateway.usage()
      await startTraffic(seeded.sandbox, { from: friends, to, perSecond: 100, total }).done
      while ((await receivedTexts(seeded)) < from + total) await sleep(100)
      return ((seeded.gateway.usage().cpuSeconds - start.cpuSeconds) * 1000) / total
    }
    await store(500)
    report('gateway CPU a received text at 100/s, stored and logged', await store(1_500), 'ms', { most: 2 })
    for (const { api } of seeded.devices) {
      await api.call('POST', '/webhooks', { url: receiver.url, events: ['message.received'] })
    }
    const run = async (label: string, perSecond: number, total: number) => {
      const sentAt = new Map<string, number>()
      const seen = receiver.received.length
      const start = seeded.gateway.usage()
      const began = Date.now()
      const text = (n: number) => {
        sentAt.set(`${label} ${n}`, Date.now())
        return `${label} ${n}`
      }
      await startTraffic(seeded.sandbox, { from: friends, to, perSecond, total, text }).done
      await receiver.until((received) => received.length >= seen + total, 120_000)
      const seconds = (Date.now() - began) / 1000
      const cpu = seeded.gateway.usage().cpuSeconds - start.cpuSeconds
      const waits = receiver.received.slice(seen).flatMap((hook) => {
        const sent = sentAt.get(String((hook.body['data'] as { text?: string }).text))
        return sent === undefined ? [] : [hook.at - sent]
      })
      waits.sort((a, b) => a - b)
      return { seconds, cpuMs: (cpu * 1000) / total, p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) }
    }
    await run('warm', 100, 500)
    const steady = await run('steady', 100, 2_000)
    report('inbound → webhook at 100/s: p50', steady.p50, 'ms')
    report('inbound → webhook at 100/s: p99', steady.p99, 'ms', { most: 250 })
    report('gateway CPU a received text at 100/s, webhook included', steady.cpuMs, 'ms', { most: 2 })
    const burst = await run('burst', 1_000, 3_000)
    report('inbound → webhook, rate of a burst', 3_000 / burst.seconds, '/s')
    report('gateway CPU a received text in the burst, webhook included', burst.cpuMs, 'ms', { most: 2 })
  } finally {
    await receiver.stop()
    await seeded.stop()
  }
}
