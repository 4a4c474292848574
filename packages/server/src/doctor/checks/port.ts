import { once } from 'node:events'
import { createServer } from 'node:net'
import type { Config } from '../../config/config.ts'
import { localUrl } from '../../process/local-url.ts'
import { type Check, type Finding, fail, ok, reasonOf } from '../check.ts'

const patienceMs = 2_000

const isGateway = async (http: Config['http']): Promise<boolean> => {
  const answer = await fetch(`${localUrl(http)}/healthz`, { signal: AbortSignal.timeout(patienceMs) }).catch(() => {})
  const body = answer?.ok ? await answer.text().catch(() => '') : ''
  return body.includes('"status"')
}

const advice: Readonly<Record<string, string>> = {
  EACCES: 'Choose a SERVER_PORT above 1023, and let the proxy in front listen on 443',
  EADDRNOTAVAIL: 'SERVER_ADDRESS is none of this machine: 0.0.0.0 listens on all of its addresses',
  ENOTFOUND: 'SERVER_ADDRESS is a name that leads nowhere: 0.0.0.0 listens on all addresses',
}

const occupied = async (http: Config['http']): Promise<Finding> =>
  (await isGateway(http))
    ? ok(`a gateway answers at ${localUrl(http)} already`)
    : fail(`port ${http.port} is in use by another program`, 'End that program, or choose another SERVER_PORT')

export const portCheck: Check = {
  name: 'Port',
  async run({ config: { http } }) {
    const probe = createServer().listen({ host: http.address, port: http.port, exclusive: true })
    try {
      await once(probe, 'listening')
      return [ok(`${http.address} port ${http.port} is free`)]
    } catch (error) {
      const code = reasonOf(error)
      if (code === 'EADDRINUSE') return [await occupied(http)]
      const says = `${http.address} port ${http.port} cannot be listened on (${code})`
      return [fail(says, advice[code] ?? 'Choose another SERVER_ADDRESS or SERVER_PORT')]
    } finally {
      probe.close()
    }
  },
}
