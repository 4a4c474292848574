import { setTimeout as sleep } from 'node:timers/promises'
import { startTraffic } from '@switchboard/sandbox/load'
import { WebhookReceiver } from '../../e2e/steps/webhook-receiver.ts'
import { processUsage } from '../steps/process-usage.ts'
import type { Run } from '../steps/run.ts'
import { makeFriends, sendAtOnce } from '../steps/texts.ts'

const sessions = 50
const messages = 10_000
const settleMs = 10_000

/** What a gateway holds after 10,000 messages, half of them sent: as much at once as it takes, with webhooks. */
export async function residentAfterMessages(run: Run): Promise<void> {
  const seeded = await run.seededGateway(sessions)
  const receiver = await WebhookReceiver.start()
  try {
    const { sandbox, gateway, devices } = seeded
    const friends = await makeFriends(seeded, sessions)
    const to = devices.map(({ account }) => account.phone.jid)
    await gateway.start()
    const events = ['message.received']
    for (const { api } of devices) await api.call('POST', '/webhooks', { url: receiver.url, events })
    await gateway.stop()
    await run.rounds(async () => {
      await run.together()
      await gateway.start()
      await seeded.allConnected(60_000)
      await run.together()
      const seen = receiver.received.length
      const before = processUsage(gateway.pid)
      const total = messages / 2
      await startTraffic(sandbox, { from: friends, to, perSecond: 400, total }).done
      await receiver.until((received) => received.length >= seen + total, 300_000)
      const failed = await sendAtOnce(devices, friends, total)
      if (failed > 0) throw new Error(`${failed} texts were not sent`)
      const { cpuMs } = processUsage(gateway.pid)
      run.report('50 sessions: gateway CPU a message of 10,000', (cpuMs - before.cpuMs) / messages, 'ms')
      await run.together()
      await sleep(settleMs)
      const { residentMiB } = processUsage(gateway.pid)
      run.report('50 sessions: resident after 10,000 messages', residentMiB, 'MiB', { ratio: 0.5 })
      await gateway.stop()
    })
  } finally {
    await receiver.stop()
    await seeded.stop()
  }
}
