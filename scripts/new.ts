// Files ready to fill in, each with its test:
//   npm run new operation [<name>] --route 'POST /groups'     a route of the contract, with its fields
//   npm run new operation <folder>/<verb-noun>                another one
//   npm run new event <group>/<noun-past-tense>
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { findRoute } from './new/contract-route.ts'
import { routeFiles } from './new/route-operation.ts'
import { eventFiles, operationFiles } from './new/templates.ts'

const root = path.resolve(import.meta.dirname, '..')
const usage = `Usage: npm run new operation --route 'POST /groups'
   or: npm run new operation messaging/send-text
   or: npm run new event messages/message-received`

const fail = (message: string): never => {
  console.error(message)
  process.exit(1)
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { route: { type: 'string' } } })
/** npm keeps options in front of `--` to itself, and hands on what follows them. */
const isRoute = (text: string): boolean => /^[A-Z]+ \//.test(text)
const [kind, place] = positionals.filter((text) => !isRoute(text))
const route = values.route ?? positionals.find(isRoute)

const filesOfRoute = (text: string): { folder: string; files: Record<string, string> } => {
  const found = findRoute(text)
  return found
    ? routeFiles(found, place)
    : fail(`The contract has no route ${text}; scripts/contract/routes.json lists them.`)
}

const filesOfPlace = (): { folder: string; files: Record<string, string> } => {
  const match = /^([a-z][a-z0-9-]*)\/([a-z][a-z0-9-]*)$/.exec(place ?? '')
  if (!match) return fail(usage)
  const [, folder = '', name = ''] = match
  return { folder, files: kind === 'operation' ? operationFiles(folder, name) : eventFiles(folder, name) }
}

if (kind !== 'operation' && kind !== 'event') fail(usage)
const { folder, files } = route === undefined ? filesOfPlace() : filesOfRoute(route)
const target = path.join('packages/server/src', `${kind}s`, folder)
for (const file of Object.keys(files)) {
  if (existsSync(path.join(root, target, file))) fail(`${target}/${file} is there already`)
}
mkdirSync(path.join(root, target), { recursive: true })
for (const [file, content] of Object.entries(files)) {
  writeFileSync(path.join(root, target, file), content)
  console.log(`${target}/${file}`)
}
