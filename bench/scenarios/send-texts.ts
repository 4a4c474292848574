import { processUsage } from '../steps/process-usage.ts'
import { percentile } from '../steps/report.ts'
import type { Run } from '../steps/run.ts'
import { decrypted, makeFriends, sendAtOnce, sendSteadily } from '../steps/texts.ts'

const textsInAll = 1_500
/** V8 compiles with all its means what was called three thousand times: what is measured before that is its compiler. */
const textsBefore = 3_000
const steady = { perSecond: 2, seconds: 40 }

/** Texts through the API until the recipient's phone decrypted them. */
export async function sendTexts(run: Run): Promise<void> {
  const counts = run.compared ? [10] : [1, 10, 50]
  const seeded = await run.seededGateway(Math.max(...counts))
  try {
    const { gateway, devices } = seeded
    const friends = await makeFriends(seeded, devices.length)
    await gateway.start()
    await seeded.allConnected(120_000)
    await sendAtOnce(devices, friends, textsBefore)
    await run.rounds(async () => {
      for (const count of counts) {
        await run.together()
        const decryptedBefore = decrypted(friends)
        const before = processUsage(gateway.pid)
        const began = Date.now()
        const failed = await sendAtOnce(devices.slice(0, count), friends, textsInAll)
        const seconds = (Date.now() - began) / 1000
        const { cpuMs } = processUsage(gateway.pid)
        const arrived = decrypted(friends) - decryptedBefore
        run.report(`${count} sessions: texts that were not sent`, failed, '')
        run.report(`${count} sessions: texts sent and decrypted a second`, arrived / seconds, '/s')
        run.report(`${count} sessions: gateway CPU a text`, (cpuMs - before.cpuMs) / textsInAll, 'ms', {
          ...{ most: 2.5, ratio: 0.55 },
        })
      }
      await run.together()
      const waits = await sendSteadily(devices.slice(0, 10), friends.slice(0, 10), steady.perSecond, steady.seconds)
      const answered = waits.filter((wait) => !Number.isNaN(wait)).sort((one, other) => one - other)
      run.report('at 2/s: texts that were not sent', waits.length - answered.length, '')
      run.report('at 2/s: p50', percentile(answered, 0.5), 'ms')
      run.report('at 2/s: p99', percentile(answered, 0.99), 'ms', { ratio: 0.4 })
    })
  } finally {
    await seeded.stop()
  }
}
