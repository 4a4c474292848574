import { compare } from './compare/compare.ts'
import { cluster } from './scenarios/cluster.ts'
import { comparable } from './scenarios/comparable.ts'
import { growth } from './scenarios/growth.ts'
import { history } from './scenarios/history.ts'
import { hostileRequests } from './scenarios/hostile-requests.ts'
import { media } from './scenarios/media.ts'
import { mediaDownloads } from './scenarios/media-downloads.ts'
import { memory } from './scenarios/memory.ts'
import { sealing } from './scenarios/sealing.ts'
import { shards } from './scenarios/shards.ts'
import { soak } from './scenarios/soak.ts'
import { status } from './scenarios/status.ts'
import { routedMessages } from './scenarios/world.ts'
import { plainRun } from './steps/run.ts'

/** Each scenario prints what it measured next to the aim. Nothing is asserted: numbers belong to a machine. */
const scenarios: Record<string, () => Promise<void>> = {
  idle: () => comparable.idle(plainRun),
  send: () => comparable.send(plainRun),
  receive: () => comparable.receive(plainRun),
  disk: () => comparable.disk(plainRun),
  media: () => media(),
  auth: () => comparable.auth(plainRun),
  world: () => routedMessages(),
  downloads: () => mediaDownloads(),
  history: () => history(),
  status: () => status(),
  group: () => comparable.group(plainRun),
  shards: () => shards(),
  seal: () => sealing(),
  growth: () => growth(),
  cluster: () => cluster(),
  memory: () => memory(),
  hostile: () => hostileRequests(),
  soak: async () => {
    await comparable.soak(plainRun)
    await soak()
  },
}
/** What takes ten minutes is run only when it is named. */
const long = ['growth', 'cluster', 'memory', 'soak']
const usual = Object.keys(scenarios).filter((name) => !long.includes(name))

/** @returns the named scenarios, or the usual ones when none is named. Ends the bench when there is no such scenario. */
function chosen<Name extends string>(names: readonly string[], all: readonly Name[], usual: readonly Name[]): Name[] {
  const unknown = names.filter((name) => !all.includes(name as Name))
  if (unknown.length === 0) return names.length > 0 ? (names as Name[]) : [...usual]
  console.error(`No scenario ${unknown.join(', ')}. There are: ${all.join(', ')}.`)
  process.exit(2)
}

const [first, ...others] = process.argv.slice(2)
if (first === 'compare') {
  const [commit, ...names] = others
  if (commit === undefined) {
    console.error('Usage: npm run bench -- compare <commit> [scenario…]')
    process.exit(2)
  }
  const all = Object.keys(comparable) as (keyof typeof comparable)[]
  await compare(commit, chosen(names, all, all))
} else {
  for (const name of chosen(process.argv.slice(2), Object.keys(scenarios), usual)) {
    console.log(`\n## ${name}`)
    await scenarios[name]!()
  }
}
process.exit(0)
