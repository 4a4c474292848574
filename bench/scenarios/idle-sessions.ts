import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../e2e/steps/free-port.ts'
import type { GatewayProcess } from '../../e2e/steps/gateway-process.ts'
import { processUsage } from '../steps/process-usage.ts'
import type { Run } from '../steps/run.ts'

const settleMs = 15_000
const idleMs = 25_000

/** Three gateways at once, with no device, 50 and 1000 linked ones: their start, then what they cost while nothing happens. */
export async function idleSessions(run: Run): Promise<void> {
  const fifty = await run.seededGateway(50)
  const thousand = await run.seededGateway(1000)
  const dataDir = mkdtempSync(join(tmpdir(), 'switchboard-bench-'))
  const empty = new run.GatewayProcess({
    ...{ dataDir, port: await freePort(), sandboxUrl: fifty.sandbox.origin },
    run: 'compiled',
  })
  try {
    // Makes its database: a first start is not what is measured.
    await empty.start()
    await empty.stop()
    await run.rounds(async () => {
      await run.together()
      await empty.start()
      run.report('no session: CPU from start until ready', cpuOfStart(empty), 'ms', { ratio: 0.4 })
      await fifty.gateway.start()
      await fifty.allConnected(60_000)
      await run.together()
      const began = Date.now()
      await thousand.gateway.start()
      run.report('1000 sessions: ready after', (Date.now() - began) / 1000, 's')
      await thousand.allConnected(180_000)
      run.report('1000 sessions: all connected after', (Date.now() - began) / 1000, 's', { most: 60 })
      run.report('1000 sessions: CPU from start until all are connected', cpuOfStart(thousand.gateway), 'ms', {
        ratio: 0.4,
      })
      await rest(run, [
        { label: 'no session', gateway: empty, resident: { ratio: 0.45 }, idle: {} },
        { label: '50 sessions', gateway: fifty.gateway, resident: { ratio: 0.45 }, idle: { ratio: 0.4 } },
        {
          ...{ label: '1000 sessions', gateway: thousand.gateway },
          ...{ resident: { most: 400, ratio: 0.5 }, idle: { ratio: 0.4 } },
        },
      ])
      for (const gateway of [empty, fifty.gateway, thousand.gateway]) await gateway.stop()
    })
  } finally {
    await empty.stop()
    await fifty.stop()
    await thousand.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

interface Resting {
  readonly label: string
  readonly gateway: GatewayProcess
  readonly resident: { most?: number; ratio: number }
  readonly idle: { ratio?: number }
}

async function rest(run: Run, all: readonly Resting[]): Promise<void> {
  await run.together()
  await sleep(settleMs)
  const before = all.map(({ gateway }) => processUsage(gateway.pid).cpuMs)
  await sleep(idleMs)
  for (const [n, { label, gateway, resident, idle }] of all.entries()) {
    const { cpuMs, residentMiB } = processUsage(gateway.pid)
    run.report(`${label}: resident`, residentMiB, 'MiB', resident)
    run.report(`${label}: idle CPU`, ((cpuMs - before[n]!) / idleMs) * 100, '% of a core', idle)
  }
}

/** Threads that only the start needs have ended by now: the figure of the process has them too. */
const cpuOfStart = (gateway: GatewayProcess): number => gateway.usage().cpuSeconds * 1000
