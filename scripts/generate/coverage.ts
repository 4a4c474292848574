import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { contractNames } from '../../packages/server/src/events/contract-names.ts'
import { neverRaised } from '../../packages/server/src/events/never-raised.ts'
import { events } from '../../packages/server/src/generated/events.ts'
import { operations } from '../../packages/server/src/generated/operations.ts'
import { contractRoutes } from '../../packages/server/src/schemas/contract-routes.ts'
import { kebabCase } from '../names.ts'
import type { Artifact } from './artifact.ts'
import { note } from './reference.ts'

interface Recorded {
  readonly story: string
  readonly routes: readonly string[]
  readonly events: readonly string[]
}

type Kind = 'routes' | 'events'
type Stories = { readonly [Each in Kind]: Readonly<Record<string, string>> }

const storiesFile = 'packages/server/src/testing/stories.json'

const fileOf = (story: string): string => story.slice(0, story.indexOf(' › '))

/** What the last runs of the tests on this machine recorded. */
const recordsIn = (root: string): Recorded[] =>
  globSync('node_modules/.cache/stories/*.json', { cwd: root })
    .sort()
    .flatMap((file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Recorded[])
    .filter(({ story }) => existsSync(path.join(root, fileOf(story))))

interface Wanted {
  readonly name: string
  /** Its folder, of operations or of events. */
  readonly folder: string
  /** By which its own test may be called. */
  readonly id?: string
}

/** The story nearest to what it proves: one that bears its name, of the folder that has it, about no refusal, with few other things in it. */
const best = (kind: Kind, { name, folder, id = name }: Wanted, records: readonly Recorded[]): string | undefined => {
  const distance = ({ story, ...proof }: Recorded): number => {
    const words = story.slice(fileOf(story).length)
    const isNamed = words.includes(` ${name} `) || words.includes(` ${id} `)
    const isNear = new RegExp(`/${folder}s?/`).test(fileOf(story))
    const isRefusal = /› (are |is )?refuse|› make an address wait/.test(words)
    return (isNamed ? 0 : 1000) + (isNear ? 0 : 500) + (isRefusal ? 2000 : 0) + proof[kind].length
  }
  return records.filter((each) => each[kind].includes(name)).sort((a, b) => distance(a) - distance(b))[0]?.story
}

const routeOf = ({ operation }: (typeof operations)[number]): string => `${operation.method} ${operation.path}`
const folderOf = (id: string): string => kebabCase(id.slice(0, id.indexOf('.')))

/** Keeps what is written down as long as its test is there, and fills in what the recorded runs prove. */
const settled = (root: string, checking: boolean): Stories => {
  const known = JSON.parse(readFileSync(path.join(root, storiesFile), 'utf8')) as Stories
  const records = checking ? [] : recordsIn(root)
  const fill = (kind: Kind, all: readonly Wanted[]) =>
    Object.fromEntries(
      all
        .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((wanted) => {
          const { name } = wanted
          const story = known[kind][name]
          const kept = story !== undefined && existsSync(path.join(root, fileOf(story))) ? story : undefined
          const found = kept ?? best(kind, wanted, records)
          return found === undefined ? [] : [[name, found]]
        }),
    )
  return {
    routes: fill(
      'routes',
      operations.map((entry) => ({ name: routeOf(entry), folder: folderOf(entry.id), id: entry.id })),
    ),
    events: fill(
      'events',
      [...events].map(({ name }) => ({ name, folder: name.slice(0, name.indexOf('.')) })),
    ),
  }
}

const shown = (story: string | undefined): string => {
  if (story === undefined) return '**none**'
  const file = fileOf(story)
  // As code: they are the words of the tests.
  const words = story
    .slice(file.length + 3)
    .replaceAll('|', '\\|')
    .replaceAll('`', '’')
  return `[\`${words}\`](../../${file})`
}

const operationFile = (id: string): string => {
  const [folder = '', name = ''] = id.split('.')
  return `packages/server/src/operations/${kebabCase(folder)}/${kebabCase(name)}.ts`
}

const page = (root: string, { routes, events: told }: Stories): string => {
  const ofContract = new Set(contractRoutes.map(([method, route]) => `${method} ${route}`))
  const rows = operations
    .map((entry) => ({ route: routeOf(entry), id: entry.id }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ route, id }) => {
      const mark = ofContract.has(route) ? '' : ' +'
      return `| \`${route}\`${mark} | [${id}](../../${operationFile(id)}) | ${shown(routes[route])} |`
    })
  const files = new Map(
    globSync('packages/server/src/events/*/*.ts', { cwd: root })
      .filter((file) => !file.endsWith('.test.ts'))
      .flatMap((file) => {
        const name = /name: '([a-z_]+\.[a-z_]+)'/.exec(readFileSync(path.join(root, file), 'utf8'))?.[1]
        return name === undefined ? [] : [[name, file.replaceAll(path.sep, '/')] as const]
      }),
  )
  const raised = [...events].map(({ name }) => name).sort()
  const eventRows = raised.map((name) => {
    const file = files.get(name)
    return `| \`${name}\` | ${file ? `[${path.basename(file, '.ts')}](../../${file})` : ''} | ${shown(told[name])} |`
  })
  const never = contractNames.flatMap((name) => (neverRaised[name] ? [`| \`${name}\` | ${neverRaised[name]} |`] : []))
  return `${note}

# What proves what

Each route and each event has a test that proves it against the virtual phones of the sandbox. Such a test passes only when the route answered it with
success, or when it asked for the event and got it; the walks that ask every route for everything do not count. The table itself is tested: a test that no longer
does what stands here fails. \`npm run check\` fails for a route or an event without one.

## Routes

\`+\`: a route that the contract does not have.

| Route | Operation | Test |
|---|---|---|
${rows.join('\n')}

## Events

| Event | Definition | Test |
|---|---|---|
${eventRows.join('\n')}

Nothing raises these names of the contract:

| Event | Reason |
|---|---|
${never.join('\n')}
`
}

/** The table of what proves what, and the list behind it. @throws Error with `checking`, when something has no test */
export const coverage = (root: string, checking: boolean, say: (words: string) => void = console.log): Artifact[] => {
  const stories = settled(root, checking)
  const without = [
    ...operations.map(routeOf).filter((route) => stories.routes[route] === undefined),
    ...[...events].map(({ name }) => name).filter((name) => stories.events[name] === undefined),
  ]
  if (without.length > 0) {
    const words = `No test proves: ${without.join(', ')}. Write one (or run the one that is there), then npm run generate.`
    if (checking) throw new Error(words)
    say(words)
  }
  return [
    { file: storiesFile, content: `${JSON.stringify(stories, null, 2)}\n` },
    { file: 'docs/reference/coverage.md', content: page(root, stories) },
  ]
}
