// A world in a process of its own, seeded and measured: what is measured is not mixed with what measures.
import { Sandbox } from '@switchboard/sandbox'
import { type RawCredentials, seedLinkedAccounts } from '@switchboard/sandbox/load'

/** What is asked of it. */
export type WorldRequest = 'figures' | 'stop'

export type WorldReport =
  | {
      readonly kind: 'ready'
      readonly seconds: number
      /** Of the process with a world in which nobody is. */
      readonly emptyMiB: number
      readonly socketUrl: string
      readonly accounts: RawCredentials[]
    }
  | {
      readonly kind: 'figures'
      readonly cpuMs: number
      readonly residentMiB: number
      /** What is in use after a garbage collection. */
      readonly usedMiB: number
      readonly streams: number
      readonly routed: number
      readonly failures: number
    }

const count = Number(process.argv[2])
const sandbox = await Sandbox.start({ seed: 1, snapshots: false })
const emptyMiB = process.memoryUsage().rss / 2 ** 20
let routed = 0
let failures = 0
sandbox.world.log.subscribe(({ type }) => {
  if (type === 'message.routed') routed++
  else if (type === 'server.error' || type === 'sandbox.error') failures++
})
const began = performance.now()
const seeded = await seedLinkedAccounts(sandbox, count)
const seconds = (performance.now() - began) / 1000
const accounts = seeded.map(({ jid, noiseKey }) => ({ jid, noiseKey }))

const tell = (report: WorldReport): void => void process.send?.(report)

process.on('message', (request: WorldRequest) => {
  if (request === 'stop') void sandbox.stop().then(() => process.exit(0))
  else tell(figures())
})
process.on('disconnect', () => process.exit(0))

function figures(): WorldReport {
  globalThis.gc?.()
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed, external } = process.memoryUsage()
  return {
    ...{ kind: 'figures', cpuMs: (user + system) / 1000 },
    ...{ residentMiB: rss / 2 ** 20, usedMiB: (heapUsed + external) / 2 ** 20 },
    ...{ streams: sandbox.world.streams.size, routed, failures },
  }
}

tell({ kind: 'ready', seconds, emptyMiB, socketUrl: sandbox.socketUrl, accounts })
