import { report } from '../steps/report.ts'
import { seededGateway } from '../steps/seeded-gateway.ts'

const settleMs = 15_000
const idleMs = 20_000
const mib = 2 ** 20

/** Cold start of linked devices, then what they cost while nothing happens. */
export async function idleSessions(counts: readonly number[]): Promise<void> {
  for (const count of counts) {
    const seeded = await seededGateway(count)
    try {
      await seeded.gateway.start()
      const began = Date.now()
      const before = seeded.gateway.usage()
      await seeded.allConnected(180_000)
      const connected = seeded.gateway.usage()
      report(
        `${count} sessions: all connected after`,
        (Date.now() - began) / 1000,
        's',
        count === 1000 ? { most: 60 } : {},
      )
      report(`${count} sessions: CPU to connect one`, ((connected.cpuSeconds - before.cpuSeconds) * 1000) / count, 'ms')
      await pause(settleMs)
      const start = seeded.gateway.usage()
      await pause(idleMs)
      const end = seeded.gateway.usage()
      report(`${count} sessions: resident`, end.rssBytes / mib, 'MiB', count === 1000 ? { most: 400 } : {})
      report(
        `${count} sessions: resident each beyond an empty gateway`,
        (end.rssBytes - before.rssBytes) / 1024 / count,
        'KiB',
      )
      report(
        `${count} sessions: idle CPU`,
        ((end.cpuSeconds - start.cpuSeconds) / (idleMs / 1000)) * 100,
        '% of a core',
      )
    } finally {
      await seeded.stop()
    }
  }
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
