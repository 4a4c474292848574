// One scenario of ours over one build, in a process that runs by the Node of that build, in step with another such process.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { comparable } from '../scenarios/comparable.ts'
import type { Run } from '../steps/run.ts'
import type { Go, Said } from './messages.ts'

const [build = '', scenario = '', rounds = ''] = process.argv.slice(2)

const say = (said: Said): void => void process.send?.(said)
// The gateways end with this process.
process.on('disconnect', () => process.exit(1))

const ofBuild = (file: string) => import(pathToFileURL(join(build, file)).href)
const { seededGateway } = (await ofBuild('bench/steps/seeded-gateway.ts')) as Pick<Run, 'seededGateway'>
const { GatewayProcess } = (await ofBuild('e2e/steps/gateway-process.ts')) as Pick<Run, 'GatewayProcess'>

const run: Run = {
  ...{ seededGateway, GatewayProcess, compared: true },
  async rounds(work) {
    for (let round = 1; round <= Number(rounds); round++) {
      say({ kind: 'round' })
      await work()
    }
  },
  together: () =>
    new Promise((resolve) => {
      process.once('message', (_: Go) => resolve())
      say({ kind: 'together' })
    }),
  report: (what, value, unit, aim) => say({ kind: 'figure', figure: { what, value, unit, aim } }),
}

await comparable[scenario as keyof typeof comparable](run)
say({ kind: 'done' })
