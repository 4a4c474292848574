import { startTraffic } from '@switchboard/sandbox/load'
import { WebhookReceiver } from '../../e2e/steps/webhook-receiver.ts'
import { writtenBytes } from '../steps/process-usage.ts'
import type { Run } from '../steps/run.ts'
import type { SeededGateway } from '../steps/seeded-gateway.ts'
import { makeFriends, sendAtOnce } from '../steps/texts.ts'

const sessions = 10
const messages = 1_000

/** What a gateway with SQLite writes to the disk for a message, until it has stopped: what waits in the log of the database is written then. */
export async function disk(run: Run): Promise<void> {
  const seeded = await run.seededGateway(sessions)
  const receiver = await WebhookReceiver.start()
  try {
    const { sandbox, devices } = seeded
    const friends = await makeFriends(seeded, sessions)
    const to = devices.map(({ account }) => account.phone.jid)
    const receive = async (total: number) => {
      const seen = receiver.received.length
      await startTraffic(sandbox, { from: friends, to, perSecond: 100, total }).done
      await receiver.until((received) => received.length >= seen + total, 120_000)
    }
    const send = async (total: number) => {
      const failed = await sendAtOnce(devices, friends, total, sessions)
      if (failed > 0) throw new Error(`${failed} texts were not sent`)
    }
    await writtenDuring(seeded, async () => {
      for (const { api } of devices)
        await api.call('POST', '/webhooks', { url: receiver.url, events: ['message.received'] })
      await receive(sessions * 10)
      await send(sessions * 10)
    })
    await run.rounds(async () => {
      await run.together()
      const inbound = await writtenDuring(seeded, () => receive(messages))
      run.report('written per text received, its webhook included', inbound / messages / 1024, 'KiB', { ratio: 0.15 })
      await run.together()
      const outbound = await writtenDuring(seeded, () => send(messages))
      run.report('written per text sent', outbound / messages / 1024, 'KiB', { ratio: 0.15 })
    })
  } finally {
    await receiver.stop()
    await seeded.stop()
  }
}

/** Bytes from when the gateway is connected until it has stopped. A process that has ended counts into the figures of the one that started it. */
async function writtenDuring({ gateway, allConnected }: SeededGateway, work: () => Promise<void>): Promise<number> {
  const before = writtenBytes('self')
  await gateway.start()
  await allConnected(60_000)
  const byStart = writtenBytes(gateway.pid)
  await work()
  await gateway.stop()
  return writtenBytes('self') - before - byStart
}
