import { processUsage } from '../steps/process-usage.ts'
import type { Run } from '../steps/run.ts'

const inFlight = 16

/** What authentication adds to a request: an answer that needs a token against one that needs none. */
export async function authenticatedNoOp(run: Run): Promise<void> {
  const requests = run.compared ? 3_000 : 20_000
  const seeded = await run.seededGateway(1)
  try {
    const { gateway, devices } = seeded
    await gateway.start()
    await seeded.allConnected(30_000)
    const known = { authorization: `Bearer ${devices[0]!.api.token}` }
    const cost = async (path: string, headers: Record<string, string>) => {
      await run.together()
      const { cpuMs } = processUsage(gateway.pid)
      await many(`${gateway.url}${path}`, headers, requests)
      return (processUsage(gateway.pid).cpuMs - cpuMs) / requests
    }
    await cost('/', {})
    await cost('/devices/me/status', known)
    await run.rounds(async () => {
      const open = await cost('/', {})
      const answered = await cost('/devices/me/status', known)
      run.report('CPU of a request without authentication', open, 'ms')
      run.report('CPU of an authenticated status request', answered, 'ms', { ratio: 0.5 })
      run.report('difference that authentication (and the answer) makes', Math.max(0, answered - open), 'ms', {
        most: 0.1,
      })
    })
    if (run.compared) return
    const refused = await cost('/devices/me/status', { authorization: 'Bearer nonsense' })
    run.report('CPU of a request with a wrong token', refused, 'ms')
  } finally {
    await seeded.stop()
  }
}

async function many(url: string, headers: Record<string, string>, total: number): Promise<void> {
  let next = 0
  const worker = async () => {
    for (let n = next++; n < total; n = next++) {
      const response = await fetch(url, { headers })
      await response.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}
