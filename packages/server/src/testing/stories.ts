import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, afterEach } from 'node:test'
import { isMainThread } from 'node:worker_threads'
import { operations } from '../generated/operations.ts'

/** Routes and events, each with the test that proves it: `file › suite › test`. `npm run generate` fills in what is missing from what the last runs of the
 *  tests recorded, and makes docs/reference/coverage.md of it. */
interface Stories {
  readonly routes: Readonly<Record<string, string>>
  readonly events: Readonly<Record<string, string>>
}

/** What one passed test did: routes that answered with success, and events that it asked for by name and got. */
interface Proof {
  readonly routes: Set<string>
  readonly events: Set<string>
}

const root = path.resolve(import.meta.dirname, '../../../..')
const storiesFile = path.join(import.meta.dirname, 'stories.json')
const records = path.join(root, 'node_modules/.cache/stories')

const file = path.relative(root, process.argv[1] ?? '').replaceAll(path.sep, '/')

/** They ask every route for everything: that says nothing about any one of them. */
const isWalk = /^packages\/server\/src\/(http|testing)\//.test(file)

const patterns = operations
  .map(({ operation: { method, path: template } }) => ({
    route: `${method} ${template}`,
    method,
    names: template.split('{').length,
    fits: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+').replace(/(?<=.)\/$/, '')}/?$`, 'i'),
  }))
  // `/devices/me` is itself, and not a device of that name.
  .sort((a, b) => a.names - b.names)

const proved = new Map<string, Proof>()
let current: Proof = { routes: new Set(), events: new Set() }

/** An event came to a receiver that waited for it. */
export const heardEvent = (type: string): void => void current.events.add(type)

const bases = new Set<string>()

const gatewayOf = (url: URL): string | undefined => [...bases].find((each) => new URL(each).origin === url.origin)

/** A request to a gateway succeeded. @returns its path below the base path */
const noteRoute = (base: string, url: URL, method: string): string => {
  const under = new URL(base).pathname.replace(/\/$/, '')
  const place = url.pathname.startsWith(under) ? url.pathname.slice(under.length) || '/' : url.pathname
  const found = patterns.find((each) => each.method === method && each.fits.test(place))
  if (found) current.routes.add(found.route)
  return place
}

/** The same where it was no fetch: a WebSocket opened. */
export const askedFor = (address: string): void => {
  const url = new URL(address)
  const base = gatewayOf(url)
  if (base !== undefined) noteRoute(base, url, 'GET')
}

const noteRequest = async (base: string, url: URL, method: string, response: Response): Promise<void> => {
  if (!response.ok) return
  const place = noteRoute(base, url, method)
  const asked = url.searchParams.get('types')?.split(',') ?? []
  if (!/\/events$/.test(place) || asked.length === 0) return
  const text = await response.clone().text()
  for (const type of asked) if (text.includes(`"event_type":"${type}"`)) current.events.add(type)
}

const ask = globalThis.fetch
let listens = false

/** Requests to this gateway count as what the running test does. */
export function listenTo(base: string): void {
  bases.add(base)
  if (listens) return
  listens = true
  globalThis.fetch = async (input, init) => {
    const response = await ask(input, init)
    const url = new URL(input instanceof Request ? input.url : input)
    const of = gatewayOf(url)
    const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
    if (of) await noteRequest(of, url, method.toUpperCase(), response)
    return response
  }
}

const nameOf = ({ fullName }: { readonly fullName: string }): string => fullName.replaceAll(' > ', ' › ')

/** Processes that a test starts inherit its environment. */
const isTest = process.env['NODE_TEST_CONTEXT'] !== undefined && isMainThread && file.endsWith('.test.ts')

const testEnded = (context: unknown): void => {
  // The types do not know that a test says whether it passed.
  const { passed, fullName } = context as { readonly passed?: boolean; readonly fullName: string }
  const done = current
  current = { routes: new Set(), events: new Set() }
  // What the setup of a suite does belongs to its first test.
  if (passed) proved.set(`${file} › ${nameOf({ fullName })}`, done)
}

const isPart = process.execArgv.some((each) => each.startsWith('--test-name-pattern') || each === '--test-only')

const fileEnded = (): void => {
  mkdirSync(records, { recursive: true })
  const plain = [...proved].map(([story, { routes, events }]) => ({
    ...{ story, routes: [...routes].sort(), events: [...events].sort() },
  }))
  writeFileSync(path.join(records, `${file.replaceAll('/', '+')}.json`), JSON.stringify(plain))
  const known = JSON.parse(readFileSync(storiesFile, 'utf8')) as Stories
  const missing = (kind: keyof Stories) =>
    Object.entries(known[kind]).filter(
      ([name, story]) => story.startsWith(`${file} › `) && !proved.get(story)?.[kind].has(name),
    )
  const broken = [...missing('routes'), ...missing('events')].map(([name, story]) => `${name}: ${story}`)
  if (broken.length === 0) return
  throw new Error(
    `testing/stories.json says that these tests prove something, and they do not (any more). Remove the lines, and run npm run generate:\n${broken.join('\n')}`,
  )
}

if (isTest && !isWalk && !isPart) {
  afterEach(testEnded)
  after(fileEnded)
}
