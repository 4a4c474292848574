// A process of its own that knows gateways only by what they answer: it starts them, lets things go wrong, and judges what was seen from outside.
import { parseArgs } from 'node:util'
import { type CheckOptions, check } from './run.ts'

// `--logs <folder>` keeps what the gateways print; LOG_LEVEL says how much that is.
const text = { type: 'string' } as const
const { values } = parseArgs({
  options: { seed: text, nodes: text, accounts: text, seconds: text, pause: text, run: text, only: text, logs: text },
})

const number = (given: string | undefined, usual: number): number => Number(given ?? usual)

const options: CheckOptions = {
  seed: number(values.seed, 1),
  nodes: number(values.nodes, 3),
  accounts: number(values.accounts, 60),
  seconds: number(values.seconds, 120),
  pauseMs: number(values.pause, 1_000),
  run: values.run === 'compiled' ? 'compiled' : 'sources',
  logs: values.logs,
  env: process.env['LOG_LEVEL'] ? { LOG_LEVEL: process.env['LOG_LEVEL'] } : {},
  only: values.only?.split(',') ?? [],
}

const begun = performance.now()
const report = await check(options, (line) =>
  console.error(`${((performance.now() - begun) / 1000).toFixed(1)} s  ${line}`),
)
console.log(JSON.stringify(report))
process.exit(report.faults.length > 0 || report.odd.length > 0 ? 1 : 0)
