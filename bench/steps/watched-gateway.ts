import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../e2e/steps/free-port.ts'
import { type SeededGateway, seededGateway } from './seeded-gateway.ts'
import { Standstill } from './standstill.ts'

/** A gateway with devices, and a look at its event loop from the inside. */
export interface WatchedGateway extends SeededGateway {
  /** Once the gateway has started. */
  watch(): Promise<Standstill>
}

/** {@link seededGateway} with an inspector. BENCH_PROFILE names a folder for a CPU profile of each of its threads. */
export async function watchedGateway(count: number): Promise<WatchedGateway> {
  const port = await freePort()
  const profile = process.env['BENCH_PROFILE']
  const flags = profile === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${profile}`
  const seeded = await seededGateway(count, { NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}${flags}` })
  return { ...seeded, watch: () => Standstill.watch(seeded.gateway, port) }
}

/** What other programs on the machine do to the event loop, and the gateway itself while nobody asks it for anything. */
export async function reportAtRest(standstill: Standstill, most: number): Promise<void> {
  await sleep(5_000)
  await standstill.reset()
  await sleep(5_000)
  await standstill.report('at rest for 5 s', most)
}
