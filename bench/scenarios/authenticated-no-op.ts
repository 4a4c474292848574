import { report } from '../steps/report.ts'
import { seededGateway } from '../steps/seeded-gateway.ts'

const requests = 20_000
const inFlight = 16

/** What authentication adds to a request: an answer that needs a token against one that needs none. */
export async function authenticatedNoOp(): Promise<void> {
  const seeded = await seededGateway(1)
  try {
    await seeded.gateway.start()
    await seeded.allConnected(30_000)
    const { token } = seeded.devices[0]!.api
    const cost = async (path: string, headers: Record<string, string>) => {
      await many(`${seeded.gateway.url}${path}`, headers, requests / 4)
      const start = seeded.gateway.usage()
      await many(`${seeded.gateway.url}${path}`, headers, requests)
      return ((seeded.gateway.usage().cpuSeconds - start.cpuSeconds) * 1000) / requests
    }
    const open = await cost('/', {})
    const refused = await cost('/devices/me/status', { authorization: 'Bearer nonsense' })
    const known = await cost('/devices/me/status', { authorization: `Bearer ${token}` })
    report('CPU of a request without authentication', open, 'ms')
    report('CPU of a request with a wrong token', refused, 'ms')
    report('CPU of an authenticated status request', known, 'ms')
    report('difference that authentication (and the answer) makes', Math.max(0, known - open), 'ms', { most: 0.1 })
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
