import { fork } from 'node:child_process'
import { loadavg } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { pinnedNode } from '../../scripts/install.mjs'
import type { comparable } from '../scenarios/comparable.ts'
import { wholeNumber } from '../steps/whole-number.ts'
import { builtCommit } from './built-commit.ts'
import type { Go, Said } from './messages.ts'
import { ratioLines, type Series } from './ratio-lines.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const headStartMs = 100

/** Runs scenarios over this build and that of another commit at the same time and prints the ratios of their figures. `BENCH_ROUNDS` (3) says how
 *  often. */
export async function compare(name: string, scenarios: readonly (keyof typeof comparable)[]): Promise<void> {
  const rounds = wholeNumber('BENCH_ROUNDS', 3)
  const builds = [root, await builtCommit(root, name)] as const
  for (const scenario of scenarios) {
    console.log(`\n## ${scenario}: this build against ${name}`)
    const began = Date.now()
    const before = loadavg()[0]!
    const [here, there] = await runInStep(builds, scenario, rounds)
    for (const line of ratioLines(here, there)) console.log(line)
    const seconds = Math.round((Date.now() - began) / 1000)
    console.log(`\n${seconds} s; load average ${before.toFixed(1)} before, ${loadavg()[0]!.toFixed(1)} after`)
  }
}

/** Both continue together. Who is first changes with each round. */
async function runInStep(
  builds: readonly [string, string],
  scenario: string,
  rounds: number,
): Promise<[Series, Series]> {
  const series: [Series, Series] = [new Map(), new Map()]
  const waiting = new Set<number>()
  let startedRounds = 0
  const children = builds.map((build) => startScenario(build, scenario, rounds))
  const release = async () => {
    waiting.clear()
    // Each of the two says that its round begins.
    const first = Math.ceil(startedRounds / 2) % 2
    children[first]!.send('go' satisfies Go)
    await sleep(headStartMs)
    children[1 - first]!.send('go' satisfies Go)
  }
  const ends = children.map(
    (child, n) =>
      new Promise<void>((resolve, reject) => {
        child.on('message', (said: Said) => {
          if (said.kind === 'round') startedRounds++
          else if (said.kind === 'done') resolve()
          else if (said.kind === 'figure') {
            const { what } = said.figure
            series[n as 0 | 1].set(what, [...(series[n as 0 | 1].get(what) ?? []), said.figure])
          } else if (waiting.add(n).size === children.length) void release()
        })
        child.on('exit', (code) => reject(new Error(`${scenario} over ${builds[n]} ended with ${code}`)))
        child.on('error', reject)
      }),
  )
  try {
    await Promise.all(ends)
    return series
  } finally {
    for (const child of children) if (child.connected) child.disconnect()
  }
}

/** By the Node that the build pins, as its gateway is. */
function startScenario(build: string, scenario: string, rounds: number) {
  const node = pinnedNode(build)
  return fork(join(import.meta.dirname, 'run-in-step.ts'), [build, scenario, String(rounds)], {
    ...{ cwd: build, execPath: node, execArgv: [] },
    env: {
      ...process.env,
      PATH: `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`,
      NODE_COMPILE_CACHE: join(build, 'node_modules/.cache/compiled'),
    },
  })
}
